"""Very many clicks at once: each is acknowledged first and answered after, so that none waits for longer than Discord.

A deferral costs about half of an answer. Below a load it would make everybody wait for two; above it, whoever comes
last would not be answered in time at all.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from typing import Self

CALM = 200
"""So many clicks may be under way before those that follow are acknowledged first. On two busy cores a click took 3 ms,
so that the last of so many is answered after 0.6 s."""

BUSY_S = 3.0
"""For so long at most, a click is under way. One that takes longer waits for Discord or for a run, not for us."""


AT_ONCE = 16
"""So many acknowledgements begin in one turn of the event loop. Measured with 3,000 clicks at once: half of them have
theirs in three quarters of the time, and the last in nine tenths. If all begin at once, all end at once, and each
wants a connection of its own."""

A_SECOND = 600
"""As many as that a second begin where a turn takes long, because the loop has other things to do."""


class Pace:
    """Lets those who wait begin in their order, so many in each turn of the event loop."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._left = at_once
        self._is_turning, self._turned_s = False, 0.0
        self._waiting = deque[asyncio.Future[None]]()

    async def turn(self) -> None:
        """Wait until it is one's turn."""
        loop = asyncio.get_running_loop()
        if not self._is_turning:
            self._is_turning, self._turned_s = True, loop.time()
            loop.call_soon(self._next)
        if self._left > 0:
            self._left -= 1
            return
        mine = loop.create_future()
        self._waiting.append(mine)
        await mine

    def _next(self) -> None:
        """Begin another turn of the event loop."""
        loop = asyncio.get_running_loop()
        before_s, self._turned_s = self._turned_s, loop.time()
        allowed = self._left = max(self._at_once, int((self._turned_s - before_s) * A_SECOND))
        while self._waiting and self._left:
            mine = self._waiting.popleft()
            if not mine.done():  # it was not cancelled meanwhile
                mine.set_result(None)
                self._left -= 1
        self._is_turning = self._left < allowed
        if self._is_turning:
            loop.call_soon(self._next)
        else:
            self._left = self._at_once

    @property
    def is_on(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def close(self) -> None:
        """Let all begin."""
        self._at_once = self._left = sys.maxsize


class Click:
    """One click: under way, held, or over; over when the block ends that it is the context of."""

    __slots__ = ("_busy", "_rush", "let_go")

    def __init__(self, rush: Rush) -> None:
        self._rush = rush
        self._busy: asyncio.TimerHandle | None = None
        self.let_go: asyncio.Future[None] | None = None
        """Done when it need not be held any more."""

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Be under way."""
        self._busy = asyncio.get_running_loop().call_later(BUSY_S, self.end)
        self._rush.under_way += 1

    def end(self) -> None:
        """Be under way no more, so that one that is held may be. A second time changes nothing."""
        if self._busy is not None:
            self._busy.cancel()
            self._busy = None
            self._rush.under_way -= 1
            self._rush.go_on()


class Rush:
    """How many clicks are under way, and which of those that were acknowledged wait until they may be.

    One that is held is not under way, else a rush would keep itself up. They are let go one by one, so that the machine
    is never busy with so many that a new click would wait for long.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.pace = Pace()
        self._held = deque[Click]()
        self._closed = False

    @property
    def is_on(self) -> bool:
        """Whether there are more clicks under way than can be answered in time one after another."""
        return self.under_way > CALM or self.pace.is_on

    def click(self) -> Click:
        """A click that is under way for as long as the block."""
        return Click(self)

    async def hold(self, click: Click) -> None:
        """Let others go before a click that was acknowledged, while there are too many: its answer has 15 minutes."""
        if self._closed:
            return
        click.let_go = asyncio.get_running_loop().create_future()
        self._held.append(click)
        click.end()
        await click.let_go

    def go_on(self) -> None:
        """Let those go that are held, while there are not too many under way."""
        while self._held and (self._closed or not self.is_on):
            click = self._held.popleft()
            if click.let_go is not None and not click.let_go.done():  # it was not cancelled meanwhile
                click.begin()
                click.let_go.set_result(None)

    def close(self) -> None:
        """Hold none any more: who closes the bot waits for the answers to all."""
        self._closed = True
        self.pace.close()
        self.go_on()
