"""The lesson's two tables, word for word, from the recorded run and from runs in both runtimes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.program import comparison
from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table, variable_tracker
from bot.domain.trace import Trace
from tests.runners.recorded import record

RECORDED = Path(__file__).parents[2] / "content" / "async" / "runs" / "compare.json"

EXECUTION_TABLE = """
| 1 | call task 1 | started | not started | sequential: task 1 begins |
| 2 | wait for task 1 | finished | not started | sequential: waiting on task 1 |
| 3 | call task 2 | finished | started | sequential: task 2 begins only now |
| 4 | wait for task 2 | finished | finished | sequential: waiting on task 2 |
| 5 | sequential run done | finished | finished | one after the other |
| 6 | call both together | started | started | concurrent: both begin at once |
| 7 | wait for both | finished | finished | concurrent: one wait covers both |
| 8 | concurrent run done | finished | finished | together |
"""

VARIABLE_TRACKER = """
| variable | start | after 1 | after 3 | after 4 | after 6 | after 7 | final |
| status of task 1 | not started | started | finished | finished | started | finished | finished |
| status of task 2 | not started | not started | started | finished | started | finished | finished |
"""


@pytest.fixture(params=["recorded", *Runtime])
async def trace(request: pytest.FixtureRequest) -> Trace:
    """The lesson's comparison of 400 and 600 ms."""
    if request.param == "recorded":
        return Trace.from_json(json.loads(RECORDED.read_text(encoding="utf-8")))
    return await record(comparison([400, 600]), Runtime(request.param))


def as_table(rows: list[tuple[str, ...]]) -> str:
    return "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


async def test_a_real_run_gives_exactly_the_lessons_tables(trace: Trace) -> None:
    steps = [(str(s.number), s.action, *s.statuses, s.note) for s in execution_table(trace)]
    tracker = variable_tracker(trace)

    assert as_table(steps) == EXECUTION_TABLE
    assert as_table([tracker.columns, *tracker.rows]) == VARIABLE_TRACKER
    assert trace.program == comparison([400, 600])
    sequential, concurrent = trace.timings
    assert sequential.measured_ms > 1.3 * concurrent.measured_ms
