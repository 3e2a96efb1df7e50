"""Two are let in, the others wait their turn and are told where they stand."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.runners.turns import QueueFullError, Turns


class Person:
    """Someone who wants to be in: hears their places, goes in, stays until they are sent away."""

    def __init__(self, turns: Turns) -> None:
        self.places: list[int] = []
        self.heard = asyncio.Event()
        self.inside = asyncio.Event()
        self.leave = asyncio.Event()
        self.task = asyncio.create_task(self._visit(turns))

    async def _visit(self, turns: Turns) -> None:
        async with turns.turn(self._hear):
            self.inside.set()
            await self.leave.wait()

    async def _hear(self, place: int) -> None:
        self.places.append(place)
        self.heard.set()

    async def told(self) -> int:
        await self.heard.wait()
        self.heard.clear()
        return self.places[-1]

    async def goes(self) -> None:
        self.leave.set()
        await self.task


async def test_those_who_find_room_are_told_nothing() -> None:
    ada = Person(Turns(1, 8))
    await ada.goes()
    assert ada.places == []


async def test_the_others_come_in_as_they_came_and_hear_every_step() -> None:
    turns = Turns(1, 8)
    ada, grace, linus = Person(turns), Person(turns), Person(turns)
    assert (await grace.told(), await linus.told()) == (1, 2)

    await ada.goes()
    await grace.inside.wait()
    assert await linus.told() == 1
    assert not linus.inside.is_set()

    await grace.goes()
    await linus.inside.wait()
    await linus.goes()
    assert linus.places == [2, 1]


async def test_one_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    turns = Turns(1, 8)
    ada, grace, linus = Person(turns), Person(turns), Person(turns)
    assert (await grace.told(), await linus.told()) == (1, 2)

    grace.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await grace.task
    assert await linus.told() == 1
    await ada.goes()
    await linus.goes()


async def test_one_let_in_and_cancelled_at_once_takes_no_room() -> None:
    turns = Turns(1, 8)
    ada, grace, linus = Person(turns), Person(turns), Person(turns)
    assert (await grace.told(), await linus.told()) == (1, 2)

    ada.leave.set()
    ada.task.add_done_callback(lambda _: grace.task.cancel())
    with pytest.raises(asyncio.CancelledError):
        await grace.task
    await linus.inside.wait()
    await linus.goes()


async def test_a_failure_to_tell_the_place_gives_the_place_up() -> None:
    turns = Turns(1, 8)

    async def fail(place: int) -> None:
        raise ConnectionError

    async with turns.turn():
        with pytest.raises(ConnectionError):
            await AsyncExitStack().enter_async_context(turns.turn(fail))
        grace = Person(turns)
        assert await grace.told() == 1
    await grace.goes()


async def test_when_all_are_let_in_nobody_waits_any_more() -> None:
    turns = Turns(1, 8)
    ada, grace = Person(turns), Person(turns)
    assert await grace.told() == 1
    turns.let_all_in()
    linus = Person(turns)
    await asyncio.gather(grace.inside.wait(), linus.inside.wait())
    assert linus.places == []
    await asyncio.gather(ada.goes(), grace.goes(), linus.goes())


async def test_a_queue_that_is_too_long_refuses_whoever_comes_next() -> None:
    turns = Turns(1, 1)
    ada, grace = Person(turns), Person(turns)
    await grace.told()
    with pytest.raises(QueueFullError, match="Try again in a minute"):
        await Person(turns).task

    await ada.goes()
    await grace.goes()
