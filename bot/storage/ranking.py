"""Who stands where: the standings as they were summed up when first attempts were finished, read by their index.

Members who hide themselves are left out, and those below them move up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from bot.domain.board import BoardKey
from bot.domain.records import BoardPage, Standing
from bot.storage import tables
from bot.storage.store import Store

_standing, _member = tables.standings.c, tables.members.c

_BOARD = and_(
    _standing.guild_id == bindparam("board_guild"),
    _standing.lesson_id == bindparam("board_lesson"),
    _standing.period == bindparam("board_period"),
)
_HIDDEN = select(_member.member_id).where(_member.hidden)
_SHOWN = and_(_BOARD, _standing.member_id.not_in(_HIDDEN))
_POINTS_OF_ONE = bindparam("points_of_one", type_=Integer)
_COUNT = select(func.count()).select_from(tables.standings).where(_BOARD)
_THEIR_POINTS = select(_standing.points).where(_BOARD, _standing.member_id == _member.member_id).scalar_subquery()
_COUNT_LEFT_OUT = select(func.count()).select_from(tables.members).where(_member.hidden)

PAGE = (
    select(_standing.member_id, _standing.points, _standing.asked)
    .where(_SHOWN)
    .order_by(_standing.points.desc(), _standing.reached_at, _standing.member_id)
    .offset(bindparam("rows_before"))
    .limit(bindparam("rows_wanted"))
)
_IS_LEFT_OUT = _standing.member_id.in_(_HIDDEN).label("left_out")
MINE = select(_standing.member_id, _standing.points, _standing.asked, _IS_LEFT_OUT).where(
    _BOARD, _standing.member_id == bindparam("one_member")
)

# All are counted, then those who are hidden: to ask of each row whether it is shown takes four times as long.
ALL, ALL_LEFT_OUT = _COUNT, _COUNT_LEFT_OUT.where(_THEIR_POINTS.is_not(None))
AHEAD = _COUNT.where(_standing.points > _POINTS_OF_ONE)
AHEAD_LEFT_OUT = _COUNT_LEFT_OUT.where(_THEIR_POINTS > _POINTS_OF_ONE)


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
            pages = max(1, -(-_difference(connection, ALL, ALL_LEFT_OUT, board) // size))
            number = min(max(page, 0), pages - 1)
            rows = connection.execute(PAGE, board | {"rows_before": number * size, "rows_wanted": size}).all()
            mine = connection.execute(MINE, board | {"one_member": member_id}).first()
            return BoardPage(
                number,
                pages,
                _ranked(connection, board, number * size, rows),
                None if mine is None else _placed(connection, board, mine),
                hidden=mine is not None and bool(mine.left_out),
            )

        return await self._store.read(work)

    async def of_member(self, key: BoardKey, member_id: int) -> Standing | None:
        """A member's place, or None while no first attempt is finished. Who is hidden has the place they would have."""

        def work(connection: Connection) -> Standing | None:
            mine = connection.execute(MINE, _names(key) | {"one_member": member_id}).first()
            return None if mine is None else _placed(connection, _names(key), mine)

        return await self._store.read(work)


_Names: TypeAlias = "dict[str, int | str]"


def _names(key: BoardKey) -> _Names:
    return {"board_guild": key.guild_id, "board_lesson": key.lesson_id, "board_period": key.period}


def _ranked(connection: Connection, board: _Names, before: int, rows: Sequence[Any]) -> list[Standing]:
    """The rows of a page with their ranks. Only the first one's is counted; the others follow from it."""
    found: list[Standing] = []
    for number, row in enumerate(rows, before + 1):
        if not found:
            rank = _rank(connection, board, row.points)
        elif row.points < found[-1].points:
            rank = number
        else:
            rank = found[-1].rank
        found.append(Standing(rank, row.member_id, row.points, row.asked))
    return found


def _placed(connection: Connection, board: _Names, row: Any) -> Standing:
    return Standing(_rank(connection, board, row.points), row.member_id, row.points, row.asked)


def _rank(connection: Connection, board: _Names, points: int) -> int:
    return 1 + _difference(connection, AHEAD, AHEAD_LEFT_OUT, board | {"points_of_one": points})


def _difference(connection: Connection, whole: Select[int], part: Select[int], names: _Names) -> int:
    return (connection.scalar(whole, names) or 0) - (connection.scalar(part, names) or 0)
