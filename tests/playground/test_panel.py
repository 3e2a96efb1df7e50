"""A settings panel, its forms, roles, files and direct messages: a real discord.py bot, and people who use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import discord
import pytest

from bot.playground import Playground, Recorded
from tests import discord_openapi
from tests.person import Failed, Person, Seen
from tests.playground.local_discord import PATIENCE
from tests.playground.panel_bot import PanelBot

Arrive = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def playground(recorded: list[Recorded]) -> AsyncGenerator[Playground]:
    """A local Discord; all that was sent to it is held against Discord's own description."""
    async with Playground(on_request=recorded.append) as running:
        yield running
    if discord_openapi.DESCRIPTION.exists():
        bodies = [request for request in recorded if request.body is not None]
        faults = [discord_openapi.violations(each.method, each.path, each.body) for each in bodies]
        assert faults == [[] for _ in bodies]


@pytest.fixture
async def bot(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[PanelBot]:
    monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
    async with asyncio.TaskGroup() as tasks, PanelBot() as bot:
        tasks.create_task(bot.start(playground.token))
        async with asyncio.timeout(PATIENCE):
            await bot.up.wait()
        yield bot


@pytest.fixture
async def arrive(bot: PanelBot, playground: Playground) -> AsyncGenerator[Arrive]:
    """Lets somebody open the chat page."""
    async with AsyncExitStack() as stack:

        async def arrive(name: str) -> Person:
            return await stack.enter_async_context(Person.at(playground.url, name))

        yield arrive


@pytest.fixture
async def ada(arrive: Arrive) -> Person:
    return await arrive("Ada")


def chosen(message: Seen, menu: str) -> list[str]:
    """The ids that a menu shows as chosen."""
    return [each["id"] for each in message.menu_called(menu).get("default_values", [])]


# Commands


async def test_subcommands_take_options_of_every_type(ada: Person) -> None:
    words = {"topic": "async", "where": "#async-lab", "role": "@Async", "host": "@Grace"}
    assert (await ada.type("round start", **words)).text == "async async-lab Async Grace 20 False"
    told = await ada.type("round start", **words, seconds=5, loud=True)
    assert told.text == "async async-lab Async Grace 5 True"
    with pytest.raises(Failed, match="The option seconds must lie between 5 and 60"):
        await ada.type("round start", **words, seconds=3)
    with pytest.raises(Failed, match="There is no role @Nobody"):
        await ada.type("round start", **words | {"role": "@Nobody"})


async def test_settings_are_offered_to_managers_alone(playground: Playground, arrive: Arrive, ada: Person) -> None:
    linus, grace = await arrive("Linus"), await arrive("Grace")
    everybody = {"round start", "round results csv", "round results json", "ask", "reward"}
    assert set(linus.offers) == everybody
    for manager in (ada, grace):
        assert set(manager.offers) == everybody | {"settings"}
    with pytest.raises(Failed, match="There is no command /settings here"):
        await linus.type("settings")
    teacher = playground.world.guild.roles[2]
    playground.world.give_role(playground.world.people[2], teacher)
    assert (await linus.type("settings")).private


async def test_a_zero_leaves_a_command_to_administrators(playground: Playground, arrive: Arrive, ada: Person) -> None:
    playground.world.commands.add(None, {"name": "secret", "description": "x", "default_member_permissions": "0"})
    grace = await arrive("Grace")
    assert "secret" not in grace.offers
    assert "secret" in (await arrive("Ada")).offers


# The panel


async def test_menus_show_and_change_what_is_chosen(playground: Playground, ada: Person) -> None:
    panel = await ada.type("settings")
    passed, lab = playground.world.guild.roles[5], playground.world.guild.channels[1]
    panel = await ada.choose("@Async", panel, menu="Pass role")
    panel = await ada.choose("#async-lab", panel, menu="channel")
    assert chosen(panel, "Pass role") == [str(passed.id)]
    assert chosen(panel, "Announce in") == [str(lab.id)]
    panel = await ada.choose([], panel, menu="Pass role")
    assert chosen(panel, "Pass role") == []


async def test_menus_of_several_and_of_none(ada: Person) -> None:
    panel = await ada.type("settings")
    assert (await ada.choose(["@Grace", "@Linus"], panel, menu="Teachers")).text == "members: ['grace', 'linus']"
    assert (await ada.choose(["Easy", "Hard"], panel)).text == "level: ['e', 'h']"
    assert (await ada.choose([], panel, menu=4)).text == "level: []"
    with pytest.raises(Failed, match="Choose 1 to 3"):
        await ada.choose([], panel, menu="Teachers")
    with pytest.raises(Failed, match="The channel #general is not of a kind that fits here"):
        await ada.choose("#general", panel, menu="Speak in")


# Forms


async def test_a_form_shows_what_stands_and_asks_for_the_rest(ada: Person) -> None:
    form = await ada.type_for_form("ask")
    assert (form.title, list(form.fields)) == ("More settings", ["Name", "Answer", "Role", "Place"])
    assert form.text == "These count from the *next* round on."
    with pytest.raises(Failed, match="Answer: Choose one"):
        await ada.submits(form)
    answer = await ada.submits(form, {"Answer": "message", "Role": "@Async", "Place": ["#general", "#async-lab"]})
    assert (answer.text, answer.private) == ("Quiz: Async, general, async-lab", True)


async def test_a_form_behind_a_button_may_change_its_message(ada: Person) -> None:
    panel = await ada.type("settings")
    answer = await ada.submits(await ada.press_for_form("More", panel), {"Answer": "update", "Name": "Exam"})
    assert (answer.id, answer.text.strip()) == (panel.id, "Exam:")


async def test_a_form_behind_a_command_has_no_message_to_change(ada: Person, recorded: list[Recorded]) -> None:
    form = await ada.type_for_form("ask")
    assert (await ada.submits(form, {"Answer": "quiet", "Name": "Later"})).text == "Later: "
    answers = [request.body["type"] for request in recorded if request.path.endswith("/callback")]
    assert answers == [9, 6]


@pytest.mark.parametrize("how", ["think", "quiet"])
async def test_a_form_may_be_answered_later(ada: Person, how: str) -> None:
    form = await ada.press_for_form("More", await ada.type("settings"))
    await ada.submits(form, {"Answer": how, "Name": "Late"})
    assert await ada.sees(lambda message: message.text == "Late: ")


# Files


async def test_files_are_downloaded_from_messages_and_layouts(ada: Person) -> None:
    table = await ada.type("round results csv")
    assert await ada.downloads(table, "results.csv") == b"name,points\nAda,3\n"
    layout = await ada.type("round results json")
    assert json.loads(await ada.downloads(layout, "results.json")) == {"Ada": 3}


# Roles and direct messages


async def test_a_role_is_given_and_told_in_private(playground: Playground, arrive: Arrive, ada: Person) -> None:
    linus = await arrive("Linus")
    assert (await ada.type("reward", member="@Linus", role="@Async")).text == "done"
    letter = await linus.sees(lambda message: message.text == "You are Async now.")
    assert linus.hello["channels"][-1]["direct"]
    assert letter.room == linus.hello["channels"][-1]["id"]
    assert [role.name for role in playground.world.people[2].roles] == ["Student", "Async"]
    assert (await ada.type("reward", member="@Linus", role="@Admin")).text == "refused: 50013"


async def test_a_closed_inbox_refuses_and_an_open_one_takes(arrive: Arrive, ada: Person) -> None:
    linus = await arrive("Linus")
    await linus.takes_direct_messages(False)
    assert (await ada.type("reward", member="@Linus", role="@Async")).text == "refused: 50007"
    await linus.takes_direct_messages(True)
    assert (await ada.type("reward", member="@Linus", role="@Async")).text == "done"
    linus.goes_to("Tandem")
    assert (await linus.says("Thank you")).room == linus.here
    form = await linus.type_for_form("ask")
    assert (await linus.submits(form, {"Answer": "message"})).room == linus.here


async def test_messages_are_deleted_by_who_may(arrive: Arrive, ada: Person) -> None:
    linus = await arrive("Linus")
    said = await linus.says("Oops")
    await linus.deletes(said)
    await ada.deletes(await ada.type("round results json"))


async def test_a_bot_learns_that_it_was_thrown_out(playground: Playground, bot: PanelBot) -> None:
    playground.world.remove_bot()
    async with asyncio.timeout(PATIENCE):
        await bot.left.wait()
    assert list(bot.guilds) == []
