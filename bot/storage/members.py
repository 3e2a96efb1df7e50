"""What members have chosen: hidden or not, reminded when. Setting one thing leaves the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.domain.member import MemberChoices
from bot.storage import tables
from bot.storage.standings import set_hidden
from bot.storage.store import Store

_member = tables.members.c

MOST_AT_ONCE = 100
"""How many members that are to be reminded are read at once."""


class Members:
    """The stored choices of members."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, member_id: int) -> MemberChoices:
        """What a member has chosen; where they have chosen nothing, what holds then."""
        query = select(tables.members).where(_member.member_id == member_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return MemberChoices(member_id) if row is None else _choices(row)

    async def hide(self, member_id: int, hidden: bool) -> None:
        """Leave a member out of ranks, or show them again."""

        def work(connection: Connection) -> None:
            _set(connection, member_id, hidden=hidden)
            set_hidden(connection, member_id, hidden=hidden)

        await self._store.write(work)

    async def remind(self, member_id: int, minute: int, time_zone: str, at: datetime) -> None:
        """Remind a member at this minute of the day there, the next time at `at`."""
        await self._set(member_id, time_zone=time_zone, remind_minute=minute, remind_at=at, inbox_closed_at=None)

    async def stop(self, member_id: int) -> None:
        """Remind a member no more."""
        await self._set(member_id, remind_at=None, inbox_closed_at=None)

    async def closed(self, member_id: int, at: datetime) -> None:
        """Remind a member no more: a reminder could not be brought to them."""
        await self._set(member_id, remind_at=None, inbox_closed_at=at)

    async def told(self, member_id: int) -> bool:
        """Whether a member is still to be told that their inbox was closed; from now on they are not."""
        told = (
            update(tables.members)
            .where(_member.member_id == member_id, _member.inbox_closed_at.is_not(None))
            .values(inbox_closed_at=None)
        )
        return await self._store.write(lambda connection: connection.execute(told).rowcount == 1)

    async def next_reminder(self) -> datetime | None:
        """When the next member is to be reminded."""
        soonest = select(_member.remind_at).where(_member.remind_at.is_not(None)).order_by(_member.remind_at).limit(1)
        return await self._store.read(lambda connection: connection.scalar(soonest))

    async def to_remind(self, now: datetime) -> Sequence[MemberChoices]:
        """Members whose time has come, at most `MOST_AT_ONCE`, the earliest first."""
        due = select(tables.members).where(_member.remind_at <= now).order_by(_member.remind_at, _member.member_id)
        rows = await self._store.read(lambda connection: connection.execute(due.limit(MOST_AT_ONCE)).all())
        return [_choices(row) for row in rows]

    async def claim(self, found: MemberChoices, next_at: datetime, reminded_at: datetime | None) -> bool:
        """Take over the reminder that was found due: the next comes at `next_at`, whatever becomes of this one.

        Args:
            found: the member as `to_remind` told.
            next_at: when the next reminder is due.
            reminded_at: the moment of the one that is about to be sent; None if there is nothing to remind of.

        Returns:
            False if it was taken over, moved or stopped meanwhile.
        """
        values = {"remind_at": next_at} | ({} if reminded_at is None else {"reminded_at": reminded_at})
        this = (_member.member_id == found.member_id, _member.remind_at == found.remind_at)
        change = update(tables.members).where(*this).values(values)
        return await self._store.write(lambda connection: connection.execute(change).rowcount == 1)

    async def _set(self, member_id: int, **values: Any) -> None:
        await self._store.write(lambda connection: _set(connection, member_id, **values))


def _set(connection: Connection, member_id: int, **values: Any) -> None:
    change = update(tables.members).where(_member.member_id == member_id).values(values)
    if connection.execute(change).rowcount == 0:
        connection.execute(insert(tables.members).values({"member_id": member_id, "hidden": False} | values))


def _choices(row: Any) -> MemberChoices:
    return MemberChoices(**{column.name: getattr(row, column.name) for column in tables.members.columns})
