"""What stands in the channel: presses, menus, forms, pictures, edits; and who sees it."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.playground import Playground
from tests.page.conftest import Alarms, Person
from tests.page.showcase import Showcase

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def focused(page: Page) -> str:
    return await page.evaluate("document.activeElement.innerText")


async def test_a_private_message_is_seen_by_one_and_can_be_dismissed(
    ada: Person, arrive: Any, playground: Playground
) -> None:
    grace = await arrive(f"/?member={playground.world.people[1].user.id}")
    await ada.runs("/lesson async")
    await ada.sees("Only you can see this")
    await ada.runs("/hello Grace")
    await grace.sees("hello @Grace")
    await expect(grace.messages).to_have_count(1)
    await ada.messages.first.get_by_role("button", name="Dismiss message").click()
    await expect(ada.messages).to_have_count(1)


async def test_an_edit_under_the_thumb_keeps_the_place_of_who_uses_the_keyboard(ada: Person) -> None:
    await ada.runs("/lesson async")
    await ada.sees("Two tasks: flow")
    await ada.presses("ArrowUp")
    assert await focused(ada.page) == "flow"
    await ada.presses("Tab")
    assert await focused(ada.page) == "Next"
    for part in ("code", "steps"):
        await ada.presses("Enter")
        await ada.sees(f"Two tasks: {part}")
        assert await focused(ada.page) == "Next"
    await expect(ada.button("Next")).to_be_disabled()
    await ada.presses("ArrowLeft", "Enter")
    await ada.sees("Two tasks: code")
    assert await focused(ada.page) == "Previous"
    await ada.presses("Escape")
    await expect(ada.box).to_be_focused()


async def test_a_menu_works_by_keyboard(ada: Person) -> None:
    await ada.runs("/lesson async")
    menu = ada.newest.get_by_role("combobox", name="Choose a part")
    await menu.press("Enter")
    options = ada.page.get_by_role("listbox", name="Choose a part").get_by_role("option")
    await expect(options).to_have_count(3)
    await expect(options.nth(0)).to_be_focused()
    await ada.presses("s")
    await expect(options.nth(2)).to_be_focused()
    await ada.presses("Enter")
    await ada.sees("Two tasks: steps")
    await expect(menu).to_have_text("steps")
    await expect(menu).to_be_focused()


async def test_menus_of_several_and_of_members(ada: Person) -> None:
    await ada.runs("/gallery")
    message = ada.newest
    await message.get_by_role("combobox", name="Choose two colours").click()
    for colour in ("Red", "Blue", "Green"):  # two are the most; the third stays out
        await ada.page.get_by_role("option", name=colour).click()
    await ada.presses("Escape")
    await ada.sees("Red, Blue")
    await ada.messages.first.get_by_role("combobox", name="Choose somebody").click()
    await ada.page.get_by_role("option", name="Linus").click()
    await ada.sees("You chose @Linus")


async def test_pictures_have_words_and_files_come_back(ada: Person) -> None:
    await ada.runs("/gallery")
    picture = ada.newest.get_by_role("img", name="Two colours")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 320
    async with ada.page.expect_download() as waiting:
        await ada.newest.get_by_role("link", name="Download notes.txt").click()
    download = await waiting.value
    assert (await download.path()).read_text() == "Bring tea.\n"
    await ada.newest.get_by_role("button", name="Picture: Two colours").click()
    large = ada.page.get_by_role("dialog", name="Two colours")
    await expect(large).to_be_visible()
    await ada.presses("Escape")
    await expect(large).to_have_count(0)


async def test_a_form_is_filled_by_keyboard(ada: Person) -> None:
    await ada.runs("/survey")
    form = ada.page.get_by_role("dialog", name="Tell us")
    await expect(form.get_by_label("Your name")).to_be_focused()
    await ada.presses("Enter")
    await expect(form).to_contain_text("This field is required.")
    await ada.page.keyboard.type("Ada")
    await ada.presses("Tab", "Space")  # the first level
    await ada.presses("Tab", "Space", "Tab", "Space")  # both topics
    await ada.presses("Tab", "Enter", "ArrowDown", "Enter")  # the second language
    await ada.presses("Tab", "Space")  # news
    await ada.presses("Tab", "Tab", "Enter")  # past Cancel, to Submit
    await ada.sees("Ada / New / Promises / Tasks / JavaScript / news: True")
    await expect(form).to_have_count(0)


async def test_who_leaves_a_form_can_type_on(ada: Person) -> None:
    await ada.runs("/survey")
    form = ada.page.get_by_role("dialog", name="Tell us")
    await expect(form.get_by_label("Your name")).to_be_focused()
    await ada.presses("Escape")
    await expect(form).to_have_count(0)
    await ada.page.keyboard.type("Not today")
    await expect(ada.box).to_have_value("Not today")


async def test_a_press_shows_that_it_is_on_its_way(ada: Person, bot: Showcase) -> None:
    await ada.runs("/trouble")
    await ada.button("Wait").click()
    await expect(ada.button("Wait")).to_have_attribute("aria-busy", "true")
    bot.slow.set()
    await ada.sees("It is done.")
    await expect(ada.button("Wait")).not_to_have_attribute("aria-busy", "true")


async def test_a_press_that_nobody_answers_fails_in_red_until_the_next_one(ada: Person, alarms: Alarms) -> None:
    await ada.runs("/trouble")
    failure = ada.newest.get_by_text("This interaction failed")
    await ada.button("Silence").click()
    await expect(ada.button("Silence")).to_have_attribute("aria-busy", "true")
    await alarms.ring()
    await expect(failure).to_be_visible()
    await ada.button("Wait").click()
    await expect(failure).to_have_count(0)


async def test_markdown_embeds_and_attachments(ada: Person) -> None:
    await ada.runs("/embed")
    await expect(ada.newest.get_by_role("heading", name="Title")).to_be_visible()
    await expect(ada.newest.get_by_role("listitem")).to_have_count(3)
    await expect(ada.newest.get_by_role("img", name="Two colours")).to_be_visible()
    spoiler = ada.newest.get_by_role("button", name="Spoiler")
    await spoiler.press("Enter")
    await expect(spoiler).to_have_count(0)
    await expect(ada.newest.get_by_text("secret")).to_be_visible()


# The scroll event of the first line reaches the page when the second has already made the message longer.
SCROLL_AND_GROW = """(node) => {
    node.scrollTop = node.scrollHeight;
    node.querySelector("li:last-child article").style.paddingBottom = "600px";
}"""
GAP_BELOW = "(node) => Math.round(node.scrollHeight - node.scrollTop - node.clientHeight)"


async def test_who_reads_the_end_stays_there_while_it_grows(ada: Person) -> None:
    for _ in range(2):
        await ada.runs("/embed")
    await expect(ada.messages).to_have_count(2)
    scroller = ada.page.locator("#scroller")
    await scroller.evaluate("(node) => { node.scrollTop -= 10; return new Promise(requestAnimationFrame); }")
    await scroller.evaluate(SCROLL_AND_GROW)
    await scroller.evaluate("() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")
    assert await scroller.evaluate(GAP_BELOW) == 0


async def test_who_reads_further_up_stays_there(ada: Person, playground: Playground) -> None:
    for _ in range(3):
        await ada.runs("/embed")
    await expect(ada.messages).to_have_count(3)
    scroller = ada.page.locator("#scroller")
    await expect(ada.newest).to_be_in_viewport()
    await scroller.evaluate("(node) => (node.scrollTop = 0)")
    newer = ada.page.get_by_role("button", name="1 new message")
    person = playground.world.people[1].user
    await expect(newer).to_be_hidden()
    await scroller.evaluate("() => new Promise(requestAnimationFrame)")
    playground.world.post(playground.world.guild.channels[0], person, {"content": "Down here"})
    await ada.sees("Down here")
    assert await scroller.evaluate("(node) => node.scrollTop") == 0
    await newer.click()
    await expect(ada.newest).to_be_in_viewport()
    await expect(newer).to_be_hidden()
