"""What answers leave behind, written in the transaction of the answer: memories, a teacher's sums, standings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from bot.domain.attempt import Attempt
from bot.domain.recall import Recall, Scheduler
from bot.domain.tally import Result, Tally, tally_of
from bot.domain.timing import item_of
from bot.storage import tables
from bot.storage.standings import add_points

_card = tables.cards.c
_THIS_CARD = and_(_card.member_id == bindparam("m"), _card.lesson_id == bindparam("l"), _card.item_id == bindparam("i"))
_STATE = select(_card.state).where(_THIS_CARD)
_LEARN = update(tables.cards).where(_THIS_CARD)


def learn(
    connection: Connection,
    schedule: Scheduler,
    member_id: int,
    lesson_id: str,
    question_id: str,
    recall: Recall,
    at: datetime,
) -> None:
    """Remember how well a member knew the answer to a question."""
    key = {"m": member_id, "l": lesson_id, "i": item_of(question_id)}
    state = connection.scalar(_STATE, key)
    memory = schedule(state, recall, at)
    if state is None:
        row = {"member_id": member_id, "lesson_id": lesson_id, "item_id": key["i"]}
        connection.execute(insert(tables.cards), row | {"state": memory.state, "due_at": memory.due_at})
    else:
        connection.execute(_LEARN.values(state=memory.state, due_at=memory.due_at), key)


def count(connection: Connection, guild_id: int, lesson_id: str, results: Sequence[Result], asked: int) -> None:
    """Add one member's answers to a run of `asked` questions to the sums of a server."""
    count_runs(connection, guild_id, lesson_id, [results], asked)


def count_runs(
    connection: Connection, guild_id: int, lesson_id: str, runs: Iterable[Sequence[Result]], asked: int
) -> None:
    """Add the answers of many members, each to a run of `asked` questions; summed up first: there may be hundreds."""
    tallies, wrong = dict[str, Tally](), Counter[tuple[str, str]]()
    for results in runs:
        for tally in tally_of(results, asked):
            before = tallies.get(tally.item_id)
            tallies[tally.item_id] = tally if before is None else before + tally
        wrong.update((result.item_id, result.choice_id) for result in results if not result.correct)
    for tally in tallies.values():
        _add(connection, tables.tallies, _item(guild_id, lesson_id, tally.item_id), _sums(tally))
    for (item_id, choice_id), times in wrong.items():
        _add(
            connection, tables.choices, _item(guild_id, lesson_id, item_id) | {"choice_id": choice_id}, {"times": times}
        )


def settle(connection: Connection, attempt: Attempt) -> None:
    """Count a finished attempt, if it is the first of its quiz: points where it was taken and everywhere, and sums."""
    if not attempt.first or attempt.finished_at is None:
        return
    add_points(connection, attempt)
    if attempt.guild_id is not None:
        results = [
            Result(question_id, answer.option_id, answer.correct, answer.hinted)
            for question_id, answer in attempt.answers.items()
        ]
        count(connection, attempt.guild_id, attempt.lesson_id, results, len(attempt.layout))


def _add(connection: Connection, table: Table, key: dict[str, Any], sums: Mapping[str, float]) -> None:
    """Add to a row, or begin one. No other writer can come between: each has the database to itself."""
    this = and_(*(table.c[name] == value for name, value in key.items()))
    raised = {name: table.c[name] + value for name, value in sums.items()}
    if connection.execute(update(table).where(this).values(raised)).rowcount == 0:
        connection.execute(insert(table), key | dict(sums))


def _item(guild_id: int, lesson_id: str, item_id: str) -> dict[str, Any]:
    return {"guild_id": guild_id, "lesson_id": lesson_id, "item_id": item_id}


def _sums(tally: Tally) -> dict[str, float]:
    names = ("answers", "right", "hinted", "rated", "rated_right", "rest", "rest_squared", "rest_right")
    return {name: getattr(tally, name) for name in names}
