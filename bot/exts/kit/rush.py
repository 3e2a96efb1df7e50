"""Very many clicks at once: each is acknowledged first and answered after, so that none waits for longer than Discord.

A deferral costs about half of an answer. Below a load it would make everybody wait for two; above it, whoever comes
last would not be answered in time at all.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator

from bot.exts.kit.host import Interaction
from bot.exts.kit.replies import Ahead, acknowledge

CALM = 200
"""So many clicks may be under way before those that follow are acknowledged first. On two busy cores a click took 3 ms,
so that the last of so many is answered after 0.6 s."""

HOLD_S = 5.0
"""For so long at most, one that was acknowledged leaves the machine to those that are not."""


class Rush:
    """How many clicks are under way, and which of them still have to be acknowledged."""

    def __init__(self) -> None:
        self._under_way = self._unacknowledged = 0
        self._eased = asyncio.Event()

    @contextlib.contextmanager
    def click(self) -> Generator[None]:
        """A click that is under way for as long as the block."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    @property
    def is_on(self) -> bool:
        """Whether there are more clicks under way than can be answered in time one after another."""
        return self._under_way > CALM

    async def acknowledge(self, interaction: Interaction, ahead: Ahead) -> None:
        """Acknowledge a click, then wait until no other one has to be: their answers have 15 minutes."""
        self._unacknowledged += 1
        self._eased.clear()
        try:
            await acknowledge(interaction, ahead)
        finally:
            self._unacknowledged -= 1
            if not self._unacknowledged:
                self._eased.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HOLD_S):
                await self._eased.wait()
