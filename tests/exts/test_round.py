"""A class plays a round in the channel: four people, one of whom changes their mind."""

from __future__ import annotations

import pytest

from bot.catalog.loader import load
from bot.domain.lesson import Question
from tests.conftest import House
from tests.person import Person, Seen

LETTERS = "ABCDE"


@pytest.fixture
def bank(house: House) -> dict[str, Question]:
    """The questions of the lesson."""
    return dict(load(house.settings.content_dir).lessons["async"].questions)


@pytest.fixture
async def linus(house: House) -> Person:
    """A student."""
    return await house.person("Linus")


@pytest.fixture
async def margaret(house: House) -> Person:
    """Another student."""
    return await house.person("Margaret")


async def asked(person: Person, number: int) -> Seen:
    """The question of that number, open in the channel."""
    return await person.sees(lambda m: not m.private and f"## Question {number} of " in m.text and "A" in m.labels)


async def closed(person: Person, number: int) -> Seen:
    """The question of that number, closed and explained."""
    return await person.sees(lambda m: f"## Question {number} of " in m.text and "**Standing**" in m.text)


async def ended(person: Person) -> Seen:
    """The end of the round."""
    return await person.sees(lambda m: not m.private and "## The round is over" in m.text)


def letter(seen: Seen, bank: dict[str, Question], *, right: bool) -> str:
    """The letter of the right option, or of the first wrong one."""
    ids = {name: b["custom_id"].split(":")[2] for name, b in seen.buttons.items() if name in LETTERS}
    question = next(q for q in bank.values() if {o.id for o in q.options} == {*ids.values()})
    return next(name for name, option_id in ids.items() if (option_id == question.answer.id) is right)


async def answers(person: Person, number: int, bank: dict[str, Question], *, right: bool) -> Seen:
    """Answer a question; what the person is told."""
    seen = await asked(person, number)
    return await person.press(letter(seen, bank, right=right), seen)


async def test_a_class_of_four_plays_a_round_to_its_end(
    house: House, ada: Person, grace: Person, linus: Person, margaret: Person, bank
) -> None:
    lead = await grace.type("round start", topic="async", questions=2, seconds=20)
    assert lead.private
    print(lead)
    print(await asked(ada, 1))
    await answers(ada, 1, bank, right=True)
    told = await answers(linus, 1, bank, right=False)
    print(told)
    told = await linus.press(letter(told, bank, right=True), told)
    print(told)
    await answers(margaret, 1, bank, right=False)
    print(await ada.sees(lambda m: "3 answers so far" in m.text))
    house.passes(seconds=20)
    print(await closed(ada, 1))
    house.passes(seconds=10)
    await answers(linus, 2, bank, right=True)
    house.passes(seconds=20)
    print(await closed(ada, 2))
    house.passes(seconds=10)
    print(await ended(margaret))
