"""Somebody measures the bot on their machine: `python -m bench`."""

from __future__ import annotations

import asyncio
import re
import sys

from tests.program import ROOT


async def test_the_figures_of_demos_are_measured_and_printed() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", "demos", "--runs", "1", "--seconds", "1"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    table = out.decode()
    for runtime in ("Node.js", "Python"):
        for state in ("the bot idle", "the bot clicked"):
            assert re.search(rf"\| {runtime}, {state} \| -?\d+\.\d ms \|", table)
    assert re.search(r"\| eight runs at once \| \d+\.\d ms \| \d+\.\d ms \| \d+\.\d\d \|", table)
