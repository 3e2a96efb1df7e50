"""A rush ends as soon as the bot keeps up again, whatever Discord's answers take: nobody is held while nothing is done.

What is tried is the rush alone, on a clock that jumps: a click waits for its trips to Discord, and for other clicks.
"""

from __future__ import annotations

import asyncio
from statistics import median

from bot.exts.kit.rush import BUSY_S, CALM, Rush
from tests.domain.virtual_asyncio import on_a_jumping_clock

TRIP_S = 0.1
"""To Discord and back."""


class Clicks:
    """Clicks that are answered, and how long each member waited."""

    def __init__(self) -> None:
        self.rush = Rush()
        self.acknowledged = 0
        self.waited_s: list[float] = []

    async def one(self, answer_s: float = TRIP_S) -> None:
        """Somebody clicks."""
        asked_s = asyncio.get_running_loop().time()
        with self.rush.click() as click:
            if self.rush.is_on:
                await asyncio.sleep(TRIP_S)
                self.acknowledged += 1
                await self.rush.hold(click)
            await asyncio.sleep(answer_s)
        self.waited_s.append(asyncio.get_running_loop().time() - asked_s)


async def a_burst_and_a_steady_stream_after_it() -> None:
    clicks, rushes = Clicks(), list[bool]()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2 * CALM):
            tasks.create_task(clicks.one())
        for _ in range(1_000):
            tasks.create_task(clicks.one())
            await asyncio.sleep(0.01)
            rushes.append(clicks.rush.is_on)
    assert rushes[0]
    assert not any(rushes[100:])
    assert max(clicks.waited_s) < 1.0
    assert median(clicks.waited_s) < 1.5 * TRIP_S


def test_after_a_burst_a_hundred_clicks_a_second_are_no_rush() -> None:
    on_a_jumping_clock(a_burst_and_a_steady_stream_after_it())


async def three_thousand_at_once() -> None:
    clicks, answered_before = Clicks(), list[int]()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3_000):
            tasks.create_task(clicks.one())
        while clicks.acknowledged < 3_000 - CALM:
            answered_before.append(len(clicks.waited_s))
            await asyncio.sleep(TRIP_S / 10)
    assert max(answered_before) <= CALM, "but for the first, all were acknowledged before any was answered"
    assert len(clicks.waited_s) == 3_000
    assert clicks.rush.under_way == 0


def test_of_three_thousand_at_once_all_are_acknowledged_before_any_of_them_is_answered() -> None:
    on_a_jumping_clock(three_thousand_at_once())


async def clicks_that_wait_for_something_else() -> None:
    clicks = Clicks()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2 * CALM):
            tasks.create_task(clicks.one(answer_s=60.0))
        await asyncio.sleep(BUSY_S + TRIP_S)
        assert not clicks.rush.is_on
        await clicks.one()
    assert min(clicks.waited_s) < 1.5 * TRIP_S


def test_clicks_that_wait_for_a_run_or_for_discord_are_no_rush() -> None:
    on_a_jumping_clock(clicks_that_wait_for_something_else())


async def closing() -> None:
    clicks = Clicks()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20 * CALM):
            tasks.create_task(clicks.one(answer_s=60.0))
        await asyncio.sleep(2 * TRIP_S)
        clicks.rush.close()
        clicks.waited_s.clear()
    assert max(clicks.waited_s) < 61.0


def test_who_closes_lets_all_go_at_once() -> None:
    on_a_jumping_clock(closing())
