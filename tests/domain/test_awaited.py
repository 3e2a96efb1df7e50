"""Who is waited for, and until when: held against what the schedule knows of the same plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from bot.domain.awaited import awaited, waited_until
from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within
from bot.domain.plan_text import parse_plan
from bot.domain.program import custom
from bot.domain.schedule import Runtime, schedule
from bot.domain.timeline import LEFT_BEHIND, bars
from bot.domain.trace import Status, Timing, Trace
from tests.domain.plans import plans

NODE, PYTHON = Runtime.NODE, Runtime.PYTHON
Ran = Callable[..., Trace]


def timing_of(ran: Ran, plan: Plan, runtime: Runtime, slow: float = 1.0) -> Timing:
    (timing,) = ran(custom(plan), runtime, slow).timings
    return timing


def by_name(timing: Timing) -> dict[str, float]:
    names = [task.name for task in timing.phase.tasks]
    return {names[task]: until_ms for task, until_ms in waited_until(timing).items()}


@pytest.mark.parametrize(
    ("plan", "runtime", "until"),
    [
        ("a 500 cpu within 400", NODE, {"a": 500}),
        ("a 500 cpu within 400", PYTHON, {"a": 500}),
        ("(a 300 > b 300 cpu) within 400", NODE, {"a": 300, "b": 600}),
        ("((a 500 cpu within 400) & b 800) settled", NODE, {"a": 500, "b": 1300}),
        ("a 600 within 200", NODE, {"a": 200}),
        ("a 600 within 200", PYTHON, {"a": 200}),
        ("a 600 thread within 200", PYTHON, {"a": 200}),
        ("((a 500 within 200) & b 800) settled", NODE, {"a": 200, "b": 800}),
        ("((a 500 within 200) & b 800) settled", PYTHON, {"a": 200, "b": 800}),
        ("(a 500 & b 300!) within 900", NODE, {"a": 300, "b": 300}),
        ("~a 500 > b 300", NODE, {"a": 0, "b": 300}),
    ],
)
def test_until_when_somebody_waits(ran: Ran, plan: str, runtime: Runtime, until: dict[str, float]) -> None:
    assert by_name(timing_of(ran, parse_plan(plan), runtime)) == until


@pytest.mark.parametrize("runtime", Runtime)
def test_a_deadline_that_the_clock_passes_while_main_succeeds_is_none(ran: Ran, runtime: Runtime) -> None:
    """A timer is late by a millisecond, and the deadline by more."""
    timing = timing_of(ran, parse_plan("(a 398 within 400) > b 100"), runtime, slow=1.01)
    assert timing.threw is None
    assert len(awaited(timing)) == 2


@pytest.mark.parametrize("runtime", Runtime)
def test_who_computes_beyond_a_deadline_is_not_drawn_as_left_behind(ran: Ran, runtime: Runtime) -> None:
    assert LEFT_BEHIND not in bars([ran(custom(parse_plan("a 500 cpu within 400")), runtime)])


@settings(max_examples=300, derandomize=True)
@given(plan=plans((Doing.WAIT,)))
def test_in_python_whoever_ends_was_awaited_and_whoever_was_not_is_cancelled(ran: Ran, plan: Plan) -> None:
    timing = timing_of(ran, plan, PYTHON)
    ended = {span.task for span in timing.spans if span.status is not Status.CANCELLED}
    assert ended == {span.task for span in timing.spans if span.task in awaited(timing)} & ended


@settings(max_examples=300, derandomize=True)
@given(plan=plans((Doing.WAIT,)))
def test_node_stops_waiting_when_python_cancels(ran: Ran, plan: Plan) -> None:
    until = by_name(timing_of(ran, plan, NODE))
    for span in schedule(plan, PYTHON).spans:
        node_ends = {one.task: one.end_ms for one in schedule(plan, NODE).spans}[span.task]
        if span.outcome == "cancelled":
            assert until[span.task] == span.end_ms < node_ends
        else:
            assert until[span.task] >= node_ends


@settings(max_examples=300, derandomize=True)
@given(plan=plans())
@pytest.mark.parametrize("runtime", Runtime)
def test_where_nothing_can_be_lost_and_main_succeeds_everybody_is_awaited(
    ran: Ran, runtime: Runtime, plan: Plan
) -> None:
    timing = timing_of(ran, plan, runtime)
    assert all(until_ms <= timing.measured_ms for until_ms in waited_until(timing).values())
    if timing.threw is None and _loses_nothing(plan):
        assert awaited(timing) == frozenset(range(len(timing.phase.tasks)))


def _loses_nothing(plan: Plan) -> bool:
    """Whether all parts have to succeed for the whole to succeed."""
    match plan:
        case Task():
            return True
        case Unawaited():
            return False
        case Within(part):
            return _loses_nothing(part)
        case InTurn(parts):
            return all(map(_loses_nothing, parts))
        case Together(parts, until):
            return until is Until.ALL and all(map(_loses_nothing, parts))
