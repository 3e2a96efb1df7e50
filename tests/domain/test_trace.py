"""Events come in one by one; what cannot have happened is refused, and what did happen is measured exactly."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.awaited import compares
from bot.domain.plan import Plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.schedule import Outcome, Runtime
from bot.domain.trace import (
    LONGEST_DETAIL,
    LONGEST_TRACE_MS,
    Event,
    Kind,
    Progress,
    Status,
    Trace,
    TraceError,
)
from tests.domain.made import program
from tests.domain.plans import plans

COMPARE = comparison([400, 600])
NODE, PYTHON = Runtime.NODE, Runtime.PYTHON
OPENING = (
    Event(0, Kind.PHASE_STARTED, 0),
    Event(1, Kind.CALLED, 0, 0),
    Event(2, Kind.STARTED, 0, 0),
    Event(402, Kind.FULFILLED, 0, 0),
)


def test_a_comparison_is_measured_phase_by_phase(ran: Callable[..., Trace]) -> None:
    sequential, concurrent = ran(COMPARE, slow=1.25).timings

    assert (sequential.measured_ms, sequential.ideal_ms, sequential.overhead_ms) == (1250, 1000, 250)
    assert (concurrent.measured_ms, concurrent.ideal_ms, concurrent.overhead_ms) == (750, 600, 150)
    assert [(s.task, s.start_ms, s.end_ms) for s in sequential.spans] == [(0, 0, 500), (1, 500, 1250)]
    assert [(s.task, s.start_ms, s.end_ms) for s in concurrent.spans] == [(0, 0, 500), (1, 0, 750)]
    assert (sequential.overlap_ms, concurrent.overlap_ms) == (0, 500)
    assert (sequential.speed_up, concurrent.speed_up) == (1000 / 1250, 1000 / 750)


def test_overlap_is_the_time_with_two_or_more_under_way(written: Callable[..., Trace]) -> None:
    three = "a 100 & b 100 & c 100"
    assert written(three, "s0 f0 s1 f1 s2 f2").timings[0].overlap_ms == 0
    assert written(three, "s0 s1 f0 s2 f1 f2").timings[0].overlap_ms == 200


def test_tasks_run_on_behind_main_in_node(ran: Callable[..., Trace]) -> None:
    (timing,) = ran(program(("fail-fast", "a 500 & b 300!")), NODE).timings
    assert (timing.measured_ms, timing.over_ms, timing.threw) == (300, 500, "Error: a task failed")
    assert [span.status for span in timing.spans] == [Status.FINISHED, Status.FAILED]


def test_and_are_cancelled_in_python(ran: Callable[..., Trace]) -> None:
    (timing,) = ran(program(("fail-fast", "a 500 & b 300!")), PYTHON).timings
    assert (timing.measured_ms, timing.over_ms) == (300, 300)
    assert [span.status for span in timing.spans] == [Status.CANCELLED, Status.FAILED]


def test_what_main_returned_and_printed_is_kept() -> None:
    single = program(("your plan", "a 10"))
    done = [
        Event(0, Kind.PHASE_STARTED, 0),
        Event(1, Kind.PRINTED, 0, detail="first"),
        Event(2, Kind.RETURNED, 0, detail='["x"]'),
        Event(2, Kind.PRINTED, 0, detail="last"),
        Event(3, Kind.PHASE_ENDED, 0),
    ]
    (timing,) = Trace(single, NODE, tuple(done)).timings
    assert (timing.returned, timing.threw, timing.printed) == ('["x"]', None, ("first", "last"))
    assert timing.spans == (), "a was never called"


def test_a_loop_that_computes_stalls_between_its_ticks(ran: Callable[..., Trace]) -> None:
    (free,) = ran(program(("threads", "a 600 thread"))).timings
    (mixed,) = ran(program(("mixed", "a 600 cpu > b 300 thread"))).timings
    (waits,) = ran(program(("waits", "a 600"))).timings
    assert (free.longest_stall_ms, mixed.longest_stall_ms, waits.longest_stall_ms) == (50, 600, 0)


def test_no_stall_is_told_of_a_loop_that_is_over_while_a_thread_runs_on(ran: Callable[..., Trace]) -> None:
    left_behind = program(("race", "a 300 | b 900 thread"))
    (node,), (python,) = ran(left_behind, NODE).timings, ran(left_behind, PYTHON).timings
    assert (node.over_ms, python.over_ms) == (900, 900)
    assert (node.longest_stall_ms, python.longest_stall_ms) == (50, 50)


def test_a_loop_that_never_ticked_stalled_all_the_time(written: Callable[..., Trace]) -> None:
    (timing,) = written("a 600 cpu & b 500 cpu", "s0 f0 s1 f1").timings
    assert timing.has_ticker
    assert timing.longest_stall_ms == timing.over_ms == 300


def test_progress_tells_where_every_task_stands() -> None:
    progress = Progress(COMPARE, PYTHON, OPENING)

    assert [progress.status(0, task) for task in (0, 1)] == [Status.FINISHED, Status.NOT_STARTED]
    assert progress.ended == 0
    assert not progress.complete
    assert progress.timing(1, 500) is None
    progress.add(Event(403, Kind.CALLED, 0, 1))
    assert progress.status(0, 1) is Status.NOT_STARTED, "called is not yet started"
    progress.add(Event(404, Kind.STARTED, 0, 1))
    timing = progress.timing(0, 500)
    assert timing is not None
    assert timing.measured_ms == 500
    assert [(span.start_ms, span.end_ms) for span in timing.spans] == [(2, 402), (404, 500)]
    with pytest.raises(TraceError, match="not finished"):
        progress.trace()


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (Event(401, Kind.CALLED, 0, 1), "time went back"),
        (Event(500, Kind.PHASE_STARTED, 1), "phase 1 is not under way"),
        (Event(500, Kind.CALLED, 1, 1), "phase 1 is not under way"),
        (Event(500, Kind.TICKED, 1), "phase 1 is not under way"),
        (Event(500, Kind.CALLED, -1, 1), "phase -1 is not under way"),
        (Event(500, Kind.PHASE_STARTED, 0), "before it came phase_started, not nothing"),
        (Event(500, Kind.CALLED, 0, 0), "before it came fulfilled, not nothing"),
        (Event(500, Kind.CANCELLED, 0, 0), "before it came fulfilled, not started"),
        (Event(500, Kind.STARTED, 0, 1), "before it came nothing, not called"),
        (Event(500, Kind.REJECTED, 0, 1), "before it came nothing, not started"),
        (Event(500, Kind.CALLED, 0, 2), "there is no task 2"),
        (Event(500, Kind.CALLED, 0, -1), "there is no task -1"),
        (Event(500, Kind.PHASE_ENDED, 0), "before it came phase_started, not returned or threw"),
    ],
)
def test_what_cannot_have_happened_is_refused_and_changes_nothing(event: Event, fault: str) -> None:
    progress = Progress(COMPARE, PYTHON, OPENING)
    with pytest.raises(TraceError, match=fault):
        progress.add(event)
    assert progress.events == OPENING
    progress.add(Event(500, Kind.CALLED, 0, 1))


def test_a_phase_ends_when_none_of_its_tasks_is_under_way() -> None:
    progress = Progress(COMPARE, NODE, [*OPENING[:3], Event(3, Kind.RETURNED, 0)])
    with pytest.raises(TraceError, match="a task is under way"):
        progress.add(Event(500, Kind.PHASE_ENDED, 0))
    progress.add(Event(500, Kind.FULFILLED, 0, 0))
    progress.add(Event(500, Kind.PHASE_ENDED, 0))


def test_nothing_happens_before_the_first_phase_or_after_the_last(ran: Callable[..., Trace]) -> None:
    for early in (Event(0, Kind.CALLED, 0, 0), Event(0, Kind.PRINTED, 0, detail="x"), Event(0, Kind.RETURNED, 0)):
        with pytest.raises(TraceError, match=r"phase 0 has not started"):
            Progress(COMPARE, NODE, [early])
    with pytest.raises(TraceError, match="phase 2 is not under way"):
        Progress(COMPARE, NODE, ran(COMPARE).events).add(Event(9999, Kind.PHASE_STARTED, 2))


@pytest.mark.parametrize("at_ms", [-1, float("nan"), float("inf"), LONGEST_TRACE_MS + 1])
def test_an_event_has_a_time_that_can_be(at_ms: float) -> None:
    with pytest.raises(TraceError):
        Event(at_ms, Kind.PHASE_STARTED, 0)


def test_events_of_tasks_name_one_and_others_do_not() -> None:
    with pytest.raises(TraceError):
        Event(0, Kind.RETURNED, 0, 1)
    with pytest.raises(TraceError):
        Event(0, Kind.CALLED, 0)


def test_a_detail_has_an_end() -> None:
    Event(0, Kind.PRINTED, 0, detail="x" * LONGEST_DETAIL)
    with pytest.raises(TraceError, match="300 characters"):
        Event(0, Kind.PRINTED, 0, detail="x" * (LONGEST_DETAIL + 1))


def test_a_trace_without_its_end_or_any_one_event_is_refused(ran: Callable[..., Trace]) -> None:
    trace = ran(COMPARE)
    for index in range(len(trace.events)):
        with pytest.raises(TraceError):
            replace(trace, events=trace.events[:index] + trace.events[index + 1 :])


@given(plans(), st.sampled_from(Runtime))
def test_the_ideal_course_of_any_plan_is_a_trace_without_overhead(
    ran: Callable[..., Trace], plan: Plan, runtime: Runtime
) -> None:
    (timing,) = ran(Program("made", (Phase.generated("your plan", plan),)), runtime).timings
    ideal = timing.ideal

    assert (timing.overhead_ms, timing.over_ms, timing.threw is None) == (0, ideal.over_ms, ideal.succeeds)
    status = {
        Outcome.FULFILLED: Status.FINISHED,
        Outcome.REJECTED: Status.FAILED,
        Outcome.CANCELLED: Status.CANCELLED,
    }
    measured = {timing.phase.tasks[s.task].name: (s.start_ms, s.end_ms, s.status) for s in timing.spans}
    assert measured == {s.task: (s.start_ms, s.end_ms, status[s.outcome]) for s in ideal.spans}


def test_a_trace_is_stored_to_a_hundredth_of_a_millisecond(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("fail-fast", "a 500 & b 300!"), ("all-settled", "(a 500 & b 300!) settled")), slow=1.123456)
    stored = json.loads(json.dumps(trace.to_json()))
    again = Trace.from_json(stored)

    assert (again.program, again.runtime) == (trace.program, trace.runtime)
    assert again.to_json() == stored
    assert [event.at_ms for event in again.events] == [round(event.at_ms, 2) for event in trace.events]
    assert [event.detail for event in again.events] == [event.detail for event in trace.events]


OPENED = {"at_ms": 0, "kind": "phase_started", "phase": 0}


@pytest.mark.parametrize(
    "damage",
    [
        {"program": None},
        {"program": {"demo": "x", "phases": [], "results": {}}},
        {"runtime": "ruby"},
        {"events": {}},
        {"events": []},
        {"extra": 1},
        {"events": [OPENED]},
        {"events": [{**OPENED, "kind": "exploded"}]},
        {"events": [{**OPENED, "at_ms": True}]},
        {"events": [{**OPENED, "at_ms": "0"}]},
        {"events": [{**OPENED, "task": "0"}]},
        {"events": [{**OPENED, "detail": 1}]},
        {"events": [{**OPENED, "more": 1}]},
    ],
)
def test_a_damaged_trace_is_refused(ran: Callable[..., Trace], damage: dict[str, object]) -> None:
    with pytest.raises(TraceError):
        Trace.from_json({**ran(COMPARE).to_json(), **damage})  # type: ignore[dict-item]


TASK_KINDS = (Kind.CALLED, Kind.STARTED, Kind.FULFILLED, Kind.REJECTED, Kind.CANCELLED)

events = st.builds(
    lambda at_ms, kind, phase, task: Event(at_ms, kind, phase, task if kind in TASK_KINDS else None),
    st.integers(0, 5),
    st.sampled_from(Kind),
    st.integers(0, 1),
    st.integers(0, 1),
)


@given(st.lists(events, max_size=60))
def test_whatever_is_reported_the_events_kept_are_a_run_so_far(reported: list[Event]) -> None:
    progress = Progress(COMPARE, NODE)
    for event in reported:
        before = progress.events
        try:
            progress.add(event)
        except TraceError:
            assert progress.events == before
    kept = progress.events
    once = [event for event in kept if event.kind not in (Kind.TICKED, Kind.PRINTED)]
    assert [event.at_ms for event in kept] == sorted(event.at_ms for event in kept)
    assert len({(event.kind, event.phase, event.task) for event in once}) == len(once), "nothing happens twice"
    assert progress.complete == (sum(event.kind is Kind.PHASE_ENDED for event in kept) == 2)


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ("c0 s0 c1 s1 f0 f1 m", True),
        ("c0 s0 c1 s1 f0 m f1", False),  # a task ran on
        ("c0 s0 c1 s1 f0 x1 m", False),  # a task was cut off
        ("c0 c1 m", False),  # nothing ran
    ],
)
def test_a_speed_up_is_told_where_everything_came_to_its_end_in_time(
    written: Callable[..., Trace], moves: str, says: bool
) -> None:
    assert compares(written("a 100 & b 100", moves).timings[0]) is says
