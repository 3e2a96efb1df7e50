"""In a rush some are acknowledged while others still wait, in the order in which they clicked."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.exts.kit.rush import Pace


class Queue:
    """People who wait for their turn, by the number in which they came."""

    def __init__(self, at_once: int) -> None:
        self._pace = Pace(at_once)
        self.begun: list[int] = []

    async def come(self, number: int) -> None:
        await self._pace.turn()
        self.begun.append(number)


async def test_those_who_wait_begin_in_their_order_and_some_in_each_turn_of_the_loop() -> None:
    queue, after_each_turn = Queue(3), [0]
    async with asyncio.TaskGroup() as people:
        for number in range(10):
            people.create_task(queue.come(number))
        while len(queue.begun) < 10:
            await asyncio.sleep(0)
            after_each_turn.append(len(queue.begun))
    assert queue.begun == list(range(10))
    assert max(after - before for before, after in pairwise(after_each_turn)) == 3


async def test_whoever_comes_when_nobody_waits_begins_at_once() -> None:
    queue = Queue(1)
    for number in range(3):
        await asyncio.wait_for(queue.come(number), 1)
        for _ in range(3):  # turns in which nobody comes
            await asyncio.sleep(0)
    assert queue.begun == [0, 1, 2]


async def test_who_gives_up_keeps_nobody_waiting() -> None:
    queue = Queue(1)
    people = [asyncio.create_task(queue.come(number)) for number in range(5)]
    await asyncio.sleep(0)
    for number in (1, 2):
        people[number].cancel()
    await asyncio.wait_for(asyncio.gather(*people, return_exceptions=True), 1)
    assert queue.begun == [0, 3, 4]
