"""The learning loop in a real browser: a round, a test and its card, what a teacher sees, settings, a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from playwright.async_api import expect

from bot.catalog.loader import load
from bot.domain.attempt import Attempt, lay_out
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage.attempts import Attempts
from bot.storage.store import Store
from tests.conftest import House
from tests.exts.test_class import Book, takes_the_test
from tests.page.conftest import Person
from tests.page.pictures import picture
from tests.page.product.acts import PHONE, clicks, types

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_round_is_played_in_the_channel(house: House, ada: Person, grace: Person) -> None:
    book = Book(house)
    class_ = [await house.person(name) for name in ("Linus", "Margaret")]
    await types(grace, "/round start async 3")
    leads = grace.page.get_by_role("listitem").filter(has_text="You lead this round")
    await expect(leads).to_be_visible()  # the first question may be there before it, or after
    await ada.sees("Question 1 of 3")
    for member in class_:
        asked = await member.sees(lambda seen: "Question 1 of 3" in seen.text)
        right = member is not class_[1]
        await member.press(book.polled(asked, right=right), asked, aside=True)
    await ada.sees("2 answers so far")
    house.passes(seconds=20)
    closed = ada.page.get_by_role("listitem").filter(has_text="Question 1 of 3").filter(has_text="Standing")
    await expect(closed).to_be_visible()
    await picture("round", closed)
    house.passes(seconds=10)
    await ada.sees("Question 2 of 3")
    await types(grace, "/round stop")
    await ada.sees("The round is over")


async def test_a_passed_test_is_shared_as_a_card(house: House, ada: Person) -> None:
    linus = await house.person("Linus")
    result = await takes_the_test(linus, Book(house), knows=set(list(Book.LEVELS)[:2]))
    await linus.press("Share result", result)
    card = ada.newest.get_by_role("img")
    await expect(card).to_be_visible()
    assert await card.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") >= 800
    await picture("card", ada.newest)


async def test_a_teacher_sees_which_question_to_mend(house: House, grace: Person) -> None:
    await taught(house, members=40)
    await types(grace, "/insights async")
    await expect(grace.newest.get_by_role("img")).to_be_visible()
    await picture("insights", grace.newest)
    async with grace.page.expect_download() as download:
        await clicks(grace, "CSV")
        await grace.newest.get_by_role("link").first.click()
    path = await (await download.value).path()
    assert path.read_text(encoding="utf-8-sig").count("\n") > 8


async def test_a_member_gets_all_that_is_held_on_them_as_a_file(ada: Person) -> None:
    await types(ada, "/quiz")
    await ada.sees("Question 1 of 5")
    await clicks(ada, "A")
    await ada.sees("Worked solution")
    async with ada.page.expect_download() as download:
        await types(ada, "/privacy export")
        await ada.newest.get_by_role("link").first.click()
    held = json.loads((await (await download.value).path()).read_text())
    assert len(held["attempts"]) == 1


async def test_a_manager_sets_the_hour_of_the_daily_question_in_a_form(grace: Person) -> None:
    await types(grace, "/settings daily")
    await picture("settings", grace.newest)
    await clicks(grace, "Time and time zone")
    form = grace.page.get_by_role("dialog")
    fields = form.get_by_role("textbox")
    await fields.nth(0).fill("25:00")
    await form.get_by_role("button", name="Submit").click()
    await grace.sees("There is no time")


async def test_the_learning_loop_fits_a_phone(house: House, arrive: Callable[..., Any]) -> None:
    ada: Person = await arrive(**PHONE)
    for line, seen in {
        "/test async": "Question 1 of 10",
        "/review": "review",
        "/score": "Score of",
        "/settings": "settings",
        "/leaderboard": "Leaderboard",
    }.items():
        await types(ada, line)
        await ada.sees(seen)
        width = await ada.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width == [390, 390]


async def taught(house: House, *, members: int) -> None:
    """So many members have taken the practice quiz: the able get more of it right; one question catches them all."""
    lesson, rng = load(house.settings.content_dir).lessons["async"], Random(5)
    questions = [lesson.questions[id_] for id_ in lesson.quizzes[QuizKind.PRACTICE]]
    at, guild_id = datetime(2026, 2, 1, tzinfo=UTC), house.playground.world.guild.id
    async with Store(house.settings.database_url) as store:
        attempts = Attempts(store, remember)
        for number in range(members):
            layout, able = lay_out(questions, rng), number / members
            new = Attempt(f"m{number}", 9000 + number, guild_id, lesson.id, QuizKind.PRACTICE, layout, True, at)
            attempt = await attempts.begin(new)
            for place, question in enumerate(questions):
                knows = place == 0 or (place != 3 and rng.random() < able + 0.35 - 0.12 * place)
                option = question.answer if knows else rng.choice([o for o in question.options if not o.correct][:2])
                attempt = attempt.answer(question.id, option.id, correct=option.correct, at=at)
                await attempts.save_answer(attempt, question.id)
