"""Turns between processes that share one PostgreSQL, by advisory locks of a session.

A lock is free as soon as its session ends: when a process dies, PostgreSQL sees its connection close, and of a machine
that dies it hears nothing for 20 s (`engine`). https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from sqlalchemy import URL, BigInteger, bindparam, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot.storage.engine import engine_for_locks

T = TypeVar("T")

PING_EVERY_S = 5.0
"""How often the session is looked after: so long may two processes believe that they hold the same."""

_log = structlog.get_logger("tandem.turns")

_KEY = bindparam("key", type_=BigInteger)
_TRY = select(func.pg_try_advisory_lock(_KEY))
_GIVE = select(func.pg_advisory_unlock(_KEY))
_PING = select(1)


class PostgresTurns:
    """What this process holds. All of it hangs on one session, and is lost with it."""

    shared = True

    def __init__(self, url: URL) -> None:
        self._engine = engine_for_locks(url)
        self._thread = ThreadPoolExecutor(1, "tandem-turns")  # the session is one, and so are those who speak in it
        self._session: Connection | None = None
        self._held = set[str]()
        self._giving = set[asyncio.Task[None]]()
        self._to_give, self._woken = dict[str, float](), asyncio.Event()
        """When what is held is to be given, in the loop's seconds."""
        self.lost = asyncio.Event()

    async def take(self, names: Collection[str], *, again: bool = True) -> set[str]:
        """Those of `names` that this process holds from now on, and, with `again`, those that it held before."""
        before, taken = set[str](), set[str]()

        def work(session: Connection) -> None:
            for name in names:  # in the one thread: so nobody takes twice what stacks in the server
                if name in self._held:
                    before.add(name)
                elif session.scalar(_TRY, _key(name)):
                    self._held.add(name)
                    taken.add(name)

        taking, lost = asyncio.ensure_future(self._do(work)), self.lost
        try:
            await asyncio.shield(taking)
        except asyncio.CancelledError:
            back = asyncio.ensure_future(self._give_back(taking, taken))
            self._giving.add(back)
            back.add_done_callback(self._giving.discard)
            raise
        if lost.is_set():  # with an earlier session, perhaps, and this was taken in the next
            await self._give_back(taking, taken)
            return set()
        return taken | (before if again else set())

    async def _give_back(self, taking: asyncio.Future[None], taken: set[str]) -> None:
        """What somebody takes who was cancelled is nobody's."""
        await asyncio.wait({taking})
        for name in taken:
            await self.give(name)

    async def give(self, name: str) -> None:
        """Let another process have it."""
        self._to_give.pop(name, None)
        if name in self._held:
            self._held.discard(name)
            await self._do(lambda session: session.scalar(_GIVE, _key(name)))

    def give_later(self, name: str, after_s: float) -> None:
        """Let another process have it after so many seconds."""
        self._to_give[name] = asyncio.get_running_loop().time() + after_s
        self._woken.set()

    async def keep(self) -> None:
        """Give what is to be given, and notice when the session has ended, until cancelled; then give all back."""
        clock = asyncio.get_running_loop().time
        try:
            while True:
                self._woken.clear()
                for name in [name for name, at_s in self._to_give.items() if at_s <= clock()]:
                    await self.give(name)
                if self._held:
                    await self._do(lambda session: session.scalar(_PING))
                next_s = min([clock() + PING_EVERY_S, *self._to_give.values()])
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(next_s):
                        await self._woken.wait()
        finally:
            self._lose()
            await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._close))
            self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[Connection], T]) -> T | None:
        """What `work` returns; None if the session has ended, and with it all that was held."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_session, work)
        except DBAPIError as error:
            _log.warning("turns lost", held=len(self._held), error=str(error.orig).strip())
            self._lose()
            return None

    def _lose(self) -> None:
        self._to_give.clear()
        self.lost.set()
        self.lost = asyncio.Event()

    def _in_session(self, work: Callable[[Connection], T]) -> T:
        if self._session is None:
            self._session = self._engine.connect()
        try:
            return work(self._session)
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        session, self._session = self._session, None
        self._held.clear()
        if session is not None:
            session.invalidate()  # without a word: the server may be gone
            session.close()


def _key(name: str) -> dict[str, Any]:
    """A lock's number: the first eight bytes of a digest, the same in every process."""
    digest = hashlib.blake2b(f"tandem {name}".encode(), digest_size=8).digest()
    return {"key": int.from_bytes(digest, signed=True)}
