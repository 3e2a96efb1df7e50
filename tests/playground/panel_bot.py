"""A bot of discord.py's with a settings panel: what admins choose, forms, roles, files and direct messages."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import discord
from discord import app_commands, ui

Asked = discord.Interaction


class Panel(ui.LayoutView):
    """Select menus of every kind that settings need, each with what is chosen now, and a button to a form."""

    def __init__(self, chosen: dict[str, list[discord.Object]] | None = None) -> None:
        super().__init__(timeout=None)
        self.chosen = chosen or {}
        here = self.chosen.get
        role = ui.RoleSelect[Any](
            custom_id="role", placeholder="Pass role", min_values=0, default_values=here("role", [])
        )
        channel = ui.ChannelSelect[Any](
            custom_id="channel",
            placeholder="Announce in",
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            default_values=here("channel", []),
        )
        members = ui.UserSelect[Any](custom_id="members", placeholder="Teachers", max_values=3)
        voice = ui.ChannelSelect[Any](
            custom_id="voice", placeholder="Speak in", channel_types=[discord.ChannelType.voice]
        )
        level = ui.Select[Any](custom_id="level", placeholder="Levels", min_values=0, max_values=2)
        level.add_option(label="Easy", value="e", default=True)
        level.add_option(label="Hard", value="h")
        for select in (role, channel, members, voice, level):
            select.callback = lambda interaction, select=select: self.choose(interaction, select)
            self.add_item(ui.ActionRow(select))
        more = ui.Button[Any](label="More", custom_id="more")
        more.callback = self.more
        self.add_item(ui.ActionRow(more))

    async def choose(self, interaction: Asked, select: Any) -> None:
        if select.custom_id in ("role", "channel"):
            kind = discord.Role if select.custom_id == "role" else discord.abc.GuildChannel
            now = {select.custom_id: [discord.Object(value.id, type=kind) for value in select.values]}
            await interaction.response.edit_message(view=Panel(self.chosen | now))
            return
        await interaction.response.send_message(f"{select.custom_id}: {[str(value) for value in select.values]}")

    async def more(self, interaction: Asked) -> None:
        await interaction.response.send_modal(More())


class More(ui.Modal, title="More settings"):
    """A text above, a text input with what stood there, a radio group, and selects."""

    note = ui.TextDisplay("These count from the *next* round on.")
    name = ui.Label(text="Name", component=ui.TextInput(default="Quiz", max_length=20))
    how = ui.Label(
        text="Answer",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label=word) for word in ("message", "update", "think", "quiet")]
        ),
    )
    role = ui.Label(text="Role", component=ui.RoleSelect(required=False))
    place = ui.Label(text="Place", component=ui.ChannelSelect(required=False, max_values=2))

    async def on_submit(self, interaction: Asked) -> None:
        parts: Any = {name: getattr(self, name).component for name in ("name", "how", "role", "place")}
        chosen = [value.name for part in ("role", "place") for value in parts[part].values]
        text = f"{parts['name'].value}: {', '.join(chosen)}"
        match parts["how"].value:
            case "message":
                await interaction.response.send_message(text, ephemeral=True)
            case "update":
                view = ui.LayoutView()
                view.add_item(ui.TextDisplay(text))
                await interaction.response.edit_message(view=view)
            case "think":
                await interaction.response.defer(thinking=True)
                await interaction.followup.send(text)
            case _:
                await interaction.response.defer()
                await interaction.followup.send(text)


def rounds() -> app_commands.Group:
    """/round start, /round results csv and /round results json."""
    group = app_commands.Group(name="round", description="Rounds")
    results = app_commands.Group(name="results", description="What came of it", parent=group)

    @group.command(description="Start a round")
    async def start(
        interaction: Asked,
        topic: str,
        where: discord.TextChannel,
        role: discord.Role,
        host: discord.Member,
        seconds: app_commands.Range[int, 5, 60] = 20,
        loud: bool = False,
    ) -> None:
        told = [topic, where.name, role.name, host.display_name, seconds, loud]
        await interaction.response.send_message(" ".join(map(str, told)))

    @results.command(name="csv", description="As a table")
    async def as_table(interaction: Asked) -> None:
        file = discord.File(io.BytesIO(b"name,points\nAda,3\n"), "results.csv")
        await interaction.response.send_message("Here.", file=file, ephemeral=True)

    @results.command(name="json", description="For programs")
    async def as_json(interaction: Asked) -> None:
        view = ui.LayoutView()
        view.add_item(ui.Container(ui.TextDisplay("### Results"), ui.File("attachment://results.json")))
        file = discord.File(io.BytesIO(json.dumps({"Ada": 3}).encode()), "results.json")
        await interaction.response.send_message(view=view, file=file)

    return group


@app_commands.command(description="Settings")
@app_commands.default_permissions(manage_guild=True)
async def settings(interaction: Asked) -> None:
    """Show the panel to whoever may manage the server."""
    await interaction.response.send_message(view=Panel(), ephemeral=True)


@app_commands.command(description="A form at once")
async def ask(interaction: Asked) -> None:
    """Open the form."""
    await interaction.response.send_modal(More())


@app_commands.command(description="Give a role")
async def reward(interaction: Asked, member: discord.Member, role: discord.Role) -> None:
    """Give a member a role, and write to them."""
    try:
        await member.add_roles(discord.Object(role.id), reason="passed")
        await member.send(f"You are {role.name} now.")
    except discord.Forbidden as refused:
        await interaction.response.send_message(f"refused: {refused.code}")
    else:
        await interaction.response.send_message("done")


class PanelBot(discord.AutoShardedClient):
    """The bot."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        for command in (rounds(), settings, ask, reward):
            self.tree.add_command(command)
        self.up = asyncio.Event()
        self.left = asyncio.Event()

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.up.set()

    async def on_guild_remove(self, _: discord.Guild) -> None:
        self.left.set()
