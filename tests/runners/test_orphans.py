"""Runners whose bot is gone without a word: killed, or out of memory. Nobody is left to end them."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from bot.domain.schedule import Runtime
from bot.runners.pool import installed
from bot.settings import ROOT
from tests.runners.conftest import children, ends

BOT = """\
import asyncio
import sys

from bot.domain.plan_text import parse_plan
from bot.domain.program import custom
from bot.domain.schedule import Runtime
from bot.runners.pool import RunnerPool


async def main(plan, runtime):
    async with RunnerPool() as pool, pool.run(custom(parse_plan(plan)), Runtime(runtime)) as run:
        async for event in run:
            print(event.kind.value, flush=True)


asyncio.run(main(*sys.argv[1:]))
"""
"""A program that runs a plan and says what it hears."""

BUSY = " > ".join(f"t{number} 50" for number in range(12))
"""A plan whose runner has always something to write."""


@pytest.mark.parametrize(
    ("runtime", "plan"),
    [
        *((runtime, f"a 5000{doing}") for runtime in Runtime for doing in ("", " thread", " cpu")),
        *((runtime, BUSY) for runtime in Runtime),
    ],
)
async def test_a_runner_ends_when_its_bot_is_killed(runtime: Runtime, plan: str) -> None:
    command = (sys.executable, "-c", BOT, plan, runtime)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    bot = await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE)
    assert bot.stdout
    while await bot.stdout.readline() != b"started\n":
        pass
    (runner,) = children(bot.pid)
    bot.kill()
    await bot.communicate()
    assert ends(runner)


@pytest.mark.parametrize("runtime", Runtime)
async def test_a_runner_whose_bot_is_killed_before_it_asks_ends(runtime: Runtime) -> None:
    runner = await asyncio.create_subprocess_exec(*installed()[runtime], stdin=PIPE, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(10):
        out, _ = await runner.communicate(b"")
    assert (runner.returncode, out) == (1, b"")
