"""Turns: so many may be in at once, the others wait in the order in which they came. What they do inside is theirs."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.domain.errors import MemberError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    OnWait = Callable[[int], Awaitable[None]]


class QueueFullError(MemberError):
    """The queue is so long that waiting makes no sense."""


class _Ticket(Struct, eq=False):
    """A place in the queue: 1 is next, 0 is in."""

    place: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class Turns:
    """A queue before a room for `limit`. Who goes where is decided at once, in `_settle`; nobody awaits inside it."""

    def __init__(self, limit: int, most_waiting: int) -> None:
        self._limit = limit
        self._most_waiting = most_waiting
        self._inside: set[_Ticket] = set()
        self._waiting: deque[_Ticket] = deque()
        self._open = False

    @property
    def inside(self) -> int:
        """How many are in."""
        return len(self._inside)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, on_wait: OnWait | None = None) -> AsyncGenerator[None]:
        """Wait to be let in, and leave at the end. `on_wait` is told the place in the queue whenever it changes.

        Raises:
            QueueFullError: too many wait already.
        """
        if len(self._waiting) >= self._most_waiting and not self._open:
            raise QueueFullError("So many runs are in line that waiting makes no sense. Try again in a minute.")
        ticket = _Ticket()
        self._waiting.append(ticket)
        self._settle()
        try:
            while ticket.place:
                ticket.moved.clear()
                if on_wait:
                    await on_wait(ticket.place)
                await ticket.moved.wait()
            yield
        finally:
            self._inside.discard(ticket)
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            self._settle()

    def let_all_in(self) -> None:
        """Nobody waits any more, now or later."""
        self._open = True
        self._settle()

    def _settle(self) -> None:
        while self._waiting and (self._open or len(self._inside) < self._limit):
            ticket = self._waiting.popleft()
            ticket.place = 0
            ticket.moved.set()
            self._inside.add(ticket)
        for place, ticket in enumerate(self._waiting, 1):
            if ticket.place != place:
                ticket.place = place
                ticket.moved.set()
