"""What is right about a prediction is what happens: programs of many seeds, run for real in Node.js and in Python."""

from __future__ import annotations

import asyncio
from itertools import count

from bot.domain.lesson import Level
from bot.domain.predict import Challenge, challenge, judge
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.runners.pool import RunnerPool

EACH = 6
"""Programs of each level in each runtime."""

AT_ONCE = 4


def sample() -> list[Challenge]:
    """The first challenges of each level, as many in each runtime."""
    found: list[Challenge] = []
    for level in Level:
        for runtime in Runtime:
            made = (asked for seed in count() if (asked := challenge(seed, level)).runtime is runtime)
            found += [next(made) for _ in range(EACH)]
    return found


async def ran(pool: RunnerPool, asked: Challenge) -> Trace:
    async with pool.run(asked.program, asked.runtime) as run:
        async for _ in run:
            pass
        return run.trace


async def shown(pool: RunnerPool, asked: Challenge) -> int | None:
    """What a run shows, or another one, twice at most, if the machine was too busy: a wrong key is wrong every time."""
    found = judge(asked, await ran(pool, asked))
    for _ in range(2):
        if found != asked.right:
            found = judge(asked, await ran(pool, asked))
    return found


async def test_what_runs_shows_the_right_option() -> None:
    challenges = sample()
    async with RunnerPool(limit=AT_ONCE, most_waiting=len(challenges)) as pool:
        found = await asyncio.gather(*(shown(pool, asked) for asked in challenges))

    wrong = [(asked, index) for asked, index in zip(challenges, found, strict=True) if index != asked.right]
    assert wrong == []
    assert {asked.runtime for asked in challenges} == set(Runtime)
