"""What is read off the messages of a round, and what stands behind them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import make_url

from bot.domain.lesson import Question
from tests.conftest import House
from tests.person import Person, Seen

LETTERS = "ABCDE"

_PLACE = re.compile(
    r"^(?:\*\*)?(\d+|🥇|🥈|🥉)\.?(?:\*\*)? <@(\d+)> · (\d+) points?(?: · (\d+) in a row)?$", re.MULTILINE
)

Bank = Mapping[str, Question]


async def asked(person: Person, number: int) -> Seen:
    """The question of that number, open in the channel."""
    return await person.sees(lambda m: not m.private and f"## Question {number} of " in m.text and "A" in m.labels)


async def closed(person: Person, number: int) -> Seen:
    """The question of that number, closed and explained."""
    return await person.sees(lambda m: f"## Question {number} of " in m.text and "**Standing**" in m.text)


async def ended(person: Person) -> Seen:
    """The end of the round."""
    return await person.sees(lambda m: not m.private and "## The round is over" in m.text)


async def counted(person: Person, answers: int) -> Seen:
    """The open question once it tells of so many answers."""
    return await person.sees(lambda m: f"-# {answers} answer" in m.text and "so far" in m.text)


def letter(seen: Seen, bank: Bank, *, right: bool) -> str:
    """The letter of the right option, or of the first wrong one."""
    ids = {name: b["custom_id"].split(":")[2] for name, b in seen.buttons.items() if name in LETTERS}
    question = next(q for q in bank.values() if {o.id for o in q.options} == {*ids.values()})
    return next(name for name, option_id in ids.items() if (option_id == question.answer.id) is right)


async def answers(person: Person, number: int, bank: Bank, *, right: bool) -> Seen:
    """Answer a question by the buttons in the channel; what the person is told."""
    seen, before = await asked(person, number), set(person.messages)
    await person.press(letter(seen, bank, right=right), seen)
    return await person.sees(lambda m: m.private and m.id not in before)


def places(seen: Seen) -> list[tuple[str, int, int, int]]:
    """The standing that a message shows: rank or medal, member, points, and how many were right in a row."""
    rows = _PLACE.findall(seen.text)
    return [(rank, int(member), int(points), int(streak or 0)) for rank, member, points, streak in rows]


def questions(person: Person, number: int) -> list[Seen]:
    """The messages in the channel that show the question of that number."""
    return [m for m in person.messages.values() if not m.private and f"## Question {number} of " in m.text]


def stored(house: House, query: str) -> list[tuple[Any, ...]]:
    """What the database holds; or, while the bot is stopped, what is done to it."""
    with closing(sqlite3.connect(str(make_url(house.settings.database_url).database))) as connection, connection:
        return connection.execute(query).fetchall()
