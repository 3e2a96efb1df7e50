"""Who stands where: pages of the standings, found by the counts of members with the same points.

Nothing here takes longer the more members there are, but for one thing: within those who have the same points a page
is reached by an index alone, along at most half of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Integer, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from bot.domain.board import BoardKey
from bot.domain.ladder import Ladder
from bot.domain.records import BoardPage, Standing
from bot.storage import tables
from bot.storage.store import Store

_standing, _count = tables.standings.c, tables.standing_counts.c

_BOARD = and_(
    _standing.guild_id == bindparam("board_guild"),
    _standing.lesson_id == bindparam("board_lesson"),
    _standing.period == bindparam("board_period"),
)
_COUNTS = and_(
    _count.guild_id == bindparam("board_guild"),
    _count.lesson_id == bindparam("board_lesson"),
    _count.period == bindparam("board_period"),
)
_POINTS = bindparam("of_points", type_=Integer)

COUNTS = select(_count.points, _count.members).where(_COUNTS)
AHEAD = select(func.sum(_count.members)).where(_COUNTS, _count.points > _POINTS)
MINE = select(_standing.member_id, _standing.points, _standing.asked, _standing.hidden).where(
    _BOARD, _standing.member_id == bindparam("one_member")
)

_ROWS = select(_standing.member_id, _standing.points, _standing.asked).where(_BOARD, ~_standing.hidden)
_DOWN = _ROWS.where(_standing.points <= _POINTS).order_by(
    _standing.points.desc(), _standing.reached_at, _standing.member_id
)
_UP = _ROWS.where(_standing.points >= _POINTS).order_by(
    _standing.points, _standing.reached_at.desc(), _standing.member_id.desc()
)
PAGE_DOWN, PAGE_UP = (
    way.offset(bindparam("skipped", type_=Integer)).limit(bindparam("wanted", type_=Integer)) for way in (_DOWN, _UP)
)


class Ranking:
    """The rankings of each server, and of all together."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, key: BoardKey, member_id: int, page: int, size: int) -> BoardPage:
        """A page of `size` members: best first, ties share a rank, the earlier stands first among them.

        `page` counts from 0 and is brought into range; `member_id` is who looks.
        """

        def work(connection: Connection) -> BoardPage:
            board = _names(key)
            ladder = Ladder((points, members) for points, members in connection.execute(COUNTS, board))
            pages = max(1, -(-ladder.total // size))
            number = min(max(page, 0), pages - 1)
            mine = connection.execute(MINE, board | {"one_member": member_id}).first()
            return BoardPage(
                number,
                pages,
                [
                    _placed(ladder.rank(row.points), row)
                    for row in _rows(connection, board, ladder, number * size, size)
                ],
                None if mine is None else _placed(ladder.rank(mine.points), mine),
                hidden=mine is not None and mine.hidden,
            )

        return await self._store.read(work)

    async def of_member(self, key: BoardKey, member_id: int) -> Standing | None:
        """A member's place, or None while no first attempt is finished. Who is hidden has the place they would have."""

        def work(connection: Connection) -> Standing | None:
            board = _names(key)
            mine = connection.execute(MINE, board | {"one_member": member_id}).first()
            if mine is None:
                return None
            ahead = connection.scalar(AHEAD, board | {"of_points": mine.points})
            return _placed(1 + int(ahead or 0), mine)

        return await self._store.read(work)


_Names: TypeAlias = "dict[str, int | str]"


def _names(key: BoardKey) -> _Names:
    return {"board_guild": key.guild_id, "board_lesson": key.lesson_id, "board_period": key.period}


def _rows(connection: Connection, board: _Names, ladder: Ladder, first: int, size: int) -> Sequence[Any]:
    """The members of a page, best first."""
    found = ladder.window(first, size)
    if found is None:
        return []
    wanted = min(size, ladder.total - first)
    names = board | {"of_points": found.points, "skipped": found.skip, "wanted": wanted}
    rows = connection.execute(PAGE_UP if found.upwards else PAGE_DOWN, names).all()
    return rows[::-1] if found.upwards else rows


def _placed(rank: int, row: Any) -> Standing:
    return Standing(rank, row.member_id, row.points, row.asked)
