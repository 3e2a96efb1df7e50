"""Which parts of which lessons a member has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, insert, select
from sqlalchemy.engine import Connection

from bot.domain.lesson import PartId
from bot.storage import tables
from bot.storage.store import Store

_read = tables.parts_read.c


class PartsRead:
    """The stored marks of reading."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, member_id: int, lesson_id: str) -> frozenset[PartId]:
        """The parts of a lesson that a member has read. Parts that no longer exist are left out."""
        query = select(_read.part_id).where(_read.member_id == member_id, _read.lesson_id == lesson_id)
        found = await self._store.read(lambda connection: connection.scalars(query).all())
        return frozenset(PartId(part) for part in found if part in set(PartId))

    async def mark(self, member_id: int, lesson_id: str, part_id: PartId, at: datetime) -> None:
        """Remember that a member has read a part. The first time counts; a second changes nothing."""
        key = {"member_id": member_id, "lesson_id": lesson_id, "part_id": part_id.value}
        known = exists().where(*(tables.parts_read.c[name] == value for name, value in key.items()))
        if await self._store.read(lambda connection: connection.scalar(select(known))):
            return  # most pages are turned again and again, and need no write

        def work(connection: Connection) -> None:
            if not connection.scalar(select(known)):
                connection.execute(insert(tables.parts_read).values(**key, read_at=at))

        await self._store.write(work)
