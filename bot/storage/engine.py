"""The two engines: SQLite for one machine, PostgreSQL for several processes. All that differs between them stands here.

Work is written as if it were alone with the database. In SQLite a writer is alone, by its lock. In PostgreSQL it runs
`SERIALIZABLE`, which comes to the same: what would not is undone by the server, and done again.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from bot.domain.errors import MemberError

BUSY_TIMEOUT_MS = 2_000
"""How long a lock of another process is waited for: less than the 3 s in which Discord must hear."""

CONNECT_WITHIN_S = 2
"""How long PostgreSQL may take to let us in; the shortest that libpq knows."""

STATEMENT_WITHIN_MS = 10_000
"""How long PostgreSQL may work on a statement: none of a member's takes nearly as long."""

_SILENT_FOR_S = 10
"""After how long without a word PostgreSQL asks whether a process is still there, twice in 5 s each: so that the locks
of one whose machine has died are free within 20 s. https://www.postgresql.org/docs/current/runtime-config-connection.html
"""

_CONFLICTS = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_WRITES = "tandem_writes"


class StoreError(MemberError):
    """The database cannot be used just now; `__cause__` is what it said."""


class StoreBusyError(StoreError):
    """Another process holds the database."""

    def __init__(self) -> None:
        super().__init__("The scores are busy at the moment, so nothing was saved. Please try again.")


class StoreFullError(StoreError):
    """There is no room left where the database is."""

    def __init__(self) -> None:
        super().__init__("There is no room left to save anything, so nothing was saved. Please tell who runs Tandem.")


class StoreAwayError(StoreError):
    """The database cannot be reached, or its file not be read or written."""

    def __init__(self) -> None:
        super().__init__("The scores cannot be reached at the moment. Please try again in a minute.")


def is_sqlite(url: URL) -> bool:
    """Whether an address is that of a file."""
    return url.get_backend_name() == "sqlite"


def where(url: URL) -> str:
    """An address as it may be shown to an operator: without its password."""
    return url.render_as_string(hide_password=True)


def engine_for_store(url: URL, connections: int) -> Engine:
    """An engine with a pool of at most `connections`, for reading and, by `writing`, for writing."""
    if is_sqlite(url):
        engine = create_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return _postgresql(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # the server may have been started anew
        isolation_level="REPEATABLE READ",  # a reader sees one moment, as in SQLite
    )


def engine_for_locks(url: URL) -> Engine:
    """An engine whose connections stay open and outside of transactions: for locks of a session. PostgreSQL only."""
    return _postgresql(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def engine_for_steps(url: URL) -> Engine:
    """An engine for changing the tables: one that waits for others who do so at the same time."""
    if is_sqlite(url):
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite_for_steps)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_WITHIN_S}, hide_parameters=True
    )


def writing(connection: Connection) -> Connection:
    """The connection, about to begin a transaction that writes."""
    if connection.dialect.name == "sqlite":
        return connection.execution_options(**{_WRITES: True})
    return connection.execution_options(isolation_level="SERIALIZABLE")


def take_turn(connection: Connection, lock: int) -> None:
    """Wait until no other transaction, of whichever process, holds `lock`, and hold it to the end of this one.

    In SQLite whoever writes has the whole database, so that there is nothing to wait for.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def is_conflict(error: BaseException) -> bool:
    """Whether PostgreSQL has undone work that others came in the way of, so that it may simply be done again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CONFLICTS


def trouble(error: BaseException) -> StoreError | None:
    """What a member is told of an error of the database that is no fault of the work; None if it is one."""
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        # The last eight bits tell the kind: https://www.sqlite.org/rescode.html#primary_result_code_list
        return _sqlite_trouble(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    return _postgresql_trouble(getattr(error.orig, "sqlstate", None), away=_is_cut_off(error))


def _sqlite_trouble(code: int) -> StoreError | None:
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusyError()
        case sqlite3.SQLITE_FULL:
            return StoreFullError()
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
            return StoreAwayError()
        case _:
            return None


def _postgresql_trouble(state: str | None, *, away: bool) -> StoreError | None:
    """Classes 08 and 57P are lost connections, 53 is want of resources, 25006 a server that only follows another."""
    if state is not None and (state in _CONFLICTS or state in ("55P03", "57014")):
        return StoreBusyError()
    if state == "53100":
        return StoreFullError()
    away = away or (state is not None and (state[:2] in ("08", "53") or state[:3] == "57P" or state == "25006"))
    return StoreAwayError() if away else None


def _is_cut_off(error: DBAPIError) -> bool:
    """Whether there is no connection: libpq tells that without a state of the server."""
    return error.connection_invalidated or (
        isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None
    )


def _postgresql(url: URL, **options: Any) -> Engine:
    engine = create_engine(url, connect_args={"connect_timeout": CONNECT_WITHIN_S}, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(dbapi_connection: Any, _record: Any) -> None:
    """Limits of each connection, so that nothing of ours waits, or is waited for, without end."""
    limits = {
        "lock_timeout": f"{BUSY_TIMEOUT_MS}ms",
        "statement_timeout": f"{STATEMENT_WITHIN_MS}ms",
        "idle_in_transaction_session_timeout": f"{STATEMENT_WITHIN_MS}ms",
        "tcp_keepalives_idle": str(_SILENT_FOR_S),
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "2",
        "synchronous_commit": "on",
    }
    before, dbapi_connection.autocommit = dbapi_connection.autocommit, True
    for name, value in limits.items():
        dbapi_connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    dbapi_connection.autocommit = before


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """Durability and integrity are settings of each connection: https://www.sqlite.org/pragma.html."""
    _prepare_sqlite_for_steps(dbapi_connection, _record)
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _prepare_sqlite_for_steps(dbapi_connection: Any, _record: Any) -> None:
    """Foreign keys stay off, as is SQLite's default: rebuilding a table must not cascade to others.

    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    dbapi_connection.isolation_level = None  # the driver must not begin transactions on its own
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: one that upgrades from reading can fail with no way to wait."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Of two processes that start at once, the second waits, and then finds nothing to do."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
