"""What is held on one member, in whichever table: given, and deleted. What is held on a server that the bot has left.

The tables themselves say what is whose, by the names of their columns, so that none that is added later is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.engine import Connection

from bot.storage import tables
from bot.storage.known import KnownAttempts
from bot.storage.standings import take_off
from bot.storage.store import Store

PERSONAL = ("member_id", "host_id")
"""The columns that name a member."""

SERVER = ("guild_id",)
"""The columns that name a server."""

Rows = Sequence[Mapping[str, Any]]


class Privacy:
    """All that is stored on somebody."""

    def __init__(self, store: Store, known: KnownAttempts) -> None:
        self._store, self._known = store, known

    async def of_member(self, member_id: int) -> Mapping[str, Rows]:
        """The rows of each table that are a member's, and those of other tables that belong to these."""
        return await self._store.read(lambda connection: dict(_held(connection, member_id)))

    async def forget_member(self, member_id: int) -> None:
        """Delete all that is a member's; what belongs to others too stays without the member. All of it or nothing."""

        def work(connection: Connection) -> None:
            take_off(connection, member_id)
            _let_go(connection, PERSONAL, member_id)

        try:
            await self._store.write(work)
        finally:
            self._known.drop_where(lambda attempt: attempt.member_id == member_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Delete all that is a server's; what is a member's own stays, without the server."""
        try:
            await self._store.write(lambda connection: _let_go(connection, SERVER, guild_id))
        finally:
            self._known.drop_where(lambda attempt: attempt.guild_id == guild_id)


def columns_named(names: Sequence[str]) -> Iterator[tuple[Table, Column[Any]]]:
    """Each column of that name, of whichever table."""
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if column.name in names:
                yield table, column


def _let_go(connection: Connection, names: Sequence[str], value: int) -> None:
    """Delete the rows that cannot be without an id, with all that belongs to them; in others, leave the id out."""
    for table, column in columns_named(names):
        if column.nullable:
            connection.execute(update(table).where(column == value).values({column.name: None}))
        else:
            connection.execute(delete(table).where(column == value))


def _held(connection: Connection, member_id: int) -> Iterator[tuple[str, Rows]]:
    for table, column in columns_named(PERSONAL):
        query = select(table).where(column == member_id)
        if table is tables.poll_answers:
            query = query.add_columns(*_OF_POLL).join_from(tables.poll_answers, tables.polls)
        yield table.name, _rows(connection, query.order_by(*_in_time(table)))
    of_attempt = select(tables.attempts.c.id).where(tables.attempts.c.member_id == member_id)
    for table in (tables.answers, tables.hints):
        query = select(table).where(table.c.attempt_id.in_(of_attempt))
        yield table.name, _rows(connection, query.order_by(*_in_time(table)))


_OF_POLL = tuple(
    tables.polls.c[name] for name in ("guild_id", "lesson_id", "question_id", "day", "round_id", "closed_at")
)


def _in_time(table: Table) -> list[Column[Any]]:
    """By the first moment that a row tells, then by its key."""
    moments = [column for column in table.columns if isinstance(column.type, tables.Instant) and not column.nullable]
    return [*moments[:1], *table.primary_key.columns]


def _rows(connection: Connection, query: Any) -> Rows:
    return [dict(row) for row in connection.execute(query).mappings()]
