"""Record a real run: `python -m bot.runners.record compare 400 600 > run.json` writes its trace, as stored."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING

from bot.domain.errors import MemberError
from bot.domain.plan import DEMOS, parse_delays, plan_for
from bot.runners.pool import RunnerPool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.plan import Plan
    from bot.domain.trace import Trace


async def record(plan: Plan) -> Trace:
    """Run a plan in a process of its own, and give its trace."""
    async with RunnerPool() as pool, pool.run(plan) as run:
        async for _ in run:
            pass
        return run.trace


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line names, and write its trace as JSON; a mistake ends it with one line and status 2."""
    parser = argparse.ArgumentParser(prog="python -m bot.runners.record", description=main.__doc__)
    parser.add_argument("demo", help=", ".join(DEMOS))
    parser.add_argument("delay", nargs="+", help="the delay of a task in milliseconds")
    given = parser.parse_args(arguments)
    try:
        trace = asyncio.run(record(plan_for(given.demo, parse_delays(" ".join(given.delay)))))
    except MemberError as error:
        parser.exit(2, f"{error}\n")
    json.dump(trace.to_json(), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
