"""A real discord.py bot in the local Discord: it connects, answers, keeps its buttons over a restart, and resumes."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Self

import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.playground import Playground, Recorded
from tests import discord_openapi
from tests.playground.local_discord import PATIENCE, Frame, Tab


class Count(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"count:(?P<n>\d+)"):
    """A button that counts, all its state in its custom id."""

    def __init__(self, n: int) -> None:
        super().__init__(discord.ui.Button(label=str(n), custom_id=f"count:{n}"))
        self.n = n

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["n"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=counter(self.n + 1))


def counter(n: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(discord.ui.TextDisplay(f"**{n}**"), discord.ui.ActionRow(Count(n))))
    return view


class Form(discord.ui.Modal, title="Tell"):
    name = discord.ui.Label(text="Name", component=discord.ui.TextInput())

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        assert isinstance(self.name.component, discord.ui.TextInput)
        await interaction.response.send_message(f"Hello {self.name.component.value}")


class Bot(discord.AutoShardedClient):
    """Commands for each way of answering."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True)
        super().__init__(intents=intents, guild_ready_timeout=0.1, **options)
        self.tree = app_commands.CommandTree(self)
        self.add_dynamic_items(Count)
        self.up, self.resumed = asyncio.Event(), asyncio.Event()
        for handler in (count, form, think, picture):
            self.tree.command()(handler)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Shards need not wait their turn here."""

    async def on_ready(self) -> None:
        self.up.set()

    async def on_resumed(self) -> None:
        self.resumed.set()


async def count(interaction: discord.Interaction) -> None:
    """Count."""
    await interaction.response.send_message(view=counter(0))


async def form(interaction: discord.Interaction) -> None:
    """Tell."""
    await interaction.response.send_modal(Form())


@app_commands.describe(who="whom to think of")
async def think(interaction: discord.Interaction, who: discord.Member, hard: bool = False) -> None:
    """Think."""
    await interaction.response.defer(thinking=True, ephemeral=True)
    await interaction.followup.send(f"{who.display_name} {who.top_role.name} {hard}")
    await interaction.followup.send("and more", ephemeral=True)
    original = await interaction.original_response()
    await interaction.edit_original_response(content=original.content + "!")


async def picture(interaction: discord.Interaction) -> None:
    """Draw."""
    view = discord.ui.LayoutView()
    file = discord.File(io.BytesIO(b"GIF89a\x02\x00\x03\x00"), "a.gif", description="A picture")
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(file)))
    await interaction.response.send_message(view=view, file=file)
    message = await interaction.original_response()
    assert await message.attachments[0].read() == b"GIF89a\x02\x00\x03\x00"
    await message.edit(view=view)


Start = Callable[..., AbstractAsyncContextManager[Bot]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, playground: Playground) -> Start:
    """Starts a bot, ready to be used until the block ends."""
    monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(playground.gateway.url))

    @asynccontextmanager
    async def started(**options: Any) -> AsyncGenerator[Bot]:
        bot = Bot(**options)
        async with asyncio.TaskGroup() as tasks, bot:
            tasks.create_task(bot.start(playground.token))
            async with asyncio.timeout(PATIENCE):
                await bot.up.wait()
            yield bot

    return started


async def answer(tab: Tab, kind: str = "message") -> Frame:
    """The message of the next frame of that kind, whatever comes before it."""
    while True:
        frame = await tab.socket.receive_json(timeout=PATIENCE)
        assert frame["type"] != "failed", frame
        if frame["type"] == kind:
            return frame["message"]


async def use(tab: Tab, name: str, **options: Any) -> Frame:
    """Use a command; the message that it is answered with."""
    given = [{"name": key, "value": value} for key, value in options.items()]
    await tab.do("command", name=name, options=given)
    return await answer(tab)


async def test_a_bot_connects_and_answers(playground: Playground, start: Start) -> None:
    async with start() as bot, Tab.at(playground) as ada:
        guild = bot.get_guild(playground.world.guild.id)
        assert guild is not None
        assert (guild.name, guild.me.name, guild.member_count) == ("Tandem Playground", "Tandem", 5)
        assert guild.owner_id == playground.world.people[0].user.id
        message = await use(ada, "count")
        assert "<strong>0</strong>" in message["components"][0]["components"][0]["content_html"]
        linus = next(member for member in ada.hello["members"] if member["name"] == "linus")
        assert (await use(ada, "think", who=linus["id"], hard="true"))["flags"] == 192
        assert (await answer(ada, "message_update"))["content"] == "Linus Student True"
        assert (await answer(ada))["content"] == "and more"
        assert (await answer(ada, "message_update"))["content"] == "Linus Student True!"


async def test_old_buttons_work_after_a_restart(playground: Playground, start: Start) -> None:
    async with Tab.at(playground) as ada:
        async with start():
            await answer_to_bot(ada, online=True)
            message = await use(ada, "count")
        await answer_to_bot(ada, online=False)
        async with start():
            await answer_to_bot(ada, online=True)
            for n in range(2):
                await ada.do("component", message_id=message["id"], custom_id=f"count:{n}")
                counted = await answer(ada, "message_update")
                assert counted["components"][0]["components"][0]["content"] == f"**{n + 1}**"


async def answer_to_bot(tab: Tab, *, online: bool) -> None:
    """Wait until the page shows that the bot came or went."""
    while (frame := await tab.socket.receive_json(timeout=PATIENCE))["type"] != "bot":
        pass
    assert frame["online"] is online


async def test_a_form_is_filled_in(playground: Playground, start: Start) -> None:
    async with start(), Tab.at(playground) as ada:
        await ada.do("command", name="form")
        opened = await ada.next("modal")
        field = opened["modal"]["components"][0]["component"]
        filled = [{"type": 18, "component": {"type": 4, "custom_id": field["custom_id"], "value": "Ada"}}]
        form = {"interaction_id": opened["interaction_id"], "custom_id": opened["modal"]["custom_id"]}
        await ada.do("modal_submit", **form, components=filled)
        assert (await answer(ada))["content"] == "Hello Ada"


async def test_a_picture_is_shown_and_stays_over_an_edit(playground: Playground, start: Start) -> None:
    async with start(), Tab.at(playground) as ada:
        shown = await use(ada, "picture")
        edited = await answer(ada, "message_update")
        for message in (shown, edited):
            item = message["components"][0]["items"][0]
            assert item["media"]["url"] == message["attachments"][0]["url"]
            assert (item["media"]["width"], item["description"]) == (2, "A picture")


async def test_a_bot_resumes_what_it_missed(playground: Playground, start: Start) -> None:
    async with start() as bot, Tab.at(playground) as ada:
        playground.gateway.close(4000)
        await answer_to_bot(ada, online=False)
        await ada.do("command", name="count")
        assert (await answer(ada))["command_name"] == "count"
        async with asyncio.timeout(PATIENCE):
            await bot.resumed.wait()


@pytest.mark.parametrize("how", ["reconnect", "invalid, resumable", "invalid"])
async def test_a_bot_comes_back(playground: Playground, start: Start, how: str) -> None:
    async with start() as bot, Tab.at(playground) as ada:
        bot.up.clear()
        if how == "reconnect":
            playground.gateway.ask_to_reconnect()
        else:
            playground.gateway.invalidate(resumable=how == "invalid, resumable")
        await answer_to_bot(ada, online=False)
        await answer_to_bot(ada, online=True)
        assert (await use(ada, "count"))["command_name"] == "count"


async def test_two_shards_share_the_work(playground: Playground, start: Start) -> None:
    async with start(shard_count=2) as bot, Tab.at(playground) as ada:
        guild = bot.get_guild(playground.world.guild.id)
        assert guild is not None
        assert (len(bot.shards), guild.shard_id) == (2, (guild.id >> 22) % 2)
        assert (await use(ada, "count"))["command_name"] == "count"


async def test_a_wrong_token_and_a_privileged_intent_are_refused(playground: Playground, start: Start) -> None:
    async with discord.Client(intents=discord.Intents.none()) as client:
        with pytest.raises(discord.LoginFailure):
            await client.start("wrong")
    async with discord.Client(intents=discord.Intents(message_content=True)) as client:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(playground.token)


async def test_all_that_discord_py_sent_keeps_to_discords_description(
    playground: Playground, start: Start, recorded: list[Recorded]
) -> None:
    async with start(), Tab.at(playground) as ada:
        for name in ("count", "picture"):
            await use(ada, name)
        await answer(ada, "message_update")
    bodies = [request for request in recorded if request.body is not None]
    assert len(bodies) >= 4
    assert [discord_openapi.violations(request.method, request.path, request.body) for request in bodies] == [
        [] for _ in bodies
    ]
