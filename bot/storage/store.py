"""The database: work that reads and work that writes, each in a transaction. The queries stand beside it.

The drivers block, so work runs in threads, a whole transaction in one go: a trip to a thread for every statement, as
drivers for asyncio make, costs more than the statements do. All work that waits to be written is committed together:
the wait for the disk, by far the longest, is one for all. What differs between the databases stands in `engine`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from bot.storage import tables
from bot.storage.alarm import Alarm
from bot.storage.engine import (
    BUSY_TIMEOUT_MS,
    StoreBusyError,
    engine_for_store,
    hurry,
    is_conflict,
    is_late,
    trouble,
    writing,
)

T = TypeVar("T")
Item = TypeVar("Item")
Work = Callable[[Connection], T]
"""What is done in a transaction. It runs in a thread, touches nothing but what it was given, may be done anew, and lets
every error of the database through.
"""

WorkOnAll = Callable[[Connection, Sequence[Item]], Sequence[T]]
"""Work that is done for many at once: what it returns for each, in their order."""

READERS = 4
"""How many may read at once; more wait, since two cores do not read faster for it."""

MOST_TOGETHER = 256
"""How much work is committed together at most, so that the first need not wait for the last of very many."""

REST_S = 0.005
"""How long the writer rests before it does work anew that others came in the way of; each time longer by as much."""

HURRY_MS = 500
"""How long each statement may take, and wait, when work is done again of which some has taken too long."""

_log = structlog.get_logger("tandem.store")

_ASK = "SELECT version_num FROM alembic_version"
"""The version, which every database of Tandem's has."""


def _unheard(_works: int, _seconds: float) -> None:
    """Nobody counts commits."""


class Store:
    """An open database. Close it with `await close()`; it is a context manager too."""

    def __init__(self, url: str | URL, *, on_commit: Callable[[int, float], object] = _unheard) -> None:
        self.url = make_url(url)
        self._on_commit = on_commit
        """Told, in the writer's thread, how much work was committed together, and the seconds that it took."""
        self._engine = engine_for_store(self.url, READERS + 1)
        self._readers = ThreadPoolExecutor(READERS, "tandem-reads")
        self._writer = ThreadPoolExecutor(1, "tandem-writes")
        self._waiting: deque[_Waiting[Any]] = deque()
        self._turn, self._at_work = threading.Lock(), False
        self._closing = False
        self._reads, self._writes = Alarm(self.url, "reading"), Alarm(self.url, "writing")

    @property
    def waiting(self) -> int:
        """How much work waits to be written."""
        return len(self._waiting)

    async def read(self, work: Work[T]) -> T:
        """What `work` returns, having read one consistent view.

        Raises:
            StoreBusyError: another process would not let go of the database, or the store is closed.
            StoreAwayError: the database cannot be reached or read.
        """
        if self._closing:
            raise StoreBusyError
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._view, work)

    async def write(self, work: Work[T]) -> T:
        """What `work` returns. By then it is on disk; if it raises, nothing of it is.

        Whoever is cancelled while waiting has written all or nothing.

        Raises:
            StoreBusyError: another process would not let go of the database, or the store is being closed.
            StoreFullError: there is no room left where the database is.
            StoreAwayError: the database cannot be reached or written. If it went away while this was being committed,
                nobody knows whether it was.
        """
        return await self._written_by(_Waiting(work, (), asyncio.get_running_loop()))

    async def write_with_others(self, work: WorkOnAll[Item, T], item: Item) -> T:
        """What `work` returns for `item`, done together with whatever else waits for the same work; as `write` else.

        Raises:
            StoreError: as `write` does.
        """
        return await self._written_by(_Waiting(work, (item,), asyncio.get_running_loop()))

    async def answers(self) -> bool:
        """Whether the database can be read now, and has the version of this code; as slow, and raising, as it is."""
        return await self.read(lambda connection: connection.exec_driver_sql(_ASK).scalar()) == tables.VERSION

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
                found = work(connection)
        except Exception as error:
            told = trouble(error)
            if told is not None:
                self._reads.failed(told)
            raise (told or error) from error
        self._reads.worked()
        return found

    async def _written_by(self, waiting: _Waiting[T]) -> T:
        if self._closing:
            raise StoreBusyError
        with self._turn:
            self._waiting.append(waiting)
            idle, self._at_work = not self._at_work, True
        if idle:
            self._writer.submit(self._commit_what_waits)
        return await waiting.told

    def _commit_what_waits(self) -> None:
        """Do and commit what waits, until nothing does."""
        while True:
            with self._turn:
                self._at_work = bool(self._waiting)
            if not self._at_work:
                return
            together = _Together(self._those_that_wait)
            try:
                self._commit(together)
            except BaseException as error:  # what tells of it has failed: those who come later must not wait for ever
                _log.exception("writer failed", error=str(error))
                _tell([(waiting, None, error) for waiting in together.all()])

    def _those_that_wait(self, most: int | None = None) -> list[_Waiting[Any]]:
        """Take the first of those that wait, or all, without any that was cancelled meanwhile."""
        number = len(self._waiting)
        taken = [self._waiting.popleft() for _ in range(number if most is None else min(number, most))]
        return [waiting for waiting in taken if not waiting.told.cancelled()]

    def _commit(self, together: _Together) -> None:
        """Do work and commit it together, and then tell whoever waits.

        It is taken once the database is ours: whoever comes while another process is waited for goes along. If the
        database cannot be had, all that wait hear of it at once. If any of the work raises, or takes too long, all is
        undone and done again, this time so that each can be undone by itself. If the commit raises even so, each is
        done alone, so that nobody pays for another's. A database that is full or away fails for all.
        """

        def work(connection: Connection) -> list[_Outcome]:
            return _done_at_once(connection, together.some())

        began_s = time.perf_counter()
        try:
            outcomes = self._written(work)
        except BaseException as error:  # whatever it is, it is raised where the work came from
            several = together.taken is not None and len(together.taken) > 1
            if several and (is_late(error) or trouble(error) is None):
                self._commit_apart(together.some(), HURRY_MS if is_late(error) else None)
            else:
                self._fail(together.all(), error)
        else:
            self._committed(outcomes, began_s)

    def _commit_apart(self, together: Sequence[_Waiting[Any]], within_ms: int | None) -> None:
        """Do the work of several and commit it together, where some of it raises or takes too long."""

        def work(connection: Connection) -> list[_Outcome]:
            if within_ms is not None:
                hurry(connection, within_ms)
            return [waiting.alone(connection) for waiting in together]

        began_s = time.perf_counter()
        try:
            outcomes = self._written(work)
        except BaseException as error:  # the database fails, or the commit does
            if trouble(error) is not None:
                self._fail(together, error)
                return
            for waiting in together:
                self._commit(_Together(self._those_that_wait, [waiting]))
        else:
            self._committed(outcomes, began_s)

    def _committed(self, outcomes: Sequence[_Outcome], began_s: float) -> None:
        """Tell whoever waits, and whoever counts, what was committed."""
        try:
            self._writes.worked()
            self._on_commit(len(outcomes), time.perf_counter() - began_s)
        finally:
            _tell(outcomes)

    def _fail(self, waiting: Sequence[_Waiting[Any]], error: BaseException) -> None:
        """Tell all of them of an error; of trouble, each with one of its own, since where it is raised adds to it."""
        told = trouble(error)
        try:
            if told is not None:
                self._writes.failed(told)
        finally:
            _tell([(each, None, trouble(error) or error) for each in waiting])

    def _written(self, work: Work[T]) -> T:
        """What `work` returns, once it is committed.

        Where others came in its way it is done again, until `BUSY_TIMEOUT_MS` have passed since the first try. The
        database is waited for no longer than that in all.
        """
        tries, give_up_at, waits_ms = 0, time.monotonic() + BUSY_TIMEOUT_MS / 1000, None
        while True:
            try:
                with writing(self._engine.connect(), waits_ms) as connection, connection.begin():
                    return work(connection)
            except OperationalError as error:
                tries += 1
                rest_s = tries * REST_S
                waits_ms = int(1000 * (give_up_at - time.monotonic() - rest_s))
                if not is_conflict(error) or waits_ms <= 0:
                    raise
            time.sleep(rest_s)

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()


