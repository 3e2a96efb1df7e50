"""What the tests of an open database share: work that writes, and ways to have it wait for the same writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from threading import Event

from sqlalchemy import Connection, select

from bot.storage import tables
from bot.storage.store import Store

Reads = Callable[[int], Callable[[Connection], None]]


async def members(store: Store) -> list[int]:
    """Who has read the part, in the order in which it was written."""
    query = select(tables.parts_read.c.member_id)
    return await store.read(lambda connection: list(connection.scalars(query)))


@asynccontextmanager
async def held_up(store: Store, first: Callable[[Connection], None] = lambda _: None) -> AsyncGenerator[None]:
    """A writer that has done `first` and is in the middle of its work until the block ends: others wait for it."""
    begun, over = Event(), Event()

    def work(connection: Connection) -> None:
        first(connection)
        begun.set()
        assert over.wait(timeout=10)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(work))
        try:
            assert await asyncio.to_thread(begun.wait, 10)
            yield
        finally:
            over.set()


async def together(store: Store, *work: Callable[[Connection], None]) -> list[BaseException | None]:
    """What becomes of work that waits for the same writer, so that it is committed together: nothing, or an error."""
    async with held_up(store):
        asked = [asyncio.ensure_future(store.write(each)) for each in work]
        await asyncio.sleep(0)  # they have asked
    return await asyncio.gather(*asked, return_exceptions=True)
