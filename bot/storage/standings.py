"""The standings, and of each board how many members have how many points: written together, read in `ranking`.

So a board is never counted when somebody looks at it. Whoever is hidden has standings, but is in no count. All of this
is written in a transaction of the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import Any, TypeAlias

from sqlalchemy import and_, bindparam, delete, select, text, update
from sqlalchemy.engine import Connection

from bot.domain.attempt import Attempt
from bot.domain.board import ALL_LESSONS, EVERYWHERE, Period
from bot.storage import tables
from bot.storage.engine import take_turn

COUNTS_LOCK = 0x7A4E
"""By this lock of PostgreSQL the processes change the counts of all servers together one after the other. Two that
change several of them at once, each in its own order, would wait for each other.
"""

_Step: TypeAlias = "tuple[int, str, str, int]"
"""A server, a lesson, a period and points: what is counted."""

_standing, _count, _member = tables.standings.c, tables.standing_counts.c, tables.members.c

_OF_MEMBER = _standing.member_id == bindparam("of_member")
_STEP = (_standing.guild_id, _standing.lesson_id, _standing.period, _standing.points)
_BEFORE = select(*_STEP).where(
    _standing.guild_id.in_(bindparam("guilds", expanding=True)),
    _standing.lesson_id.in_(bindparam("lessons", expanding=True)),
    _standing.period.in_(bindparam("periods", expanding=True)),
    _OF_MEMBER,
)
_IS_HIDDEN = select(_member.hidden).where(_member.member_id == bindparam("of_member"))
_SHOWN = select(*_STEP).where(_OF_MEMBER, ~_standing.hidden)
_UNSHOWN = select(*_STEP).where(_OF_MEMBER, _standing.hidden)
_HIDE = update(tables.standings).where(_OF_MEMBER).values(hidden=bindparam("is_hidden"))

# Both engines know this statement word for word; SQLAlchemy has one of its own for each.
_ADD = text(
    "INSERT INTO standings (guild_id, lesson_id, period, member_id, points, asked, reached_at, hidden)"
    " VALUES (:guild_id, :lesson_id, :period, :member_id, :points, :asked, :reached_at, :hidden)"
    " ON CONFLICT (guild_id, lesson_id, period, member_id) DO UPDATE SET points = standings.points + excluded.points,"
    " asked = standings.asked + excluded.asked, reached_at = excluded.reached_at"
).bindparams(bindparam("reached_at", type_=tables.Instant), bindparam("hidden", type_=_standing.hidden.type))
_COUNT_MORE = text(
    "INSERT INTO standing_counts (guild_id, lesson_id, period, points, members)"
    " VALUES (:g, :l, :p, :n, :more)"
    " ON CONFLICT (guild_id, lesson_id, period, points)"
    " DO UPDATE SET members = standing_counts.members + excluded.members"
)
_DROP_EMPTY = delete(tables.standing_counts).where(
    and_(
        _count.guild_id == bindparam("g"),
        _count.lesson_id == bindparam("l"),
        _count.period == bindparam("p"),
        _count.points == bindparam("n"),
        _count.members == 0,
    )
)


def add_points(connection: Connection, attempt: Attempt) -> None:
    """Add the score of a finished first attempt: where it was taken and everywhere, in its lesson and in all."""
    assert attempt.finished_at is not None  # noqa: S101 - the caller has looked
    take_turn(connection, COUNTS_LOCK)
    guilds = [EVERYWHERE] if attempt.guild_id is None else [attempt.guild_id, EVERYWHERE]
    lessons, periods = [attempt.lesson_id, ALL_LESSONS], [period.key(attempt.finished_at) for period in Period]
    who: dict[str, Any] = {"of_member": attempt.member_id}
    of_boards = {"guilds": guilds, "lessons": lessons, "periods": periods}
    before = {tuple(board): points for *board, points in connection.execute(_BEFORE, who | of_boards)}
    hidden = bool(connection.scalar(_IS_HIDDEN, who))
    boards = list(product(guilds, lessons, periods))
    sums = {"points": attempt.score, "asked": len(attempt.layout), "reached_at": attempt.finished_at, "hidden": hidden}
    names = ("guild_id", "lesson_id", "period")
    rows = [dict(zip(names, board, strict=True)) | {"member_id": attempt.member_id} | sums for board in boards]
    connection.execute(_ADD, rows)
    if not hidden:
        entered = [(*board, before.get(board, 0) + attempt.score) for board in boards]
        _move(connection, left=[(*board, points) for board, points in before.items()], entered=entered)


def set_hidden(connection: Connection, member_id: int, *, hidden: bool) -> None:
    """Take a member off every board, or put them back, with what they have reached meanwhile."""
    take_turn(connection, COUNTS_LOCK)
    steps = _steps(connection, member_id, hidden=not hidden)
    connection.execute(_HIDE, {"of_member": member_id, "is_hidden": hidden})
    _move(connection, left=steps if hidden else (), entered=() if hidden else steps)


def take_off(connection: Connection, member_id: int) -> None:
    """Count a member no more, since their standings are about to be deleted."""
    take_turn(connection, COUNTS_LOCK)
    _move(connection, left=_steps(connection, member_id, hidden=False))


def _steps(connection: Connection, member_id: int, *, hidden: bool) -> list[_Step]:
    query = _UNSHOWN if hidden else _SHOWN
    return [tuple(row) for row in connection.execute(query, {"of_member": member_id})]


def _move(connection: Connection, left: Iterable[_Step] = (), entered: Iterable[_Step] = ()) -> None:
    """Count a member no more where they were, and where they are now."""
    changes = Counter(entered)
    changes.subtract(left)
    rows = {step: dict(zip("glpn", step, strict=True)) for step, more in changes.items() if more}
    if rows:
        connection.execute(_COUNT_MORE, [row | {"more": changes[step]} for step, row in rows.items()])
    if fewer := [row for step, row in rows.items() if changes[step] < 0]:
        connection.execute(_DROP_EMPTY, fewer)
