"""What members have learned: read here, written with each answer in `learning`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.recall import Due
from bot.storage import tables
from bot.storage.store import Store

_card = tables.cards.c


class Cards:
    """The stored memories."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, member_id: int, lesson_ids: Sequence[str]) -> Sequence[Due]:
        """All that a member has learned in these lessons, what is due first at the top."""
        query = (
            select(_card.lesson_id, _card.item_id, _card.due_at)
            .where(_card.member_id == member_id, _card.lesson_id.in_(lesson_ids))
            .order_by(_card.due_at, _card.lesson_id, _card.item_id)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [Due(row.lesson_id, row.item_id, row.due_at) for row in rows]
