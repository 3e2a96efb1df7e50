"""The two engines, SQLite for one machine and PostgreSQL for several processes, and what a store must know of each.

Work is written as if it were alone with the database. In both, a writer takes a lock before it looks at anything, and
others wait for it. What in PostgreSQL writes without that lock, such as an operator's hand, comes in nobody's way
either: work runs `SERIALIZABLE`, so that the server undoes what would not come to the same, and it is done again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from bot.domain.errors import TroubleError

BUSY_TIMEOUT_MS = 2_000
"""How long a lock of another process is waited for: less than the 3 s in which Discord must hear."""

PASSWORDS = ("password", "sslpassword")
"""The parameters of an address of PostgreSQL that nobody may see."""

CONNECT_WITHIN_S = 2
"""How long PostgreSQL may take to let us in; the shortest that libpq knows."""

STATEMENT_WITHIN_MS = 10_000
"""How long PostgreSQL may work on a statement: none of a member's takes nearly as long."""

_LIMITS_MS: Mapping[str, int] = {
    "lock_timeout": BUSY_TIMEOUT_MS,
    "statement_timeout": STATEMENT_WITHIN_MS,
    "idle_in_transaction_session_timeout": STATEMENT_WITHIN_MS,
}

_SETTINGS: Mapping[str, str] = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "synchronous_commit": "on",
}
"""After 10 s without a word PostgreSQL asks twice, 5 s apart, whether a process is still there: so that the locks of
one whose machine has died are free within 20 s. https://www.postgresql.org/docs/current/runtime-config-connection.html
"""

_STEPS_REST_MS = 60_000
"""How long the steps of an upgrade may leave their transaction idle before PostgreSQL ends it: they only compute."""

_IF_SILENT: Mapping[str, int] = {
    "connect_timeout": CONNECT_WITHIN_S,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8_000,
}
"""When this side gives up a server that says nothing more, as one whose machine has died: 9 s after its last word, or
8 s after it was told something. An address may say otherwise, by these names.
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""

_LATE = frozenset({"55P03", "57014"})
"""A lock or a statement took longer than it may: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_CONFLICTS = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock."""

_WRITE_ALONE = "LOCK TABLE alembic_version IN SHARE UPDATE EXCLUSIVE MODE"
"""By this lock of PostgreSQL the processes write one after the other. It is a statement that does not look at anything:
so whoever has waited for another sees what that one has written. It holds up writers of ours alone, and is in the way
of no reader, backup or upgrade. https://www.postgresql.org/docs/current/sql-lock.html
"""

_WRITES, _WAITS_MS = "tandem_writes", "tandem_waits_ms"


class StoreError(TroubleError):
    """The database cannot be used just now; `__cause__` is what it said."""

    @property
    def cause(self) -> str:
        """What the database said, in one line, without the statement."""
        return " ".join(str(getattr(self.__cause__, "orig", None) or super().cause).split())


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
    """An address as it may be shown to an operator: without its passwords, and without the driver, which is ours."""
    shown = url.set(drivername=url.get_backend_name()).difference_update_query(PASSWORDS)
    return shown.render_as_string(hide_password=True)


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
    no_haste = {"lock_timeout": 0, "statement_timeout": 0, "idle_in_transaction_session_timeout": _STEPS_REST_MS}
    return _postgresql(url, no_haste, poolclass=NullPool)


def writing(connection: Connection, waits_ms: int | None = None) -> Connection:
    """The connection, about to begin a transaction that writes: alone, once it has waited for others that do.

    How long it waits is a setting of the connection; in PostgreSQL, `waits_ms` is another for this transaction.
    """
    if connection.dialect.name == "sqlite":
        return connection.execution_options(**{_WRITES: True})
    return connection.execution_options(isolation_level="SERIALIZABLE", **{_WRITES: True, _WAITS_MS: waits_ms})


def hurry(connection: Connection, within_ms: int) -> None:
    """Let no further statement of this transaction take longer, whatever it waits for; SQLite has no such limit."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {within_ms}")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {within_ms}")


def is_late(error: BaseException) -> bool:
    """Whether PostgreSQL has ended a statement that took or waited too long; the transaction can go on without it."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LATE


def is_conflict(error: BaseException) -> bool:
    """Whether PostgreSQL has undone work that others came in the way of, so that it may simply be done again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CONFLICTS


def trouble(error: BaseException | None) -> StoreError | None:
    """What a member is told of an error of the database that is no fault of the work; None if it is one."""
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        if "no such savepoint" in str(error.orig):
            # Where SQLite cannot go on it undoes all by itself, and there is nothing left to go back to.
            return trouble(error.orig.__context__)
        # The last eight bits tell the kind: https://www.sqlite.org/rescode.html#primary_result_code_list
        found = _sqlite_trouble(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    else:
        found = _postgresql_trouble(getattr(error.orig, "sqlstate", None), away=_is_cut_off(error))
    if found is not None:
        found.__cause__ = error
    return found


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
    if state is not None and (state in _CONFLICTS or state in _LATE):
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


def _postgresql(url: URL, limits: Mapping[str, int] = _LIMITS_MS, **options: Any) -> Engine:
    """An engine whose connections have limits, so that nothing of ours waits, or is waited for, without end."""
    if_silent = {name: value for name, value in _IF_SILENT.items() if name not in url.query}
    engine = create_engine(url, connect_args=if_silent, hide_parameters=True, **options)
    settings = {**_SETTINGS, **{name: f"{value}ms" for name, value in limits.items()}}

    def prepare(dbapi_connection: Any, _record: Any) -> None:
        before, dbapi_connection.autocommit = dbapi_connection.autocommit, True
        for name, value in settings.items():
            dbapi_connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        dbapi_connection.autocommit = before

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


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


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_WRITES, False):
        if (waits_ms := options.get(_WAITS_MS)) is not None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {waits_ms}")
        connection.exec_driver_sql(_WRITE_ALONE)


def _begin_immediate(connection: Connection) -> None:
    """Of two processes that start at once, the second waits, and then finds nothing to do."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
