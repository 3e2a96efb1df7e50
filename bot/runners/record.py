"""Record a real run: `python -m bot.runners.record 400 600 > run.json` writes the trace of the lesson's comparison."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING

from bot.domain.demo import parse_durations
from bot.domain.errors import MemberError
from bot.domain.program import comparison
from bot.domain.schedule import Runtime
from bot.runners.pool import RunnerPool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.program import Program
    from bot.domain.trace import Trace


async def record(program: Program, runtime: Runtime) -> Trace:
    """Run a program in a process of its own, and give its trace."""
    async with RunnerPool() as pool, pool.run(program, runtime) as run:
        async for _ in run:
            pass
        return run.trace


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison of what the command line names, and write its trace as stored.

    A mistake ends it with one line and status 2.
    """
    parser = argparse.ArgumentParser(prog="python -m bot.runners.record", description=main.__doc__)
    parser.add_argument("duration", nargs="+", help="how long a task takes, in milliseconds")
    parser.add_argument("--runtime", choices=list(map(str, Runtime)), default=str(Runtime.NODE))
    given = parser.parse_args(arguments)
    try:
        program = comparison(parse_durations(" ".join(given.duration)))
        trace = asyncio.run(record(program, Runtime(given.runtime)))
    except MemberError as error:
        parser.exit(2, f"{error}\n")
    json.dump(trace.to_json(), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
