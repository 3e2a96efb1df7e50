"""The database: work that reads and work that writes, each in a transaction. The queries stand beside it.

SQLite's driver blocks, so work runs in threads, a whole transaction in one go: a trip to a thread for every statement,
as drivers for asyncio make, costs more than the statements do. All work that waits to be written is committed together:
the wait for the disk, by far the longest, is one for all.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from bot.domain.errors import MemberError

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What is done in a transaction. It runs in a thread, touches nothing but what it was given, may be done anew, and lets
every error of the database through.
"""

BUSY_TIMEOUT_MS = 2_000
"""How long SQLite waits for another process's lock before it gives up: less than the 3 s in which Discord must hear."""

READERS = 4
"""How many may read at once; more wait, since two cores do not read faster for it."""

MOST_TOGETHER = 256
"""How much work is committed together at most, so that the first need not wait for the last of very many."""


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
        self._readers = ThreadPoolExecutor(READERS, "tandem-reads")
        self._writer = ThreadPoolExecutor(1, "tandem-writes")
        self._waiting: deque[_Waiting[Any]] = deque()
        self._closing = False

    async def read(self, work: Work[T]) -> T:
        """What `work` returns, having read one consistent view."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._view, work)

    async def write(self, work: Work[T]) -> T:
        """What `work` returns. By then it is on disk; if it raises, nothing of it is.

        Whoever is cancelled while waiting has written all or nothing.

        Raises:
            StoreBusyError: another process would not let go of the database, or the store is being closed.
        """
        if self._closing:
            raise StoreBusyError
        waiting = _Waiting(work)
        self._waiting.append(waiting)
        self._writer.submit(self._commit_what_waits)
        return await asyncio.wrap_future(waiting.done)

    async def close(self) -> None:
        """Finish what waits and close every connection. SQLite folds its write-ahead log back into the file."""
        self._closing = True
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _view(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def _commit_what_waits(self) -> None:
        """Do and commit what waits. One call is made for each that waits, so that most find nothing left to do."""
        if self._waiting:
            self._commit(self._those_that_wait)

    def _those_that_wait(self) -> list[_Waiting[Any]]:
        """Take the first of those that wait, without any that was cancelled meanwhile."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        return [waiting for waiting in taken if waiting.done.set_running_or_notify_cancel()]

    def _commit(self, take: Callable[[], list[_Waiting[Any]]]) -> None:
        """Do work and commit it together, and then tell whoever waits.

        It is taken once the database is ours: whoever comes while another process is waited for goes along, and hears
        of it as soon as the others if that one does not let go. If the database fails under the work of several, each
        is done alone, so that nobody pays for another's.
        """
        together: list[_Waiting[Any]] | None = None
        try:
            with self._transaction() as connection:
                together = take()
                tell = [waiting.do(connection) for waiting in together]
        except BaseException as error:  # whatever it is, it is raised where the work came from
            if together is not None and len(together) > 1:
                for waiting in together:
                    self._commit(lambda waiting=waiting: [waiting])
                return
            failed = take() if together is None else together
            tell = [partial(waiting.done.set_exception, error) for waiting in failed]
        for told in tell:
            told()

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        """A transaction that writes: committed when the block ends, undone if it raises."""
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._engine.connect().execution_options(**{_WRITES: True}))
                stack.enter_context(connection.begin())
            except OperationalError as error:
                if _is_busy(error):
                    raise StoreBusyError from error
                raise
            yield connection

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()


class _Waiting(Generic[T]):
    """Work that waits to be written, and whoever waits for it."""

    def __init__(self, work: Work[T]) -> None:
        self.done: Future[T] = Future()
        self._work = work

    def do(self, connection: Connection) -> Callable[[], None]:
        """Do the work; if it raises, undo it and no other's.

        Returns:
            What tells the outcome to whoever waits, to be called when it is on disk.

        Raises:
            OperationalError: the database itself fails, after which no work in this transaction is sure.
        """
        try:
            with connection.begin_nested():
                result = self._work(connection)
        except OperationalError:
            raise
        except BaseException as error:  # it is raised where the work came from
            return partial(self.done.set_exception, error)
        return partial(self.done.set_result, result)


def _is_busy(error: OperationalError) -> bool:
    """Whether another process holds the database: https://www.sqlite.org/rescode.html#busy, the last eight bits."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=READERS + 1, max_overflow=0)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
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
