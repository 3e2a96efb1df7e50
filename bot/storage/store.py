"""The database: work that reads and work that writes, each in a transaction. The queries stand beside it.

The drivers block, so work runs in threads, a whole transaction in one go: a trip to a thread for every statement, as
drivers for asyncio make, costs more than the statements do. All work that waits to be written is committed together:
the wait for the disk, by far the longest, is one for all. What differs between the databases stands in `engine`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from bot.storage.engine import BUSY_TIMEOUT_MS, StoreBusyError, engine_for_store, is_conflict, trouble, writing

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What is done in a transaction. It runs in a thread, touches nothing but what it was given, may be done anew, and lets
every error of the database through.
"""

READERS = 4
"""How many may read at once; more wait, since two cores do not read faster for it."""

MOST_TOGETHER = 256
"""How much work is committed together at most, so that the first need not wait for the last of very many."""


REST_S = 0.005
"""How long the writer rests before it does work anew that others came in the way of; each time longer by as much."""


_ASK = "SELECT version_num FROM alembic_version"
"""A row that every database of Tandem's has."""


class Store:
    """An open database. Close it with `await close()`; it is a context manager too."""

    def __init__(self, url: str | URL, *, on_commit: Callable[[int, float], object] | None = None) -> None:
        self.url = make_url(url)
        self._on_commit = on_commit
        """Told, in the writer's thread, how much work was committed together, and the seconds that it took."""
        self._engine = engine_for_store(self.url, READERS + 1)
        self._readers = ThreadPoolExecutor(READERS, "tandem-reads")
        self._writer = ThreadPoolExecutor(1, "tandem-writes")
        self._waiting: deque[_Waiting[Any]] = deque()
        self._closing = False

    @property
    def waiting(self) -> int:
        """How much work waits to be written."""
        return len(self._waiting)

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

    async def answers(self) -> bool:
        """Whether the database can be read now; it may take as long as the database takes, and raise what it raises."""
        return await self.read(lambda connection: connection.exec_driver_sql(_ASK).scalar()) is not None

    async def close(self) -> None:
        """Finish what waits and close every connection. SQLite folds its write-ahead log back into the file."""
        self._closing = True
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _view(self, work: Work[T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except Exception as error:
            raise (trouble(error) or error) from error

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

        def work(connection: Connection) -> list[Callable[[], None]]:
            nonlocal together
            together = take() if together is None else together
            return [waiting.do(connection) for waiting in together]

        began_s = time.perf_counter()
        try:
            tell = self._written(work)
        except BaseException as error:  # whatever it is, it is raised where the work came from
            told = trouble(error)
            if told is None and together is not None and len(together) > 1:
                for waiting in together:
                    self._commit(partial(list[_Waiting[Any]], (waiting,)))
                return
            if told is not None:
                told.__cause__ = error
            failed = take() if together is None else together
            tell = [partial(waiting.done.set_exception, told or error) for waiting in failed]
        else:
            if self._on_commit:
                self._on_commit(len(tell), time.perf_counter() - began_s)
        for tell_one in tell:
            tell_one()

    def _written(self, work: Work[T]) -> T:
        """What `work` returns, once it is committed. Where others came in its way, it is done again, for a while."""
        tries, give_up_at = 0, time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                with writing(self._engine.connect()) as connection, connection.begin():
                    return work(connection)
            except OperationalError as error:
                if not is_conflict(error) or time.monotonic() > give_up_at:
                    raise
            tries += 1
            time.sleep(tries * REST_S)

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
