"""Other processes may have their turn first: a bot waits for them as long as it takes, and serves whom it can."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import pytest

from bot import app
from bot.playground import Playground
from bot.playground.gateway import Connection
from bot.services.turns import OneProcess
from bot.settings import Settings
from tests.conftest import House, running

PATIENCE_S = 20.0


class Others(OneProcess):
    """Turns between processes of which one is this; what the others hold is said by hand."""

    shared = True

    def __init__(self) -> None:
        super().__init__()
        self.have = set[str]()
        self.once = set[str]()
        """What the others take as soon as this process has had it."""
        self._refused, self._changed = Counter[str](), asyncio.Condition()

    async def take(self, names: Collection[str], *, again: bool = True) -> set[str]:
        taken = set(names) - self.have
        self.have |= taken & self.once
        async with self._changed:
            self._refused.update(set(names) - taken)
            self._changed.notify_all()
        return taken

    async def refuses(self, name: str, times: int = 1) -> None:
        """Wait until this process has asked for something in vain, so many times from now on."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            enough = self._refused[name] + times
            await self._changed.wait_for(lambda: self._refused[name] >= enough)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Others:
    found = Others()
    monkeypatch.setattr(app, "OneProcess", lambda: found)
    return found


def connection(house: House, shard: int) -> Connection:
    """The connection that a shard has now."""
    (found,) = (
        each for each in house.playground.gateway._connections if each._session and each._session.shard[0] == shard
    )
    return found


async def test_a_shard_that_waits_for_its_turn_keeps_no_other_from_coming_back(
    settings: Settings, others: Others
) -> None:
    async with running(replace(settings, shard_count=2)) as house:
        ada, starts = await house.person("Ada"), house.playground.gateway.starts
        hers = (house.playground.world.guild.id >> 22) % 2
        others.have.add("identify 0")
        connection(house, 1 - hers).invalidate(resumable=False)
        await others.refuses("identify 0")
        connection(house, hers).outbox.close(4000)
        assert "/quiz" in (await ada.type("help")).text
        assert [start.shard for start in starts.log] == [0, 1], "the other one still waits"
        others.have.clear()
        async with asyncio.timeout(PATIENCE_S):
            while len(starts.log) == 2:  # noqa: ASYNC110 - the playground tells of no shard by itself
                await asyncio.sleep(0.02)
        assert starts.log[-1].shard == 1 - hers


async def test_the_time_that_others_take_to_tell_of_the_commands_is_not_discords(
    settings: Settings, others: Others, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "ANSWERED_WITHIN_S", 4.0)
    others.have.add("commands")

    async def tell() -> None:
        await others.refuses("commands", 10)  # one each half second
        others.have.clear()

    telling = asyncio.create_task(tell())
    async with running(settings) as house:
        await telling
        ada = await house.person("Ada")
        assert "/quiz" in (await ada.type("help")).text


async def test_garbage_is_looked_for_once_the_first_shard_is_in(settings: Settings, others: Others) -> None:
    others.once.add("identify 0")
    let_in, ready, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    world = app.real_world(when_let_in=let_in.set)
    async with Playground() as discord, asyncio.TaskGroup() as tasks, asyncio.timeout(PATIENCE_S):
        here = replace(settings, api_url=discord.api_url, shard_count=2)
        tasks.create_task(app.run(here, discord.token, world, stop, ready.set))
        await let_in.wait()
        assert not ready.is_set()
        others.once.clear()
        others.have.clear()
        await ready.wait()
        stop.set()
