"""Bring a database to this version of the code, or refuse it untouched. How to upgrade one stands in `upgrade`."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile

import structlog
from sqlalchemy import URL, func, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import StorageError
from bot.storage.engine import BUSY_TIMEOUT_MS, engine_for_steps, is_sqlite, where
from bot.storage.tables import VERSION

STEPS_LOCK = 0x7A4D
"""The advisory lock of PostgreSQL by which processes that start at once agree on who takes the steps."""

_log = structlog.get_logger("tandem.store")

_TURNS = 5
"""How often to wait for other processes that write before giving up on changing the journal."""


async def migrate(url: URL, to: str = VERSION) -> None:
    """Create the database at `url`, or bring it to a version, in one transaction: all steps or none.

    Steps back drop what the older version does not know.

    Raises:
        StorageError: the place cannot be written, the file is no database, it is newer than this code, or there is no
            such version.
    """
    await asyncio.to_thread(_migrate, url, to)


def _migrate(url: URL, to: str) -> None:
    engine, file = engine_for_steps(url), Path(url.database or "")
    if is_sqlite(url):
        _writable(file)
    try:
        with engine.begin() as connection:
            if not is_sqlite(url):
                _take_turn(connection)
            _bring(connection, url, to)
        if is_sqlite(url):
            _keep_write_ahead_log(file)
    except (DBAPIError, sqlite3.Error) as error:
        said = " ".join(str(getattr(error, "orig", error)).split()).rstrip(".?")
        raise StorageError(f"The database {where(url)} cannot be used: {said}. {_remedy(url)}") from error
    finally:
        engine.dispose()


def _take_turn(connection: Connection) -> None:
    """Wait for another process that changes the tables, and say so."""
    if not connection.scalar(select(func.pg_try_advisory_xact_lock(STEPS_LOCK))):
        _log.info("another process changes the tables")
        connection.execute(select(func.pg_advisory_xact_lock(STEPS_LOCK)))


def _remedy(url: URL) -> str:
    return f"Check {'the file' if is_sqlite(url) else 'the server'} or TANDEM_DATABASE_URL."


def _writable(file: Path) -> None:
    folder = file.parent
    if file.is_dir():
        raise StorageError(f"{file} is a folder. Name a file in it by TANDEM_DATABASE_URL.")
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


def _bring(connection: Connection, url: URL, to: str) -> None:
    if _version(connection) != to:
        from bot.storage.upgrade import bring  # noqa: PLC0415 - slow to import, and most starts need none of it

        bring(connection, url, to)


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
