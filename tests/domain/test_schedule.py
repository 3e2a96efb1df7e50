"""The ideal course of a plan is what its own programs do, in Node.js and in Python, on a clock that jumps.

Real runs, on a clock that does not, are held against it in `tests/runners`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.domain.plan import Doing, Plan, tasks_of
from bot.domain.plan_text import parse_plan, text_of
from bot.domain.schedule import Runtime, Schedule, schedule
from bot.domain.source import source_of
from bot.runners.node import find_node
from tests.domain import virtual_asyncio
from tests.domain.plans import plans

NODE = Path(__file__).with_name("virtual_node.mjs")
ON_THE_LOOP = (Doing.WAIT, Doing.CPU)


def course(found: Schedule) -> tuple[tuple[float, bool], list[tuple[str, float, float, str]]]:
    spans = sorted((span.task, span.start_ms, span.end_ms, span.outcome.value) for span in found.spans)
    return (found.makespan_ms, found.succeeds), spans


def ideal(text: str, runtime: Runtime) -> Schedule:
    return schedule(parse_plan(text), runtime)


@settings(max_examples=300, derandomize=True)
@given(plans((Doing.WAIT,)))
def test_python_does_what_the_schedule_says(plan: Plan) -> None:
    over, spans = virtual_asyncio.run(source_of(plan, Runtime.PYTHON), tasks_of(plan))
    assert (over, sorted(spans)) == course(schedule(plan, Runtime.PYTHON)), text_of(plan)


@pytest.mark.parametrize(
    "text",
    [
        "a 80 cpu within 40",
        "(a 60 cpu & b 10 cpu) within 40",
        "a 30 | b 90 cpu",
        "(a 60 cpu | b 30) > c 30",
        "a 30! cpu & (b 20 & c 10)",
        "((a 40 cpu > b 40 cpu) & c 30) limit 2",
        "(a 60 cpu & b 30 cpu) & (c 40 cpu > d 20)",
        "(a 60! cpu | b 30 cpu) any",
        "~a 60 cpu > b 30 cpu",
    ],
)
def test_python_does_what_the_schedule_says_of_computing(text: str) -> None:
    plan = parse_plan(text)
    over, spans = virtual_asyncio.run(source_of(plan, Runtime.PYTHON), tasks_of(plan))
    assert (over, sorted(spans)) == course(schedule(plan, Runtime.PYTHON))


@settings(max_examples=3, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(st.lists(plans(ON_THE_LOOP), min_size=60, max_size=100))
def test_node_does_what_the_schedule_says(many: list[Plan]) -> None:
    programs = [
        {
            "source": source_of(plan, Runtime.NODE),
            "tasks": [
                {"name": task.name, "ms": task.ms, "fails": task.fails, "computes": task.doing is Doing.CPU}
                for task in tasks_of(plan)
            ],
        }
        for plan in many
    ]
    ran = subprocess.run(
        [find_node() or "", NODE], input=json.dumps(programs).encode(), capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    outcomes: list[dict[str, Any]] = json.loads(ran.stdout)
    for plan, outcome in zip(many, outcomes, strict=True):
        spans = sorted(tuple(span) for span in outcome["spans"])
        assert (tuple(outcome["over"]), spans) == course(schedule(plan, Runtime.NODE)), text_of(plan)


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize(
    ("text", "makespan_ms"),
    [
        ("a 300", 300),
        ("a 300 > b 500", 800),
        ("a 300 & b 500", 500),
        ("(a 300 & b 500) > c 200", 700),
        ("(a 300 > b 500) & c 200", 800),
        ("a 300 | b 500", 300),
        ("(a 300! | b 500) any", 500),
        ("(a 300! | b 500!) any", 500),
        ("a 300! & b 500", 300),
        ("(a 300! & b 500) settled", 500),
        ("a 300! > b 500", 300),
        ("(a 300 & b 500 & c 200) limit 2", 500),
        ("(a 300 & b 300 & c 300 & d 300) limit 3", 600),
        ("(a 100 & b 200 & c 300) limit 1", 600),
        ("(a 300 > b 500) within 400", 400),
        ("a 300 within 400", 300),
        ("~a 300 > b 500", 500),
        ("~a 600 > b 500", 500),
        ("a 300 cpu & b 500 cpu", 800),
        ("a 300 cpu & b 500", 800),
        ("b 500 & a 300 cpu", 500),
        ("b 200 & a 300 cpu", 300),
        ("a 300 thread & b 500 thread", 500),
    ],
)
def test_how_long_main_takes(text: str, makespan_ms: float, runtime: Runtime) -> None:
    assert ideal(text, runtime).makespan_ms == makespan_ms


def test_what_a_deadline_leaves_behind_runs_on_in_node_and_is_cancelled_in_python() -> None:
    node, python = (ideal("a 600 within 200", runtime) for runtime in Runtime)
    assert (node.makespan_ms, node.over_ms, node.spans[0].outcome) == (200, 600, "fulfilled")
    assert (python.makespan_ms, python.over_ms, python.spans[0].outcome) == (200, 200, "cancelled")


def test_a_call_that_nobody_awaits_starts_in_node_alone() -> None:
    assert [span.task for span in ideal("~a 600 > b 300", Runtime.NODE).spans] == ["a", "b"]
    assert [span.task for span in ideal("~a 600 > b 300", Runtime.PYTHON).spans] == ["b"]


@given(plans(), st.sampled_from(Runtime))
def test_nothing_takes_longer_than_everything_in_turn_nor_ends_before_it_starts(plan: Plan, runtime: Runtime) -> None:
    found = schedule(plan, runtime)
    assert 0 <= found.makespan_ms <= found.over_ms
    assert found.over_ms <= sum(task.ms for task in tasks_of(plan))
    assert all(0 <= span.start_ms <= span.end_ms for span in found.spans)
    assert [span.start_ms for span in found.spans] == sorted(span.start_ms for span in found.spans)
