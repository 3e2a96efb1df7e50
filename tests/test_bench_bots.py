"""The benches' hold on the processes that they start: what these say is heard, and none of them outlives its bench."""

from __future__ import annotations

import asyncio
import sys

import psutil

from bench.log import LONGEST_LINE, LogReader
from tests.program import ROOT

HOLDS = """
import subprocess, sys, time
from bench.orphans import Tie
child = subprocess.Popen(["sleep", "1000"])
tie = Tie(child.pid)
print(child.pid, flush=True)
time.sleep(1000)
"""


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_a_bot_does_not_outlive_a_bench_that_is_killed() -> None:
    bench = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDS, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert bench.stdout is not None
    bot = int(await bench.stdout.readline())
    assert not is_gone(bot)
    bench.kill()
    await bench.wait()
    async with asyncio.timeout(20):
        while not is_gone(bot):  # noqa: ASYNC110 - no child of this process, which would be told
            await asyncio.sleep(0.02)


async def test_an_error_is_read_however_long_its_traceback() -> None:
    said = "import json; print(json.dumps({'level': 'error', 'event': 'x' * 200_000}), file=__import__('sys').stderr)"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"{said}; print('Traceback', file=__import__('sys').stderr)"),
        stderr=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    log = LogReader()
    await log.read(process)
    await process.wait()
    assert [len(line) > 200_000 for line in log.complaints] == [True, False]
    assert not log.ready.is_set()
