"""Events come in one by one; what cannot have happened is refused, and what did happen is measured exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import plan_for
from bot.domain.trace import LONGEST_TRACE_MS, Event, Kind, Progress, Status, Trace, TraceError

PLAN = plan_for("compare", [400, 600])
OPENING = (
    Event(0, Kind.PHASE_STARTED, 0),
    Event(1, Kind.CALLED, 0, 0),
    Event(2, Kind.STARTED, 0, 0),
    Event(402, Kind.FINISHED, 0, 0),
)


def test_a_comparison_is_measured_phase_by_phase(ran: Callable[..., Trace]) -> None:
    trace = ran(PLAN, late_ms=1.5)
    sequential, concurrent = trace.timings

    assert (sequential.measured_ms, sequential.ideal_ms, sequential.overhead_ms) == (1003.0, 1000, 3.0)
    assert (concurrent.measured_ms, concurrent.ideal_ms, concurrent.overhead_ms) == (601.5, 600, 1.5)
    assert [(s.task, s.start_ms, s.end_ms) for s in sequential.spans] == [(0, 0.0, 401.5), (1, 401.5, 1003.0)]
    assert [(s.task, s.start_ms, s.end_ms) for s in concurrent.spans] == [(0, 0.0, 401.5), (1, 0.0, 601.5)]
    assert (sequential.overlap_ms, concurrent.overlap_ms) == (0.0, 401.5)
    assert concurrent.speed_up == 1000 / 601.5
    assert trace.speed_up == 1003.0 / 601.5


def test_a_demo_of_one_phase_is_held_against_the_sum_of_its_delays(ran: Callable[..., Trace]) -> None:
    assert ran(plan_for("parallel", [300, 500, 200]), late_ms=0).speed_up == 2.0
    assert ran(plan_for("sequential", [300, 500, 200]), late_ms=0).speed_up == 1.0


def test_overlap_is_the_time_with_two_or_more_under_way(written: Callable[..., Trace]) -> None:
    one_by_one = written("parallel", 3, "s0 f0 s1 f1 s2 f2")
    chained = written("parallel", 3, "s0 s1 f0 s2 f1 f2")
    assert one_by_one.timings[0].overlap_ms == 0
    assert chained.timings[0].overlap_ms == 200


def test_progress_tells_where_every_task_stands() -> None:
    progress = Progress(PLAN, OPENING)

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
        (Event(500, Kind.CALLED, -1, 1), "phase -1 is not under way"),
        (Event(500, Kind.PHASE_STARTED, 0), "before it came phase_started, not nothing"),
        (Event(500, Kind.CALLED, 0, 0), "before it came finished, not nothing"),
        (Event(500, Kind.FINISHED, 0, 0), "before it came finished, not started"),
        (Event(500, Kind.STARTED, 0, 1), "before it came nothing, not called"),
        (Event(500, Kind.CALLED, 0, 2), "there is no task 2"),
        (Event(500, Kind.CALLED, 0, -1), "there is no task -1"),
        (Event(500, Kind.PHASE_ENDED, 0), "a task has not finished"),
    ],
)
def test_what_cannot_have_happened_is_refused_and_changes_nothing(event: Event, fault: str) -> None:
    progress = Progress(PLAN, OPENING)
    with pytest.raises(TraceError, match=fault):
        progress.add(event)
    assert progress.events == OPENING
    progress.add(Event(500, Kind.CALLED, 0, 1))


def test_nothing_happens_before_the_first_phase_or_after_the_last(ran: Callable[..., Trace]) -> None:
    with pytest.raises(TraceError, match="phase 0 has not started"):
        Progress(PLAN, [Event(0, Kind.CALLED, 0, 0)])
    with pytest.raises(TraceError, match="phase 2 is not under way"):
        Progress(PLAN, ran(PLAN).events).add(Event(9999, Kind.PHASE_STARTED, 2))


@pytest.mark.parametrize("at_ms", [-1, float("nan"), float("inf"), LONGEST_TRACE_MS + 1])
def test_an_event_has_a_time_that_can_be(at_ms: float) -> None:
    with pytest.raises(TraceError):
        Event(at_ms, Kind.PHASE_STARTED, 0)


def test_events_of_tasks_name_one_and_events_of_phases_do_not() -> None:
    with pytest.raises(TraceError):
        Event(0, Kind.PHASE_STARTED, 0, 1)
    with pytest.raises(TraceError):
        Event(0, Kind.CALLED, 0)


def test_a_trace_without_its_end_or_any_one_event_is_refused(ran: Callable[..., Trace]) -> None:
    trace = ran(PLAN)
    for index in range(len(trace.events)):
        with pytest.raises(TraceError):
            replace(trace, events=trace.events[:index] + trace.events[index + 1 :])


def test_a_trace_is_stored_to_a_hundredth_of_a_millisecond(ran: Callable[..., Trace]) -> None:
    trace = ran(PLAN, late_ms=0.123456)
    stored = json.loads(json.dumps(trace.to_json()))
    again = Trace.from_json(stored)

    assert again.plan == trace.plan
    assert again.to_json() == stored
    assert [event.at_ms for event in again.events] == [round(event.at_ms, 2) for event in trace.events]


@pytest.mark.parametrize(
    "damage",
    [
        {"plan": None},
        {"events": {}},
        {"events": []},
        {"extra": 1},
        {"events": [{"at_ms": 0, "kind": "phase_started", "phase": 0}]},
        {"events": [{"at_ms": 0, "kind": "exploded", "phase": 0, "task": None}]},
        {"events": [{"at_ms": True, "kind": "phase_started", "phase": 0, "task": None}]},
        {"events": [{"at_ms": "0", "kind": "phase_started", "phase": 0, "task": None}]},
    ],
)
def test_a_damaged_trace_is_refused(ran: Callable[..., Trace], damage: dict[str, object]) -> None:
    with pytest.raises(TraceError):
        Trace.from_json({**ran(PLAN).to_json(), **damage})  # type: ignore[dict-item]


events = st.builds(
    lambda at_ms, kind, phase, task: Event(
        at_ms, kind, phase, None if kind in (Kind.PHASE_STARTED, Kind.PHASE_ENDED) else task
    ),
    st.integers(0, 5),
    st.sampled_from(Kind),
    st.integers(0, 1),
    st.integers(0, 1),
)


@given(st.lists(events, max_size=60))
def test_whatever_is_reported_the_events_kept_are_a_run_so_far(reported: list[Event]) -> None:
    progress = Progress(PLAN)
    for event in reported:
        before = progress.events
        try:
            progress.add(event)
        except TraceError:
            assert progress.events == before
    kept = progress.events
    assert [event.at_ms for event in kept] == sorted(event.at_ms for event in kept)
    assert len({(event.kind, event.phase, event.task) for event in kept}) == len(kept), "nothing happens twice"
    assert progress.complete == (len(kept) == 2 * (2 + 2 * 3))
