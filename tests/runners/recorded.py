"""A run for tests: a program carried out for real, to its end."""

from __future__ import annotations

from bot.domain.program import Program
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.runners.pool import RunnerPool


async def record(program: Program, runtime: Runtime) -> Trace:
    """Run a program in a process of its own, and give its trace."""
    async with RunnerPool() as pool, pool.run(program, runtime) as run:
        async for _ in run:
            pass
        return run.trace
