"""The database: one engine, transactions that read, transactions that write. The queries stand beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import MemberError

BUSY_TIMEOUT_MS = 2_000
"""How long SQLite waits for another process's lock before it gives up: less than the 3 s in which Discord must hear."""


class StoreBusyError(MemberError):
    """Another process holds the database."""

    def __init__(self) -> None:
        super().__init__("The scores are busy at the moment, so nothing was saved. Please try again.")


_WRITES = "tandem_writes"


class Store:
    """An open database. Close it with `await close()`; it is a context manager too."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self._engine = _engine(self.url)
        self._write_lock = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A connection in a transaction that only reads: one consistent view."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """A connection in a transaction: on disk when the block ends, undone if the block raises.

        One at a time: SQLite has one writer, and waiting here costs no busy timeout.

        Raises:
            StoreBusyError: another process would not let go of the database.
        """
        async with self._write_lock, self._engine.connect() as plain:
            connection = await plain.execution_options(**{_WRITES: True})
            try:
                transaction = await connection.begin()
            except OperationalError as error:
                raise StoreBusyError from error
            try:
                yield connection
            except BaseException:  # a cancelled click must not leave half an answer
                await transaction.rollback()
                raise
            await transaction.commit()

    async def close(self) -> None:
        """Close every connection. SQLite folds its write-ahead log back into the file."""
        await self._engine.dispose()

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


CONNECTIONS = 16
"""How many are kept open; a click that finds none free waits for one, rather than opening one of its own."""


def _engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=CONNECTIONS, max_overflow=0)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """Durability and integrity are settings of each connection: https://www.sqlite.org/pragma.html."""
    dbapi_connection.isolation_level = None  # the driver must not begin transactions on its own
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: one that upgrades from reading can fail with no way to wait."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
