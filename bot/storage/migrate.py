"""Bring a database to this version of the code, or refuse it untouched. How to upgrade one stands in `upgrade`."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import URL, create_engine, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.errors import StorageError
from bot.storage.store import BUSY_TIMEOUT_MS
from bot.storage.tables import VERSION

_TURNS = 5
"""How often to wait for other processes that write before giving up on changing the journal."""


async def migrate(url: URL) -> None:
    """Create or upgrade the database at `url`, in one transaction: all steps or none.

    Raises:
        StorageError: the place cannot be written, the file is no database, or it is newer than this code.
    """
    await asyncio.to_thread(_migrate, url)


def _migrate(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    file = Path(url.database or "")
    _writable(file)
    try:
        with engine.begin() as connection:
            _upgrade(connection, url)
        _keep_write_ahead_log(file)
    except (DBAPIError, sqlite3.Error) as error:
        where, said = url.render_as_string(hide_password=True), getattr(error, "orig", error)
        raise StorageError(
            f"The database {where} cannot be used: {said}. Check the file or TANDEM_DATABASE_URL."
        ) from error
    finally:
        engine.dispose()


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """Foreign keys stay off, as is SQLite's default: rebuilding a table must not cascade to others.

    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    dbapi_connection.isolation_level = None  # the driver would leave the creation of tables out of the transaction
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Of two processes that start at once, the second waits, and then finds nothing to do."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _writable(file: Path) -> None:
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
        if file.exists():
            with file.open("r+b"):
                pass
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written ({error.strerror}). "
            "Make it writable, or point TANDEM_DATABASE_URL at a place that is."
        ) from error


def _upgrade(connection: Connection, url: URL) -> None:
    if _version(connection) != VERSION:
        from bot.storage.upgrade import upgrade  # noqa: PLC0415 - slow to import, and most starts need none of it

        upgrade(connection, url)


def _version(connection: Connection) -> str | None:
    """The version that Alembic has noted in the database; None in a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _keep_write_ahead_log(file: Path) -> None:
    """Give the file a write-ahead log, which it keeps from here on; a copy of it may have lost that.

    SQLite changes this outside of transactions only, and refuses at once while another process writes, such as one that
    starts at the same time. Taking a turn at writing waits for it.
    """
    with closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)) as connection:
        for _ in range(_TURNS):
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode=WAL")
                return
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA journal_mode=WAL")
