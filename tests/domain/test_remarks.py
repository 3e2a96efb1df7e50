"""Under the figures of a run stands what its programs said, and what a reader may stumble over."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.program import custom
from bot.domain.remarks import Saying, remarks, sayings
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind, Trace
from tests.domain.made import ideal, program

NODE, PYTHON = Runtime.NODE, Runtime.PYTHON
EARLY = "Less than ideal: Node.js counts in whole milliseconds, so a wait may end up to 1 ms early."


def one_task(plan: str, measured_ms: float, runtime: Runtime) -> Trace:
    """A run of a plan of one task that took so long."""
    kinds = (Kind.PHASE_STARTED, Kind.CALLED, Kind.STARTED, Kind.FULFILLED, Kind.RETURNED, Kind.PHASE_ENDED)
    of_a_task = {Kind.CALLED, Kind.STARTED, Kind.FULFILLED}
    events = (
        Event(0.0 if number < 3 else measured_ms, kind, 0, 0 if kind in of_a_task else None)
        for number, kind in enumerate(kinds)
    )
    return Trace(custom(parse_plan(plan)), runtime, tuple(events))


@pytest.mark.parametrize(
    ("measured_ms", "runtime", "told"),
    [
        (159.9, NODE, [EARLY]),
        (159.96, NODE, []),
        (160.0, NODE, []),
        (158.9, NODE, []),  # no timer is as early as that
        (159.9, PYTHON, []),
    ],
)
def test_why_node_took_less_than_its_ideal_time_is_told_where_it_shows(
    measured_ms: float, runtime: Runtime, told: list[str]
) -> None:
    in_time = ideal(custom(parse_plan("a 160")), runtime)
    assert list(remarks([in_time, one_task("a 160", measured_ms, runtime)])) == told


@pytest.mark.parametrize(
    ("plan", "runtimes", "told"),
    [
        (
            "~a 100! > b 300",
            Runtime,
            ["Nobody awaits a: in a program of your own, its failure would end Node.js at once."],
        ),
        (
            "~task1 100! > ~task2 100! > b 300",
            [NODE],
            ["Nobody awaits task 1 and task 2: in a program of your own, their failures would end Node.js at once."],
        ),
        ("~a 100! > b 300", [PYTHON], []),
        ("~a 100 > b 300!", [NODE], []),
        ("a 100! & b 300!", [NODE], []),
    ],
)
def test_a_failure_that_would_end_node_is_told(plan: str, runtimes: Iterable[Runtime], told: list[str]) -> None:
    assert list(remarks([ideal(custom(parse_plan(plan)), runtime) for runtime in runtimes])) == told


def test_what_programs_printed_threw_and_gave_is_told_with_its_place(ran: Callable[..., Trace]) -> None:
    two = program(("one", "a 100!"), ("two", "a 100"))
    trace = ran(two)
    *others, returned, over = trace.events
    said = Event(returned.at_ms, Kind.RETURNED, 1, detail='"tea"')
    printed = [Event(at_ms, Kind.PRINTED, 1, detail=f"at {at_ms}") for at_ms in (150.0, 180.0)]
    events = sorted([*others, said, over, *printed], key=lambda event: event.at_ms)
    assert list(sayings([Trace(two, NODE, tuple(events))])) == [
        Saying("Node.js · one threw", "Error: a task failed"),
        Saying("Node.js · two printed", "at 150.0", "at 50 ms"),
        Saying("Node.js · two printed", "at 180.0", "at 80 ms"),
        Saying("Node.js · two returned", '"tea"'),
    ]
    assert [said.who for said in sayings([one_task("a 10", 10, PYTHON), ran(program(("x", "a 10!")))])] == [
        "Node.js threw"
    ]
