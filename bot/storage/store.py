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
from functools import partial
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from bot.storage.engine import BUSY_TIMEOUT_MS, StoreBusyError, engine_for_store, is_conflict, trouble, writing

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


_ASK = "SELECT version_num FROM alembic_version"
"""A row that every database of Tandem's has."""


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
        return await self._written_by(_Waiting(work, (), asyncio.get_running_loop()))

    async def write_with_others(self, work: WorkOnAll[Item, T], item: Item) -> T:
        """What `work` returns for `item`, done together with whatever else waits for the same work; as `write` else.

        Raises:
            StoreBusyError: another process would not let go of the database, or the store is being closed.
        """
        return await self._written_by(_Waiting(work, (item,), asyncio.get_running_loop()))

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
            self._commit(self._those_that_wait)

    def _those_that_wait(self) -> list[_Waiting[Any]]:
        """Take the first of those that wait, without any that was cancelled meanwhile."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        return [waiting for waiting in taken if not waiting.told.cancelled()]

    def _commit(self, take: Callable[[], list[_Waiting[Any]]]) -> None:
        """Do work and commit it together, and then tell whoever waits.

        It is taken once the database is ours: whoever comes while another process is waited for goes along, and hears
        of it as soon as the others if that one does not let go. If any of it raises, all is undone and done again, this
        time so that each can be undone by itself. If the database fails even so, each is done alone, so that nobody
        pays for another's.
        """
        together: list[_Waiting[Any]] | None = None

        def work(connection: Connection) -> list[_Outcome]:
            nonlocal together
            together = take() if together is None else together
            return _done_at_once(connection, together)

        began_s = time.perf_counter()
        try:
            outcomes = self._written(work)
        except BaseException as error:  # whatever it is, it is raised where the work came from
            told = trouble(error)
            if told is None and together is not None and len(together) > 1:
                self._commit_apart(together)
                return
            failed = take() if together is None else together
            outcomes = [(waiting, None, told or error) for waiting in failed]
        else:
            self._on_commit(len(outcomes), time.perf_counter() - began_s)
        _tell(outcomes)

    def _commit_apart(self, together: list[_Waiting[Any]]) -> None:
        """Do the work of several and commit it together, where some of it raises."""
        began_s = time.perf_counter()
        try:
            outcomes = self._written(lambda connection: [waiting.alone(connection) for waiting in together])
        except BaseException as error:  # the database fails, or the commit does
            told = trouble(error)
            if told is None:
                for waiting in together:
                    self._commit(partial(list[_Waiting[Any]], (waiting,)))
                return
            outcomes = [(waiting, None, told) for waiting in together]
        else:
            self._on_commit(len(outcomes), time.perf_counter() - began_s)
        _tell(outcomes)

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
        except OperationalError:
            raise
        except BaseException as error:  # it is raised where the work came from
            return self, None, error


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
