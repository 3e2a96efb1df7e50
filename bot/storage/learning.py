"""What answers leave behind, written in the transaction of the answer: memories, a teacher's sums, standings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.engine import Connection

from bot.domain.attempt import Attempt
from bot.domain.recall import Memory, Recall, Scheduler
from bot.domain.tally import Result, Tally, tally_of
from bot.domain.timing import item_of
from bot.storage.rows import Lookup, insert_rows, rows_of
from bot.storage.standings import add_points
from bot.storage.tables import millis

_STATES = Lookup("member_id, lesson_id, item_id, state", "cards", ("member_id", "lesson_id", "item_id"))
_CARDS = "INSERT INTO cards (member_id, lesson_id, item_id, state, due_at)"
_LEARN = " ON CONFLICT (member_id, lesson_id, item_id) DO UPDATE SET state = excluded.state, due_at = excluded.due_at"
_SUMS = ("answers", "right", "hinted", "rated", "rated_right", "rest", "rest_squared", "rest_right")


def _adding(table: str, key: Sequence[str], sums: Sequence[str]) -> tuple[str, str]:
    """An insertion into a table of sums, and what it does with a row that is there: add to it."""
    columns = ", ".join((*key, *(f'"{name}"' for name in sums)))  # `right` is a word of SQL
    added = ", ".join(f'"{name}" = {table}."{name}" + excluded."{name}"' for name in sums)
    return f"INSERT INTO {table} ({columns})", f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"


_ADD_TALLIES = _adding("tallies", ("guild_id", "lesson_id", "item_id"), _SUMS)
_ADD_CHOICES = _adding("choices", ("guild_id", "lesson_id", "item_id", "choice_id"), ("times",))


class Learned(NamedTuple):
    """How well a member knew the answer to a question."""

    member_id: int
    lesson_id: str
    question_id: str
    recall: Recall
    at: datetime


class Taken(NamedTuple):
    """One member's answers to a run of `asked` questions, as they count into the sums of a server."""

    guild_id: int
    lesson_id: str
    results: Sequence[Result]
    asked: int


def learn(connection: Connection, schedule: Scheduler, learned: Iterable[Learned]) -> None:
    """Remember how well members knew the answers to questions, in this order."""
    what = [((one.member_id, one.lesson_id, item_of(one.question_id)), one) for one in learned]
    found = rows_of(connection, _STATES, [*dict.fromkeys(key for key, _ in what)])
    states = {(member_id, lesson_id, item_id): state for member_id, lesson_id, item_id, state in found}
    memories = dict[tuple[int, str, str], Memory]()
    for key, one in what:
        memory = memories[key] = schedule(states.get(key), one.recall, one.at)
        states[key] = memory.state
    rows = [(*key, memory.state, millis(memory.due_at)) for key, memory in sorted(memories.items(), key=_by_key)]
    insert_rows(connection, _CARDS, rows, _LEARN)


def count(connection: Connection, runs: Iterable[Taken]) -> None:
    """Add answers to the sums of servers; they are summed up first: there may be hundreds."""
    tallies, wrong = dict[tuple[int, str, str], Tally](), Counter[tuple[int, str, str, str]]()
    for guild_id, lesson_id, results, asked in runs:
        for tally in tally_of(results, asked):
            key = guild_id, lesson_id, tally.item_id
            before = tallies.get(key)
            tallies[key] = tally if before is None else before + tally
        wrong.update((guild_id, lesson_id, one.item_id, one.choice_id) for one in results if not one.correct)
    into, add = _ADD_TALLIES
    insert_rows(connection, into, [(*key, *_sums(tally)) for key, tally in sorted(tallies.items(), key=_by_key)], add)
    into, add = _ADD_CHOICES
    insert_rows(connection, into, [(*key, times) for key, times in sorted(wrong.items())], add)


def settle(connection: Connection, attempts: Iterable[Attempt]) -> None:
    """Count finished attempts, the first of each quiz: points where they were taken and everywhere, and sums."""
    firsts = [attempt for attempt in attempts if attempt.first and attempt.finished_at is not None]
    add_points(connection, firsts)
    count(
        connection,
        [
            Taken(attempt.guild_id, attempt.lesson_id, _results(attempt), len(attempt.layout))
            for attempt in firsts
            if attempt.guild_id is not None
        ],
    )


def _results(attempt: Attempt) -> list[Result]:
    return [
        Result(question_id, answer.option_id, answer.correct, answer.hinted)
        for question_id, answer in attempt.answers.items()
    ]


def _sums(tally: Tally) -> list[float]:
    return [getattr(tally, name) for name in _SUMS]


def _by_key(item: tuple[tuple[int, str, str], object]) -> tuple[int, str, str]:
    """Rows that stand together in the table are written together."""
    return item[0]