class _Waiting(Generic[T]):
    """Work that waits to be written, and whoever waits for it."""

    __slots__ = ("item", "loop", "told", "work")

    def __init__(self, work: Callable[..., Any], item: tuple[Any, ...], loop: asyncio.AbstractEventLoop) -> None:
        self.work, self.item, self.loop = work, item, loop
        self.told: asyncio.Future[T] = loop.create_future()

    def do(self, connection: Connection) -> T:
        """What the work returns."""
        return self.work(connection, self.item)[0] if self.item else self.work(connection)

    def alone(self, connection: Connection) -> _Outcome:
        """Do the work; if it raises, undo it and no other's.

        Raises:
            OperationalError: the database itself fails, after which no work in this transaction is sure.
        """
        try:
            with connection.begin_nested():
                return self, self.do(connection), None
        except OperationalError as error:
            if not is_late(error):
                raise
            return self, None, trouble(error)
        except BaseException as error:  # it is raised where the work came from
            return self, None, error


class _Together:
    """What is committed together: the first of those that wait, taken when they are first asked for."""

    def __init__(
        self, take: Callable[[int | None], list[_Waiting[Any]]], taken: list[_Waiting[Any]] | None = None
    ) -> None:
        self._take, self.taken = take, taken

    def some(self) -> list[_Waiting[Any]]:
        """Those that were taken: now, if none were."""
        if self.taken is None:
            self.taken = self._take(MOST_TOGETHER)
        return self.taken

    def all(self) -> list[_Waiting[Any]]:
        """Those that were taken; if none were, since the database could not be had, all that wait."""
        if self.taken is None:
            self.taken = self._take(None)
        return self.taken


_Outcome = tuple[_Waiting[Any], Any, BaseException | None]
"""Who is told what: a result, or an error."""


def _done_at_once(connection: Connection, together: list[_Waiting[Any]]) -> list[_Outcome]:
    """Do work in its order; what follows each other and is done for many at once is."""
    outcomes = list[_Outcome]()
    for work, group in groupby(together, lambda waiting: waiting.work if waiting.item else None):
        some = list(group)
        if work is None:
            results: Sequence[Any] = [waiting.do(connection) for waiting in some]
        else:
            results = work(connection, [waiting.item[0] for waiting in some])
        outcomes += [(waiting, result, None) for waiting, result in zip(some, results, strict=True)]
    return outcomes


def _tell(outcomes: Sequence[_Outcome]) -> None:
    """Tell those who wait, with one call for all of a loop."""
    of_loop = defaultdict[asyncio.AbstractEventLoop, list[_Outcome]](list)
    for outcome in outcomes:
        of_loop[outcome[0].loop].append(outcome)
    for loop, some in of_loop.items():
        try:
            loop.call_soon_threadsafe(_tell_here, some)
        except RuntimeError:  # the loop is closed, so nobody waits any more
            continue


def _tell_here(outcomes: Sequence[_Outcome]) -> None:
    for waiting, result, error in outcomes:
        if waiting.told.done():  # it was cancelled
            continue
        if error is None:
            waiting.told.set_result(result)
        else:
            waiting.told.set_exception(error)
