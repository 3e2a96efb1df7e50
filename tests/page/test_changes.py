"""A page whose world changes: times that count, channels that close or go, hundreds of members."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.playground import Playground
from bot.playground.permissions import Permission
from tests.page.conftest import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")
MANY = 500


async def clock_at(page: Page, seconds: float) -> None:
    """Hold the page's clock at that moment."""
    await page.clock.set_fixed_time(seconds)


async def test_a_relative_time_counts_down_by_the_second(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    now = 1_772_000_000
    await clock_at(ada.page, now)
    general = playground.world.guild.channels[0]
    playground.world.post(
        general, playground.world.bot, {"content": f"It starts <t:{now + 20}:R>, at <t:{now + 20}:T>."}
    )
    await ada.sees("It starts in 20 seconds")
    for later, words in ((7, "in 13 seconds"), (20, "now"), (25, "5 seconds ago"), (185, "3 minutes ago")):
        await clock_at(ada.page, now + later)
        await ada.sees(f"It starts {words}, at")


async def test_every_mention_has_a_name_and_does_something(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    world = playground.world
    (command,) = world.commands.replace(None, [{"name": "round", "description": "x"}])
    general, lab = world.guild.channels[:2]
    grace, passed = world.people[1].user, world.guild.roles[5]
    mentions = f"<@{grace.id}> <@&{passed.id}> <#{lab.id}> </round results csv:{command['id']}> <@1>"
    world.post(general, world.bot, {"content": mentions})
    await ada.sees("@Grace @Async #async-lab /round results csv @unknown-user")
    await ada.newest.get_by_role("button", name="/round results csv").click()
    await expect(ada.box).to_have_value("/round results csv ")
    await ada.newest.get_by_role("link", name="#async-lab").click()
    await expect(ada.page).to_have_url(re.compile(rf"#{lab.id}$"))


async def test_a_channel_for_reading_says_so(arrive: Any, playground: Playground) -> None:
    linus: Person = await arrive(f"/?member={playground.world.people[2].user.id}")
    await linus.page.get_by_role("link", name="announcements").click()
    await expect(linus.box).to_be_disabled()
    await expect(linus.page.get_by_placeholder("You do not have permission to send messages")).to_be_visible()
    world = playground.world
    world.overwrite(world.guild.channels[2], world.guild.roles[1], allow=Permission.SEND_MESSAGES)
    await expect(linus.box).to_be_enabled()


async def test_a_deleted_channel_leads_to_another(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    lab = playground.world.guild.channels[1]
    await ada.page.get_by_role("link", name=lab.name).click()
    await expect(ada.page.get_by_role("heading", name=lab.name, exact=True)).to_be_visible()
    playground.world.delete_channel(lab)
    await expect(ada.page.get_by_role("heading", name="general", exact=True)).to_be_visible()
    await expect(ada.page.get_by_role("link", name=lab.name)).to_have_count(0)
    await ada.runs("Here again")
    await ada.sees("Here again")


async def test_a_bot_that_was_thrown_out_is_gone(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    playground.world.remove_bot()
    await expect(ada.page.get_by_text("Tandem is not in this server")).to_be_visible()
    await expect(ada.page.get_by_role("heading", name="Bot")).to_have_count(0)


async def test_five_hundred_members_are_listed_and_found(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    for number in range(1, MANY + 1):
        playground.world.join(f"Player {number}")
    members = ada.page.get_by_role("complementary", name="Members")
    await expect(members.get_by_role("heading", name=f"Online — {MANY}")).to_be_visible()
    await ada.page.get_by_role("button", name="Switch member").click()
    people = ada.page.locator("#people")
    box, window = await people.bounding_box(), ada.page.viewport_size
    assert box is not None
    assert window is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= window["height"]
    await ada.page.get_by_role("searchbox", name="Find a member").fill("player 49")
    await expect(people.get_by_role("link", name=re.compile(r"^Player 49\d?$"))).to_have_count(11)
    await people.get_by_role("link", name="Player 499", exact=True).click()
    await expect(ada.page.get_by_role("button", name="Player 499 Switch member")).to_be_visible()
