"""Turns: which of several processes with one store does what only one may do.

Where there is but one process, it is always its turn. Where there are several, PostgreSQL's advisory locks decide: see
`bot.storage.turns`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Protocol

from bot.services.first import first

LOOK_EVERY_S = 5.0
"""How often a process looks whether what it waits for has become free."""


class Turns(Protocol):
    """What this process holds, and no other."""

    shared: bool
    """Whether there may be other processes. What is stored may then be due without a word to this one."""

    @property
    def lost(self) -> asyncio.Event:
        """Set when all that is held now has been lost. Later there is another event, for what is held then."""
        ...

    async def take(self, names: Collection[str], *, again: bool = True) -> set[str]:
        """Those of `names` that this process holds from now on, and, with `again`, those that it held before.

        Never waits for another process; takes none while the store is away.
        """
        ...

    async def give(self, name: str) -> None:
        """Let another process have it."""
        ...

    def give_later(self, name: str, after_s: float) -> None:
        """Let another process have it after so many seconds."""
        ...

    async def keep(self) -> None:
        """Watch over what is held, until cancelled."""
        ...


class OneProcess:
    """There is no other process: everything is ours."""

    shared = False

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    async def take(self, names: Collection[str], *, again: bool = True) -> set[str]:
        """All of them."""
        return set(names)

    async def give(self, name: str) -> None:
        """There is nobody to take it."""

    def give_later(self, name: str, after_s: float) -> None:
        """There is nobody to take it."""

    async def keep(self) -> None:
        """Nothing can be lost."""
        await asyncio.Event().wait()


@asynccontextmanager
async def held(turns: Turns, name: str, look_every_s: float = LOOK_EVERY_S) -> AsyncGenerator[asyncio.Event]:
    """Wait until `name` is ours, and hold it while the block lasts. The event is set if it is lost meanwhile."""
    while not await turns.take({name}):  # noqa: ASYNC110 - another process tells nothing of its end
        await asyncio.sleep(look_every_s)
    lost = turns.lost
    try:
        yield lost
    finally:
        if not lost.is_set():
            await turns.give(name)


async def alone(turns: Turns, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` while `name` is ours. If it is lost, the work is cancelled, and done again once it is ours again."""
    while True:
        async with held(turns, name) as lost:
            if await unless_lost(lost, work):
                return


async def unless_lost(lost: asyncio.Event, work: Callable[[], Awaitable[None]]) -> bool:
    """Do `work`, cancelled when `lost` is set; whether it came to its end."""
    doing = asyncio.ensure_future(work())
    ended = doing in await first(doing, lost.wait())
    if ended:
        await doing
    return ended
