"""The runner's program started by hand, without the pool."""

from __future__ import annotations

import json
import subprocess

from bot.domain.plan import plan_for
from bot.runners.pool import ASYNCIO
from bot.runners.source import python_source


def test_it_ends_when_nobody_listens_any_more() -> None:
    plan = plan_for("sequential", [10, 5000])
    request = {"plan": plan.to_json(), "sources": [python_source(phase) for phase in plan.phases]}
    with subprocess.Popen(ASYNCIO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout
        program.stdout.close()
        json.dump(request, program.stdin)
        program.stdin.close()
        assert program.wait(timeout=4) == 1
