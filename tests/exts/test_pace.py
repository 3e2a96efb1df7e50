"""In a rush some are acknowledged while others still wait, in the order in which they clicked."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from bot.exts.kit.rush import Pace, Rush
from tests.domain.virtual_asyncio import on_a_jumping_clock


class Queue:
    """People who wait for their turn, by the number in which they came."""

    def __init__(self, at_once: int) -> None:
        self._pace = Pace(at_once)
        self.begun: list[int] = []

    async def come(self, number: int) -> None:
        await self._pace.turn()
        self.begun.append(number)


async def ten_who_come_together() -> tuple[list[int], list[int]]:
    queue, after_each_turn = Queue(3), [0]
    async with asyncio.TaskGroup() as people:
        for number in range(10):
            people.create_task(queue.come(number))
        while len(queue.begun) < 10:
            await asyncio.sleep(0)
            after_each_turn.append(len(queue.begun))
    return queue.begun, after_each_turn


def test_those_who_wait_begin_in_their_order_and_some_in_each_turn_of_the_loop() -> None:
    begun, after_each_turn = on_a_jumping_clock(ten_who_come_together())
    assert begun == list(range(10))
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


async def test_where_a_turn_of_the_loop_takes_long_more_begin_in_it() -> None:
    queue = Queue(1)
    async with asyncio.TaskGroup() as people:
        for number in range(50):
            people.create_task(queue.come(number))
        await asyncio.sleep(0)
        assert len(queue.begun) < 50
        time.sleep(0.1)  # noqa: ASYNC251 - the loop is busy with something else
        for _ in range(4):
            await asyncio.sleep(0)
        assert queue.begun == list(range(50))


async def three_who_wait_when_the_bot_closes() -> int:
    rush, begun = Rush(), list[int]()
    rush.pace = Pace(1)

    async def come(number: int) -> None:
        await rush.pace.turn()
        begun.append(number)

    people = [asyncio.create_task(come(number)) for number in range(4)]
    await asyncio.sleep(0)
    assert rush.is_on, "as long as anybody waits"
    rush.close()
    for _ in range(3):
        await asyncio.sleep(0)
    assert not rush.is_on
    await asyncio.gather(*people)
    return len(begun)


def test_who_closes_the_bot_lets_all_begin() -> None:
    assert on_a_jumping_clock(three_who_wait_when_the_bot_closes()) == 4
