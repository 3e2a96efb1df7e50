"""Who stands where in a server: points of first attempts, counted by the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Subquery, func, select

from bot.domain.records import Standing
from bot.storage import tables
from bot.storage.store import Store

_attempts = tables.attempts.c


class Ranking:
    """The ranking of each server."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, guild_id: int, *, offset: int, limit: int) -> Sequence[Standing]:
        """The standings of a server from `offset` on: best first, ties share a rank, the earlier stands first."""
        board = _board(guild_id)
        in_order = select(board).order_by(board.c.rank, board.c.reached_at, board.c.member_id)
        rows = await self._store.read(lambda connection: connection.execute(in_order.offset(offset).limit(limit)).all())
        return [Standing(row.rank, row.member_id, row.points, row.asked) for row in rows]

    async def size(self, guild_id: int) -> int:
        """How many members of a server rank."""
        query = select(func.count()).select_from(_board(guild_id))
        return await self._store.read(lambda connection: connection.scalar(query)) or 0

    async def of_member(self, guild_id: int, member_id: int) -> Standing | None:
        """A member's place in a server, or None while no first attempt is finished."""
        board = _board(guild_id)
        query = select(board).where(board.c.member_id == member_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return None if row is None else Standing(row.rank, row.member_id, row.points, row.asked)


def _board(guild_id: int) -> Subquery:
    points = func.sum(_attempts.score)
    return (
        select(
            func.rank().over(order_by=points.desc()).label("rank"),
            _attempts.member_id,
            points.label("points"),
            func.sum(_attempts.total).label("asked"),
            func.max(_attempts.finished_at).label("reached_at"),
        )
        .where(_attempts.guild_id == guild_id, _attempts.first, _attempts.finished_at.is_not(None))
        .group_by(_attempts.member_id)
        .subquery()
    )
