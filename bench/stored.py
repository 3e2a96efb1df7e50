"""What a store holds, held against what members were told, and against itself: every sum counted anew."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isclose
from typing import Any

from msgspec.structs import astuple
from sqlalchemy import URL, Connection, Table, select

from bot.domain.board import ALL_LESSONS, EVERYWHERE, Period
from bot.domain.recall import RECALL, Memory
from bot.domain.tally import Result, Tally, tally_of
from bot.domain.timing import item_of
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.engine import engine_for_store, is_sqlite

Row = Mapping[str, Any]
Key = tuple[Any, ...]

CLOSE = timedelta(milliseconds=2)
"""Moments are kept in whole milliseconds, and were counted with before."""


@dataclass(frozen=True)
class Stored:
    """The rows that answers leave, and what the database says of its own state.

    Attributes:
        damage: what SQLite finds wrong with its file.
    """

    attempts: Sequence[Row]
    answers: Sequence[Row]
    cards: Sequence[Row]
    standings: Sequence[Row]
    standing_counts: Sequence[Row]
    tallies: Sequence[Row]
    choices: Sequence[Row]
    damage: Sequence[str]

    @property
    def chosen(self) -> dict[tuple[str, str], str]:
        """The option of each answer, by attempt and question."""
        return {(row["attempt_id"], row["question_id"]): row["option_id"] for row in self.answers}

    @property
    def open(self) -> list[str]:
        """The attempts that are not finished."""
        return [row["id"] for row in self.attempts if row["finished_at"] is None]


def stored(url: URL) -> Stored:
    """All of it, as one moment sees it."""
    engine = engine_for_store(url, 1)
    try:
        with engine.connect() as connection:
            names = ("attempts", "answers", "cards", "standings", "standing_counts", "tallies", "choices")
            rows = {name: _rows(connection, getattr(tables, name)) for name in names}
            return Stored(**rows, damage=_damage(connection) if is_sqlite(url) else ())
    finally:
        engine.dispose()


def _rows(connection: Connection, table: Table) -> Sequence[Row]:
    return connection.execute(select(table)).mappings().all()  # pyright: ignore[reportReturnType] - keys are names


def _damage(connection: Connection) -> list[str]:
    found = [str(line) for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars() if line != "ok"]
    return found + [f"broken key: {tuple(row)}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


def lost(found: Stored, shown: Mapping[tuple[str, str], str]) -> list[str]:
    """The answers that members were shown as taken and that are not stored, or otherwise; a line each."""
    chosen = found.chosen
    return [
        f"{key} was shown as {option}, and is stored as {chosen.get(key)}"
        for key, option in shown.items()
        if chosen.get(key) != option
    ]


def unasked(found: Stored, pressed: Mapping[tuple[str, str], Container[str]]) -> list[str]:
    """The answers that are stored and that nobody has pressed; a line each."""
    return [
        f"{key} is stored as {option}, which nobody pressed"
        for key, option in found.chosen.items()
        if option not in pressed.get(key, ())
    ]


def faults(found: Stored, *, rounds: bool = False) -> list[str]:
    """What does not fit together; a line each. Empty when every row follows from the answers.

    Where there were `rounds`, what these add to is not counted anew: cards, tallies and choices.
    """
    answers = defaultdict[str, list[Row]](list)
    for row in found.answers:
        answers[row["attempt_id"]].append(row)
    attempts = {row["id"]: row for row in found.attempts}
    wrong = [*found.damage, *(f"answers to no attempt: {each}" for each in answers.keys() - attempts.keys())]
    for key, attempt in attempts.items():
        wrong += _faults_of_attempt(attempt, answers[key])
    counted = [(attempt, answers[attempt["id"]]) for attempt in found.attempts if _counts(attempt)]
    wrong += _differences("standing", _standings(counted), _by(found.standings, 4, "points", "asked", "reached_at"))
    shown = Counter(_counted_as(row) for row in found.standings if not row["hidden"])
    counts = {key: (members,) for key, members in shown.items()}
    wrong += _differences("standing count", counts, _by(found.standing_counts, 4, "members"))
    if rounds:
        return wrong
    wrong += _differences("card", _cards(found.answers, attempts), _stored_cards(found.cards))
    wrong += _differences("tally", _tallies(counted), _by(found.tallies, 3, *_SUMS))
    wrong += _differences("choice", _choices(counted), _by(found.choices, 4, "times"))
    return wrong


_SUMS = ("answers", "right", "hinted", "rated", "rated_right", "rest", "rest_squared", "rest_right")


def _faults_of_attempt(attempt: Row, answers: Sequence[Row]) -> list[str]:
    complete, score = len(answers) == attempt["total"], sum(row["correct"] for row in answers)
    if complete != (attempt["finished_at"] is not None) or (complete and attempt["score"] != score):
        given = f"{len(answers)} of {attempt['total']} answers, {score} right"
        return [f"attempt {attempt['id']}: {given}, but finished at {attempt['finished_at']}: {attempt['score']}"]
    return []


def _counts(attempt: Row) -> bool:
    return attempt["first"] and attempt["finished_at"] is not None


def _cards(answers: Iterable[Row], attempts: Mapping[str, Row]) -> dict[Key, Key]:
    """What each member has learned, by their answers in order."""
    memories = dict[Key, Memory]()
    for row in sorted(answers, key=lambda row: row["answered_at"]):
        if (attempt := attempts.get(row["attempt_id"])) is not None:
            key = attempt["member_id"], attempt["lesson_id"], item_of(row["question_id"])
            before = memories.get(key)
            recall = RECALL[row["correct"], row["hinted"]]
            memories[key] = remember(None if before is None else before.state, recall, row["answered_at"])
    return {key: _learned(memory.state, memory.due_at) for key, memory in memories.items()}


def _stored_cards(rows: Iterable[Row]) -> dict[Key, Key]:
    return {(r["member_id"], r["lesson_id"], r["item_id"]): _learned(r["state"], r["due_at"]) for r in rows}


def _learned(state: str, due_at: Any) -> Key:
    card = json.loads(state)
    return card["state"], card["stability"], card["difficulty"], due_at


def _standings(counted: Iterable[tuple[Row, Sequence[Row]]]) -> dict[Key, Key]:
    sums = dict[Key, Key]()
    for attempt, answers in counted:
        at, score = attempt["finished_at"], sum(row["correct"] for row in answers)
        for guild_id in {attempt["guild_id"] or EVERYWHERE, EVERYWHERE}:
            for lesson_id in (attempt["lesson_id"], ALL_LESSONS):
                for period in Period:
                    key = guild_id, lesson_id, period.key(at), attempt["member_id"]
                    points, asked, reached_at = sums.get(key, (0, 0, at))
                    sums[key] = points + score, asked + attempt["total"], max(reached_at, at)
    return sums


def _counted_as(standing: Row) -> Key:
    """Among whom a standing is counted: those with as many points on the same board."""
    return standing["guild_id"], standing["lesson_id"], standing["period"], standing["points"]


def _tallies(counted: Iterable[tuple[Row, Sequence[Row]]]) -> dict[Key, Key]:
    sums = dict[Key, Tally]()
    for attempt, answers in counted:
        for tally in tally_of([_result(row) for row in answers], attempt["total"]):
            key = attempt["guild_id"], attempt["lesson_id"], tally.item_id
            sums[key] = sums.get(key, Tally(tally.item_id)) + tally
    return {key: astuple(tally)[1:] for key, tally in sums.items()}


def _choices(counted: Iterable[tuple[Row, Sequence[Row]]]) -> dict[Key, Key]:
    times = Counter[Key]()
    for attempt, answers in counted:
        for result in map(_result, answers):
            if not result.correct:
                times[attempt["guild_id"], attempt["lesson_id"], result.item_id, result.choice_id] += 1
    return {key: (count,) for key, count in times.items()}


def _result(row: Row) -> Result:
    return Result(row["question_id"], row["option_id"], row["correct"], row["hinted"])


def _by(rows: Iterable[Row], keys: int, *names: str) -> dict[Key, Key]:
    return {tuple(row.values())[:keys]: tuple(row[name] for name in names) for row in rows}


def _differences(what: str, expected: Mapping[Key, Key], present: Mapping[Key, Key]) -> list[str]:
    return [
        f"{what} {key}: stored as {present.get(key)}, the answers make {expected.get(key)}"
        for key in expected.keys() | present.keys()
        if key not in expected or key not in present or not all(map(_same, expected[key], present[key]))
    ]


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, but for the last digits of a sum and of a moment."""
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(one, int | str | None):
        return one == other
    return abs(one - other) <= CLOSE
