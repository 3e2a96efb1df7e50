"""How people review and are reminded, for the tests of both."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import make_url

from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.lesson import Question
from tests.conftest import House
from tests.person import Person, Seen

LETTERS = "ABCDE"


def ids(seen: Seen) -> dict[str, list[str]]:
    """Attempt, question and option behind each letter."""
    return {name: b["custom_id"].split(":")[1:] for name, b in seen.buttons.items() if name in LETTERS}


def asked(house: House, seen: Seen) -> Question:
    """The question of a message, told by its buttons: of the lesson's bank, or made anew."""
    question_id = ids(seen)["A"][1]
    bank = load(house.settings.content_dir).lessons["async"].questions
    return bank.get(question_id) or timing.made_again(question_id)


async def answer(house: House, person: Person, seen: Seen, *, right: bool) -> Seen:
    """Answer the question of a message right or wrong."""
    question = asked(house, seen)
    letter = next(name for name, (_, _, option) in ids(seen).items() if (option == question.answer.id) is right)
    return await person.press(letter, seen)


async def finish(house: House, person: Person, seen: Seen, *, right: bool = True) -> tuple[list[str], Seen]:
    """Answer all that is asked; the questions, and the end."""
    found = []
    while True:
        found.append(ids(seen)["A"][1])
        seen = await answer(house, person, seen, right=right)
        if "See the result" in seen.labels:
            return found, await person.press("See the result", seen)
        seen = await person.press("Next", seen)


async def quizzed(house: House, person: Person, *, wrong: int = 0) -> list[str]:
    """Take the practice quiz, the first questions of it wrong; the questions in their order."""
    seen, found = await person.type("quiz", topic="async", kind="practice"), []
    while True:
        found.append(ids(seen)["A"][1])
        seen = await answer(house, person, seen, right=len(found) > wrong)
        if "See the result" in seen.labels:
            return found
        seen = await person.press("Next", seen)


class HasId(Protocol):
    """Somebody with an id."""

    id: int


def learn(house: House, person: HasId, *items: str, due_in: timedelta = timedelta(0)) -> None:
    """Something that the member has learned before, and that is due then."""
    due = house.now + due_in
    state = f'{{"card_id": 1, "state": 2, "step": null, "stability": 2.3, "difficulty": 2.1, "due": "{due.isoformat()}"'
    state += f', "last_review": "{(due - timedelta(days=2)).isoformat()}"}}'
    rows = [(person.id, "async", item, state, int(due.timestamp() * 1000)) for item in items]
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as database, database:
        database.executemany("INSERT INTO cards VALUES (?, ?, ?, ?, ?)", rows)


def stored(house: House, sql: str) -> list[tuple]:
    """What stands in the database."""
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as database:
        return database.execute(sql).fetchall()


def execute(house: House, sql: str) -> None:
    """Change what stands in the database."""
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as database, database:
        database.execute(sql)


def utc(day: str, hour: str) -> datetime:
    """A moment of 2026, of `03-29` and `6:00`."""
    return datetime.strptime(f"2026-{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def reminders(person: Person) -> list[Seen]:
    """The reminders that a person has got, oldest first."""
    return [seen for seen in person.messages.values() if "Review now" in seen.buttons]


async def reminded(person: Person, times: int) -> Seen:
    """The newest reminder, once there are so many."""
    await person.sees(lambda _: len(reminders(person)) >= times)
    assert len(reminders(person)) == times
    return reminders(person)[-1]


@dataclass
class Gone:
    """Somebody whose account Discord does not know any more."""

    id: int


def remind(house: House, person: Gone, at: datetime) -> None:
    """Somebody who was to be reminded at that moment."""
    row = f"({person.id}, 0, 'UTC', {at.hour * 60 + at.minute}, {int(at.timestamp() * 1000)})"
    execute(house, f"INSERT INTO members (member_id, hidden, time_zone, remind_minute, remind_at) VALUES {row}")


def planned(house: House, person: Person | Gone) -> datetime | None:
    """When the next reminder of a person is to come. Once one was seen, that is settled."""
    ((at,),) = stored(house, f"SELECT remind_at FROM members WHERE member_id = {person.id}")
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC)


async def opens(person: Person, label: str, message: Seen) -> dict[str, Any]:
    """Press a button that opens a form."""
    custom_id = message.buttons[label]["custom_id"]
    nonce = await person._send({"type": "component", "message_id": message.id, "custom_id": custom_id})
    return await person._wait(lambda: person._frame("modal", nonce))


def filled(form: dict[str, Any]) -> dict[str, str]:
    """What stands in the fields of a form before anything is typed."""
    fields = [label["component"] for label in form["modal"]["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


async def sends(person: Person, form: dict[str, Any], **values: str) -> Seen:
    """Fill in a form and send it."""
    components = [{"custom_id": name, "value": value} for name, value in (filled(form) | values).items()]
    about = {"interaction_id": form["interaction_id"], "custom_id": form["modal"]["custom_id"]}

    def answers(frame: dict[str, Any]) -> bool:
        return str(person.id) == (frame["message"].get("interaction_metadata") or {}).get("user", {}).get("id")

    return await person._act({"type": "modal_submit", **about, "components": components}, answers)
