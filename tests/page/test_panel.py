"""A settings panel on the page: subcommands, menus of roles and channels, forms, files, and letters from the bot."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.playground import Playground
from tests.page.conftest import START_WITHIN, Person
from tests.playground.panel_bot import PanelBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def panel_bot(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PanelBot]:
    monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
    async with asyncio.TaskGroup() as tasks, PanelBot() as bot:
        tasks.create_task(bot.start(playground.token))
        async with asyncio.timeout(START_WITHIN):
            await bot.up.wait()
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def ada(panel_bot: PanelBot, arrive: Any) -> Person:
    person: Person = await arrive()
    await expect(person.page.get_by_text("Try Tandem")).to_be_visible()
    return person


@pytest_asyncio.fixture(loop_scope="session")
async def linus(panel_bot: PanelBot, arrive: Any, playground: Playground) -> Person:
    return await arrive(f"/?member={playground.world.people[2].user.id}")


def offered(person: Person) -> Locator:
    return person.page.get_by_role("listbox").get_by_role("option")


async def choose(person: Person, menu: Locator, *names: str) -> None:
    await menu.click()
    for name in names:
        await person.page.get_by_role("option", name=name).click()


async def test_subcommands_and_their_options_are_typed_with_help(ada: Person) -> None:
    await ada.types("/round")
    await expect(offered(ada)).to_have_count(3)
    await ada.types(" start")
    await ada.presses("Tab")
    await ada.types("async ")
    await expect(offered(ada)).to_have_text(["#general", "#async-lab", "#announcements"])
    await ada.types("lab")
    await ada.presses("Tab")
    await expect(ada.box).to_have_value("/round start async where:#async-lab role:")
    await expect(offered(ada)).to_contain_text(["@Student", "@Teacher", "@Admin", "@Tandem", "@Async"])
    await ada.types("Asy")
    await ada.presses("Tab")
    await ada.types("Gra")
    await ada.presses("Tab")
    await ada.types("loud:")
    await ada.presses("Tab")
    await ada.types("seconds:9")
    await ada.presses("Enter")
    await ada.sees("async async-lab Async Grace 9 True")


async def test_a_member_is_offered_what_they_may_use_and_no_more(
    ada: Person, linus: Person, playground: Playground
) -> None:
    for person, count in ((ada, 1), (linus, 0)):
        await person.types("/sett")
        await expect(offered(person).filter(has_text="/settings")).to_have_count(count)
    await linus.presses("Enter")
    await expect(linus.page.locator("#composer-error")).to_contain_text("There is no such command")
    playground.world.give_role(playground.world.people[2], playground.world.guild.roles[2])
    await linus.runs("ings")
    await linus.sees("Only you can see this")


async def test_settings_are_chosen_shown_and_taken_back(ada: Person) -> None:
    await ada.runs("/settings")
    role = ada.newest.get_by_role("combobox", name="Pass role")
    await choose(ada, role, "@Async")
    await expect(role).to_have_text("@Async")
    channel = ada.newest.get_by_role("combobox", name="Announce in")
    await choose(ada, channel, "#announcements")
    await expect(channel).to_have_text("#announcements")
    await expect(role).to_have_text("@Async")
    await choose(ada, role, "@Async")
    await expect(role).to_have_text("Pass role")
    await choose(ada, ada.newest.get_by_role("combobox", name="Levels"), "Hard")
    await ada.presses("Escape")
    await ada.sees("level: ['e', 'h']")


async def test_a_form_with_what_stood_there_changes_its_message(ada: Person) -> None:
    await ada.runs("/settings")
    await ada.button("More").click()
    form = ada.page.get_by_role("dialog", name="More settings")
    await expect(form).to_contain_text("These count from the next round on.")
    await expect(form.get_by_label("Name")).to_have_value("Quiz")
    await form.get_by_text("update").click()
    await choose(ada, form.get_by_role("combobox", name="Role"), "@Async")
    await choose(ada, form.get_by_role("combobox", name="Place"), "#general", "#async-lab")
    await ada.presses("Escape")
    await form.get_by_role("button", name="Submit").click()
    await ada.sees("Quiz: Async, general, async-lab")
    await expect(ada.messages).to_have_count(1)


async def test_results_are_downloaded(ada: Person) -> None:
    for line, name in (("/round results csv", "results.csv"), ("/round results json", "results.json")):
        await ada.runs(line)
        link = ada.newest.get_by_role("link", name=f"Download {name}")
        async with ada.page.expect_download() as waiting:
            await link.click()
        download = await waiting.value
        assert download.suggested_filename == name
        text = (await download.path()).read_text()
        assert text == "name,points\nAda,3\n" if name.endswith("csv") else json.loads(text) == {"Ada": 3}


async def test_a_letter_from_the_bot_is_noticed_and_read(ada: Person, linus: Person) -> None:
    await ada.runs("/reward Linus Async")
    await ada.sees("done")
    letters = linus.page.get_by_role("link", name="Tandem (unread)")
    await expect(letters).to_be_visible()
    await expect(letters.locator(".badge")).to_have_text("1")
    await expect(linus.page).to_have_title("• #general | Tandem Playground")
    await letters.click()
    await linus.sees("You are Async now.")
    await expect(linus.page.get_by_text("Nobody else sees them.")).to_be_visible()
    await expect(linus.page).to_have_title("@Tandem | Tandem Playground")
    await linus.runs("Thanks!")
    await linus.sees("Thanks!")
    await expect(ada.messages).to_have_count(1)


async def test_a_letter_is_told_to_who_listens(linus: Person, playground: Playground) -> None:
    world = playground.world
    world.post(world.direct_message(world.people[2].user), world.bot, {"content": "For you"})
    await expect(linus.page.locator("#announcer")).to_have_text("New direct message from Tandem")


async def test_a_given_role_colours_the_name_and_moves_the_member(ada: Person, linus: Person) -> None:
    await linus.runs("I passed")
    name = ada.messages.first.locator(".author .name")
    await expect(name).to_have_css("color", "rgb(59, 163, 208)")
    await ada.runs("/reward Linus Async")
    await expect(name).to_have_css("color", "rgb(180, 126, 222)")
    members = ada.page.get_by_role("complementary", name="Members")
    await expect(members.get_by_role("heading")).to_have_text(
        ["Admin — 1", "Teacher — 1", "Async — 1", "Student — 1", "Bot"]
    )


async def test_the_inbox_is_closed_and_opened_by_a_switch(ada: Person, linus: Person) -> None:
    await linus.page.get_by_role("button", name="Switch member").click()
    switch = linus.page.get_by_role("switch", name="Direct messages from bots")
    await expect(switch).to_be_checked()
    await switch.click()
    await ada.runs("/reward Linus Async")
    await ada.sees("refused: 50007")
    await switch.click()
    await ada.runs("/reward Linus Async")
    await ada.sees("done")
