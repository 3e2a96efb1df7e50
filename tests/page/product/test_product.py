"""Tandem itself in a real browser: a member reads, steps, answers and watches. The pictures in `docs/` are of this."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import expect
from sqlalchemy import make_url

from bot.domain.lesson import Level, Question
from bot.domain.predict import Challenge, challenge
from bot.exts.kit.words import COLUMNS
from tests.conftest import House
from tests.page.conftest import Person
from tests.page.pictures import picture, window_picture
from tests.page.product.acts import PHONE, clicks, types
from tests.person import Person as Member

pytestmark = pytest.mark.asyncio(loop_scope="session")

LETTERS = ("A", "B", "C", "D")
MISTAKEN = "p2-write-concurrent"


async def chooses(person: Person, option: str) -> None:
    """Choose a part of the lesson from its menu."""
    await person.newest.get_by_role("combobox", name="Go to a part").click()
    await person.page.get_by_role("listbox", name="Go to a part").get_by_role("option", name=option).click()


async def tabs_to(person: Person, name: str, key: str = "Tab") -> None:
    """Go on to a control by the keyboard, as long as it takes."""
    for _ in range(12):
        await person.presses(key)
        if await person.page.evaluate("document.activeElement.innerText") == name:
            return
    pytest.fail(f"{name} cannot be reached by {key}")


async def answers(person: Person, bank: Mapping[str, Question]) -> None:
    """Read the question and the options, and press the letter of the right one; of a wrong one in `MISTAKEN`."""
    text = await person.newest.inner_text()
    question = next(each for each in bank.values() if _plain(each.prompt) in text)
    option = question.options[1] if question.id == MISTAKEN else question.answer
    letter = next(line[0] for line in text.splitlines() if line[1:] == f" · {_plain(option.text)}")
    await clicks(person, letter)


def _plain(markdown: str) -> str:
    """A text as it is read on the page, up to its first line break."""
    return re.sub(r"[*`]", "", markdown).split("\n")[0]


async def finishes(member: Member, bank: Mapping[str, Question], *, right: int) -> None:
    """Somebody takes the quiz elsewhere, and answers the first `right` questions right."""
    seen = await member.type("quiz")
    for number in range(5):
        ids = {label: button["custom_id"].split(":")[2:] for label, button in seen.buttons.items() if label in LETTERS}
        letter = next(
            one for one, (asked, option) in ids.items() if (bank[asked].answer.id == option) is (number < right)
        )
        await member.press(letter)
        seen = await member.press("Next" if number < 4 else "See the result")


async def fits(person: Person) -> None:
    """Nothing on the page, and no code in it, must be scrolled sideways; and it can be read."""
    width = await person.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width == [390, 390]
    for block in await person.newest.locator("pre code").all():
        assert await block.evaluate("(node) => node.scrollWidth <= node.clientWidth")
        assert await block.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)") > 10


async def test_a_member_reads_the_lesson_and_steps_through_it(ada: Person) -> None:
    await types(ada, "/lesson async")
    await expect(ada.newest.get_by_role("heading", name="The two flows")).to_be_visible()
    await expect(ada.newest.locator(".author .name")).to_have_text("Tandem")
    await ada.sees("Only you can see this")

    await clicks(ada, "Next")
    await ada.sees("part 2 of 10 · 2 read")
    await expect(ada.newest.locator("pre .hl-k", has_text="await").first).to_be_visible()

    await chooses(ada, "Step by step")
    await ada.sees("part 3 of 10")
    await clicks(ada, "Step through it")
    for number in range(1, 6):
        await ada.sees(f"Step {number}: ")
        await clicks(ada, "Step on ▶")
    await ada.sees("Step 6: call both together")
    await ada.sees("►6 call both together  started     started")
    await picture("steps", ada.newest)

    await chooses(ada, "Four lines to remember")
    await ada.sees("part 7 of 10 · 4 read")
    await picture("lesson", ada.newest)


async def test_the_keyboard_is_enough(ada: Person) -> None:
    await types(ada, "/lesson async")
    await ada.sees("part 1 of 10")
    await tabs_to(ada, "Next", "Shift+Tab")
    for number in (2, 3):
        await ada.presses("Enter")
        await ada.sees(f"part {number} of 10")
    await tabs_to(ada, "Step through it", "Shift+Tab")
    await ada.presses("Enter")
    await ada.sees("Step 1: call task 1")
    await tabs_to(ada, "Step on ▶")
    for step in ("Step 2: wait for task 1", "Step 3: call task 2"):
        await ada.presses("Enter")
        await ada.sees(step)
    await ada.presses("Escape")
    await expect(ada.box).to_be_focused()


async def test_a_quiz_with_one_wrong_answer_is_seen_by_its_member_alone(
    ada: Person, grace: Person, bank: Mapping[str, Question]
) -> None:
    await types(ada, "/quiz")
    for number in range(1, 6):
        await ada.sees(f"Question {number} of 5")
        await answers(ada, bank)
        await ada.sees("Worked solution")
        if await ada.newest.get_by_role("heading", name="Not quite").count():
            wrong = bank[MISTAKEN].options[1]
            await ada.sees(_plain(wrong.misconception.name))
            await expect(ada.button("Read: The code")).to_be_visible()
            await picture("quiz", ada.newest)
        await clicks(ada, "Next" if number < 5 else "See the result")
    await expect(ada.newest.get_by_role("heading", name="4 of 5")).to_be_visible()
    await ada.sees("✗ 2")
    await ada.sees("Your first attempt: it counts.")
    await expect(grace.messages).to_have_count(0)
    await picture("result", ada.newest)

    await clicks(ada, "Share result")
    await grace.sees("@Ada has 4 of 5")
    await expect(grace.messages).to_have_count(1)


async def test_a_demo_is_watched_live_by_everybody_to_its_result(ada: Person, grace: Person) -> None:
    await types(ada, "/demo compare delays:1500, 1200, 2300")
    await ada.sees("○ task 3")  # it is under way
    for member in (ada, grace):
        await expect(member.newest).to_contain_text(re.compile(r"“concurrent” was \d\.\d\d× as fast as “sequential”"))
        await member.sees("5,000")
        await expect(member.newest.get_by_role("img", name="Timeline of compare")).to_be_visible()

    await clicks(ada, "Steps")
    await ada.sees("Step 1: call task 1")
    await ada.sees("Only you can see this")
    await expect(grace.messages).to_have_count(1)


async def test_one_picture_shows_that_node_and_python_differ(ada: Person) -> None:
    await types(ada, "/demo missing-await runtime:both")
    await ada.sees("Node.js started task 1, Python did not.")
    shown = ada.newest.get_by_role("img", name="Timeline of missing-await")
    await expect(shown).to_have_attribute("alt", re.compile(r"Python, forgotten await: .*task 1 never started"))
    assert await shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 800
    await picture("demo", ada.newest)


async def test_a_plan_of_ones_own_is_run_drawn_and_explained(ada: Person) -> None:
    await types(ada, "/demo custom plan:(tea 300 & toast 500! & jam 700) limit 2 > tray 200")
    await expect(ada.newest.get_by_role("img", name="Timeline of custom")).to_be_visible()
    await ada.sees("toast failed")
    await picture("custom", ada.newest)

    await clicks(ada, "Code")
    await ada.sees("for (const next of queue)")

    await types(ada, "/demo custom plan:(tea 300 & toast) > tray 200")
    await ada.sees("Found “)”, expected how long “toast” takes, in ms.")
    await ada.sees("^")


async def test_a_wrong_prediction_is_explained_by_what_was_measured(house: House, ada: Person) -> None:
    await types(ada, "/predict hard")
    await ada.sees("Only you can see this")
    asked = newest_challenge(house)
    mistaken = max((o for o in asked.options if o.misconception), key=lambda option: option.total_ms or 0)
    await clicks(ada, LETTERS[asked.options.index(mistaken)])
    await expect(ada.newest.get_by_role("button", name="Steps")).to_be_visible()
    if await ada.newest.get_by_text("No result this time").count():  # a machine with other things to do was late
        await clicks(ada, "Run again")
    await ada.sees("Not what happened")
    await ada.sees(_plain(mistaken.misconception.name))
    await expect(ada.newest.get_by_role("img", name="Timeline of predict")).to_be_visible()
    await picture("predict", ada.newest)

    await clicks(ada, "Steps")
    await ada.sees("Step 1: ")


async def test_an_answer_is_proven(ada: Person, bank: Mapping[str, Question]) -> None:
    await types(ada, "/quiz async visual")
    await answers(ada, bank)
    await clicks(ada, "Prove it")
    await ada.sees("Expected: ")
    await expect(ada.newest.get_by_role("img", name="Timeline of compare")).to_be_visible()
    await picture("proof", ada.newest)


def newest_challenge(house: House) -> Challenge:
    """What was asked last."""
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as connection:
        seed, level = connection.execute("SELECT seed, level FROM predictions ORDER BY asked_at DESC").fetchone()
    return challenge(seed, Level(level))


async def test_everything_fits_a_phone(arrive: Callable[..., Any], bank: Mapping[str, Question]) -> None:
    ada: Person = await arrive(**PHONE)
    await types(ada, "/lesson async")
    for number in range(1, 11):
        await ada.sees(f"part {number} of 10")
        await fits(ada)
        if number < 10:
            await clicks(ada, "Next")
    await types(ada, "/quiz")
    await ada.sees("Question 1 of 5")
    await clicks(ada, "Hint")
    await ada.sees("Hint: Think of the cook.")
    await fits(ada)
    await window_picture("phone", ada.newest)
    await answers(ada, bank)
    await ada.sees("Worked solution")
    await fits(ada)
    await types(ada, "/demo compare")
    await ada.sees("“concurrent” was")
    await fits(ada)
    await clicks(ada, "As text")
    await ada.sees("Only you can see this")
    timeline = await ada.newest.locator("pre code").last.inner_text()
    assert max(map(len, timeline.splitlines())) == COLUMNS
    await fits(ada)


async def test_the_leaderboard_tells_who_stands_where(house: House, ada: Person, bank: Mapping[str, Question]) -> None:
    for name, right in {"Ada": 4, "Grace": 5, "Linus": 3, "Margaret": 1}.items():
        await finishes(await house.person(name), bank, right=right)
    await types(ada, "/leaderboard")
    await ada.sees("🥇 @Grace · 5 points of 5")
    await ada.sees("You: rank 2, 4 points of 5")
    await picture("leaderboard", ada.newest)
