"""The standings, and of each board how many members have how many points: written together, read in `ranking`.

So a board is never counted when somebody looks at it. Whoever is hidden has standings, but is in no count. All of this
is written in a transaction of the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from typing import TypeAlias

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from bot.domain.attempt import Attempt
from bot.domain.board import ALL_LESSONS, EVERYWHERE, Period
from bot.storage import tables
from bot.storage.rows import Lookup, change_rows, insert_rows, rows_of
from bot.storage.tables import millis

_Step: TypeAlias = "tuple[int, str, str, int]"
"""A server, a lesson, a period and points: what is counted."""

_standing = tables.standings.c

_OF_MEMBER = _standing.member_id == bindparam("of_member")
_STEP = (_standing.guild_id, _standing.lesson_id, _standing.period, _standing.points)
_SHOWN = select(*_STEP).where(_OF_MEMBER, ~_standing.hidden)
_UNSHOWN = select(*_STEP).where(_OF_MEMBER, _standing.hidden)
_HIDE = update(tables.standings).where(_OF_MEMBER).values(hidden=bindparam("is_hidden"))

_BEFORE = Lookup(
    "guild_id, lesson_id, period, member_id, points", "standings", ("guild_id", "lesson_id", "period", "member_id")
)
_ARE_HIDDEN = Lookup("member_id", "members", ("member_id",), "hidden")
_STANDINGS = "INSERT INTO standings (guild_id, lesson_id, period, member_id, points, asked, reached_at, hidden)"
_ADD = (
    " ON CONFLICT (guild_id, lesson_id, period, member_id) DO UPDATE SET points = standings.points + excluded.points,"
    " asked = standings.asked + excluded.asked, reached_at = excluded.reached_at"
)
_COUNTS = "INSERT INTO standing_counts (guild_id, lesson_id, period, points, members)"
_COUNT_MORE = (
    " ON CONFLICT (guild_id, lesson_id, period, points)"
    " DO UPDATE SET members = standing_counts.members + excluded.members"
)
_DROP_EMPTY = (
    "DELETE FROM standing_counts WHERE guild_id = ? AND lesson_id = ? AND period = ? AND points = ? AND members = 0"
)


def add_points(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Add the scores of finished first attempts: where they were taken and everywhere, in their lesson and in all."""
    if not attempts:
        return
    sums = dict[tuple[int, str, str, int], tuple[int, int, int]]()
    for attempt in attempts:
        score, asked, reached_at = attempt.score, len(attempt.layout), _reached_at(attempt)
        for board in _boards(attempt):
            points, of, _ = sums.get(board, (0, 0, 0))
            sums[board] = points + score, of + asked, reached_at
    before = {tuple(board): points for *board, points in rows_of(connection, _BEFORE, [*sums])}
    hidden = {row[0] for row in rows_of(connection, _ARE_HIDDEN, [*{(attempt.member_id,) for attempt in attempts}])}
    rows = [(*board, *added, board[3] in hidden) for board, added in sums.items()]
    insert_rows(connection, _STANDINGS, rows, _ADD)
    shown = [(board, points) for board, (points, _, _) in sums.items() if board[3] not in hidden]
    _move(
        connection,
        left=[(*board[:3], before[board]) for board, _ in shown if board in before],
        entered=[(*board[:3], before.get(board, 0) + points) for board, points in shown],
    )


def set_hidden(connection: Connection, member_id: int, *, hidden: bool) -> None:
    """Take a member off every board, or put them back, with what they have reached meanwhile."""
    steps = _steps(connection, member_id, hidden=not hidden)
    connection.execute(_HIDE, {"of_member": member_id, "is_hidden": hidden})
    _move(connection, left=steps if hidden else (), entered=() if hidden else steps)


def take_off(connection: Connection, member_id: int) -> None:
    """Count a member no more, since their standings are about to be deleted."""
    _move(connection, left=_steps(connection, member_id, hidden=False))


def _steps(connection: Connection, member_id: int, *, hidden: bool) -> list[_Step]:
    query = _UNSHOWN if hidden else _SHOWN
    return [tuple(row) for row in connection.execute(query, {"of_member": member_id})]


def _move(connection: Connection, left: Iterable[_Step] = (), entered: Iterable[_Step] = ()) -> None:
    """Count a member no more where they were, and where they are now."""
    changes = Counter(entered)
    changes.subtract(left)
    insert_rows(connection, _COUNTS, [(*step, more) for step, more in changes.items() if more], _COUNT_MORE)
    change_rows(connection, _DROP_EMPTY, [step for step, more in changes.items() if more < 0])


def _boards(attempt: Attempt) -> list[tuple[int, str, str, int]]:
    """The boards that an attempt counts for, each with its member: the key of a standing."""
    assert attempt.finished_at is not None  # noqa: S101 - the caller has looked
    guilds = (EVERYWHERE,) if attempt.guild_id is None else (attempt.guild_id, EVERYWHERE)
    periods = [period.key(attempt.finished_at) for period in Period]
    return list(product(guilds, (attempt.lesson_id, ALL_LESSONS), periods, (attempt.member_id,)))


def _reached_at(attempt: Attempt) -> int:
    assert attempt.finished_at is not None  # noqa: S101 - the caller has looked
    return millis(attempt.finished_at)
