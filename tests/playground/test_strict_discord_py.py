"""What discord.py really sends: the playground takes all of it, and so does Discord's own description."""

import io
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from discord.http import handle_message_parameters
from discord.webhook.async_ import interaction_message_response_params

from bot.playground.strict import (
    command_list_faults,
    interaction_response_faults,
    is_empty_message,
    message_faults,
)
from tests.discord_openapi import violations

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


def timeline() -> discord.File:
    return discord.File(io.BytesIO(b"png"), "timeline.png", description="Two bars, one after the other")


class Lesson(ui.LayoutView):
    """A page of a lesson, with one of everything a layout may hold."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        parts = ui.Select[Any](custom_id="part", placeholder="Go to a part", min_values=0, max_values=2)
        parts.add_option(label="Flow", value="flow", description="Two flows", emoji="🔀", default=True)
        parts.add_option(label="Code", value="code")
        self.add_item(ui.TextDisplay("# Async"))
        self.add_item(
            ui.Container(
                ui.Section(ui.TextDisplay("Sequential"), accessory=ui.Thumbnail("https://example.com/a.png")),
                ui.Section("Concurrent", "together", accessory=ui.Button(label="Run", custom_id="run")),
                ui.Separator(spacing=discord.SeparatorSpacing.large),
                ui.MediaGallery(discord.MediaGalleryItem("attachment://timeline.png", description="Two bars")),
                ui.File("attachment://steps.txt"),
                ui.ActionRow(ui.Button(label="Docs", url="https://example.com"), ui.Button(emoji="▶", custom_id="n")),
                accent_colour=discord.Colour.blurple(),
            )
        )
        self.add_item(ui.ActionRow(parts))
        self.add_item(ui.ActionRow(ui.UserSelect(default_values=[discord.Object(7, type=discord.User)])))
        self.add_item(ui.ActionRow(ui.ChannelSelect(channel_types=[discord.ChannelType.text])))


class Buttons(ui.View):
    """Buttons under a message that has content."""

    @ui.button(label="Hint", style=discord.ButtonStyle.secondary)
    async def hint(self, interaction: discord.Interaction, button: ui.Button[Any]) -> None:
        """Never pressed here."""

    @ui.select(cls=ui.RoleSelect, max_values=3)
    async def role(self, interaction: discord.Interaction, select: ui.RoleSelect[Any]) -> None:
        """Never used here."""


class Delays(ui.Modal, title="Delays"):
    """Asks in each of the ways a modal can."""

    note = ui.TextDisplay("How long shall each task wait?")
    delays = ui.Label(text="Delays", description="In ms", component=ui.TextInput(max_length=40, placeholder="300, 500"))
    kind = ui.Label(
        text="Kind",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="Sequential"), discord.RadioGroupOption(label="Parallel")]
        ),
    )
    shown = ui.Label(
        text="Show",
        component=ui.CheckboxGroup(options=[discord.CheckboxGroupOption(label="Steps")], required=False, min_values=0),
    )
    plan = ui.Label(text="Plan", component=ui.FileUpload(required=False, min_values=0))


def sent(parameters: Any) -> tuple[dict[str, Any], int]:
    """The JSON and the number of files of a request that discord.py made."""
    if parameters.payload is not None:
        return parameters.payload, 0
    return discord.utils._from_json(parameters.multipart[0]["value"]), len(parameters.files)


async def test_a_layout_with_files():
    body, files = sent(
        handle_message_parameters(
            view=Lesson(),
            files=[timeline(), discord.File(io.BytesIO(b"1"), "steps.txt")],
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=12,
        )
    )
    assert files == 2
    assert message_faults(body, files=files) == []
    assert not is_empty_message(body, files)
    assert violations("POST", "/channels/{channel_id}/messages", body) == []


async def test_content_with_embeds_buttons_and_mentions():
    embed = discord.Embed(title="Score", colour=0x5865F2, timestamp=discord.utils.utcnow())
    embed.set_author(name="Ada", icon_url="https://example.com/a.png").set_footer(text="first attempt")
    embed.add_field(name="Right", value="4 of 5").set_image(url="attachment://timeline.png")
    mentions = discord.AllowedMentions(everyone=False, users=[discord.Object(5)], roles=False, replied_user=True)
    body, files = sent(
        handle_message_parameters(
            content="Done", embed=embed, view=Buttons(), file=timeline(), allowed_mentions=mentions
        )
    )
    assert message_faults(body, files=files) == []
    assert violations("POST", "/webhooks/{webhook_id}/{webhook_token}", body) == []


async def test_an_edit_of_a_layout_that_keeps_one_file_and_adds_another():
    first, _ = sent(handle_message_parameters(view=Lesson()))
    kept = {"id": "77", "filename": "steps.txt"}
    stored = first | {"content": "", "embeds": [], "attachments": [kept, {"id": "78", "filename": "old.png"}]}
    body, files = sent(handle_message_parameters(view=Lesson(), file=timeline()))
    body["attachments"].append(kept)
    assert message_faults(body, files=files, existing=stored) == []
    assert violations("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", body) == []


@pytest.mark.parametrize(
    "kind", [discord.InteractionResponseType.channel_message, discord.InteractionResponseType.message_update]
)
async def test_a_component_is_answered_with_a_layout(kind: discord.InteractionResponseType):
    view = ui.LayoutView().add_item(ui.TextDisplay("Right!"))
    with interaction_message_response_params(type=kind.value, view=view, flags=discord.MessageFlags()) as parameters:
        body, files = sent(parameters)
    assert interaction_response_faults(body, files=files, interaction_type=3, existing={"flags": 1 << 15}) == []
    assert violations("POST", CALLBACK, body) == []


async def test_a_modal_with_every_component():
    body = {"type": 9, "data": Delays().to_dict()}
    assert interaction_response_faults(body, interaction_type=2, existing=None) == []
    assert violations("POST", CALLBACK, body) == []


async def test_a_modal_of_the_old_kind():
    old = ui.Modal(title="Delays").add_item(ui.TextInput(label="Delays", style=discord.TextStyle.paragraph))
    body = {"type": 9, "data": old.to_dict()}
    assert interaction_response_faults(body, interaction_type=3, existing={}) == []
    assert violations("POST", CALLBACK, body) == []


@pytest.mark.parametrize("guild", [False, True])
async def test_a_tree_of_commands(guild: bool):
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))

    @tree.command(description="Read a lesson.")
    @app_commands.describe(topic="Which lesson", part="Where to start")
    async def lesson(
        interaction: discord.Interaction, topic: str, part: app_commands.Range[str, 1, 20] = "flow"
    ) -> None:
        """Never called here."""

    @lesson.autocomplete("topic")
    async def topics(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return []

    @tree.command(description="Take a quiz.")
    @app_commands.choices(kind=[app_commands.Choice(name="Practice", value="practice")])
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def quiz(
        interaction: discord.Interaction,
        kind: app_commands.Choice[str],
        member: discord.Member | None = None,
        tasks: app_commands.Range[int, 1, 8] = 2,
        pause: app_commands.Range[float, 0.1, 2.5] = 1.0,
        where: discord.TextChannel | None = None,
    ) -> None:
        """Never called here."""

    privacy = app_commands.Group(name="privacy", description="Your data.", parent=None)

    @privacy.command(description="Get a copy.")
    async def export(interaction: discord.Interaction, everything: bool = True) -> None:
        """Never called here."""

    @tree.context_menu(name="Explain This")
    async def explain(interaction: discord.Interaction, message: discord.Message) -> None:
        """Never called here."""

    tree.add_command(privacy)
    body = [command.to_dict(tree) for kind in discord.AppCommandType for command in tree.get_commands(type=kind)]
    assert len(body) == 4
    assert command_list_faults(body, guild=guild) == []
    scope = "guilds/{guild_id}/" if guild else ""
    assert violations("PUT", f"/applications/{{application_id}}/{scope}commands", body) == []
