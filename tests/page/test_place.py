"""The page around the channel: members, channels, a phone's width, and a playground that goes away."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from bot.playground import Playground
from tests.page.conftest import Person
from tests.page.showcase import Showcase

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


async def test_the_address_keeps_who_and_where(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    grace, lab = playground.world.people[1], playground.world.guild.channels[1]
    await ada.page.get_by_role("button", name="Switch member").click()
    await ada.page.get_by_role("link", name="Grace", exact=True).click()
    await expect(ada.page).to_have_url(re.compile(rf"\?member={grace.user.id}#"))
    await expect(ada.page.get_by_role("button", name="Grace Switch member")).to_be_visible()
    await ada.page.get_by_role("link", name=lab.name).click()
    await expect(ada.page).to_have_url(re.compile(rf"#{lab.id}$"))
    await ada.page.reload()
    await expect(ada.page.get_by_role("heading", name=lab.name, exact=True)).to_be_visible()
    await expect(ada.page.get_by_role("button", name="Grace Switch member")).to_be_visible()


async def test_another_channel_tells_that_something_is_new(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive()
    grace, lab = playground.world.people[1], playground.world.guild.channels[1]
    playground.world.post(lab, grace.user, {"content": "In the lab"})
    link = ada.page.get_by_role("link", name=f"{lab.name} (unread)")
    await expect(link).to_be_visible()
    await expect(ada.messages).to_have_count(0)
    await link.click()
    await ada.sees("In the lab")
    await expect(link).to_have_count(0)


async def test_a_first_visit_says_what_to_try(ada: Person) -> None:
    await ada.page.get_by_role("button", name="/lesson async").click()
    await expect(ada.box).to_have_value("/lesson async")
    await ada.presses("Enter")
    await ada.sees("Two tasks: flow")


async def test_the_page_says_when_the_bot_is_gone(ada: Person, bot: Showcase) -> None:
    await expect(ada.page.get_by_text("Tandem is offline")).to_have_count(0)
    await bot.close()
    await expect(ada.page.get_by_text("Tandem is offline")).to_be_visible()


async def test_everything_fits_a_phone(bot: Showcase, arrive: Any) -> None:
    ada: Person = await arrive(**PHONE)
    bot.slow.set()
    for line in ("/lesson async", "/gallery", "/embed", "/demo compare", "/trouble"):
        await ada.runs(line)
        await ada.sees(line.split()[0])
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    assert await ada.page.evaluate(widths) == [390, 390]
    code = ada.page.locator("pre code")
    await expect(code).to_have_count(3)
    for block in await code.all():
        assert await block.evaluate("(node) => node.scrollWidth <= node.clientWidth")
        assert await block.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") > 10


async def test_on_a_phone_the_channels_are_a_drawer(arrive: Any, playground: Playground) -> None:
    ada: Person = await arrive(**PHONE)
    lab = playground.world.guild.channels[1]
    link = ada.page.get_by_role("link", name=lab.name)
    await expect(link).to_be_hidden()
    opener = ada.page.get_by_role("button", name="Channels")
    await opener.click()
    await expect(link).to_be_visible()
    await ada.presses("Escape")
    await expect(link).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await link.click()
    await expect(link).to_be_hidden()
    await expect(ada.page.get_by_role("heading", name=lab.name, exact=True)).to_be_visible()


async def test_the_page_comes_back_by_itself(arrive: Any, playground: Playground) -> None:
    port = int(playground.url.rpartition(":")[2])
    ada: Person = await arrive(expects_failures=True)
    await playground.__aexit__(None, None, None)
    await expect(ada.page.get_by_text("The connection to the playground is lost")).to_be_visible()
    async with Playground(port=port):
        await expect(ada.page.get_by_text("Connected again.")).to_be_visible()
        await ada.runs("Hello again")
        await ada.sees("Hello again")
