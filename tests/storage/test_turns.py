"""Processes that share one PostgreSQL take turns: each name is held by one, and is free again when it is given."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bench.postgres import Postgres
from bot.storage.turns import PostgresTurns
from tests.storage.conftest import address


async def test_what_is_taken_twice_at_once_is_held_once(postgres: Postgres) -> None:
    turns = PostgresTurns(address(postgres))
    found = await asyncio.gather(*(turns.take({"door"}, again=False) for _ in range(2)))
    assert sorted(map(len, found)) == [0, 1]
    await _end(turns)


async def test_what_somebody_takes_who_is_cancelled_is_free_for_others(postgres: Postgres) -> None:
    url = address(postgres)
    turns, others = PostgresTurns(url), PostgresTurns(url)
    taking = asyncio.create_task(turns.take({"door"}))
    await asyncio.sleep(0)  # it has asked
    taking.cancel()
    with suppress(asyncio.CancelledError):
        await taking
    await asyncio.gather(*turns._giving)
    assert await turns.take({"door"}, again=False) == {"door"}
    await turns.give("door")
    assert await others.take({"door"}) == {"door"}
    await _end(turns, others)


async def _end(*turns: PostgresTurns) -> None:
    """Their processes end."""
    for each in turns:
        keeping = asyncio.create_task(each.keep())
        await asyncio.sleep(0)  # it has begun
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
