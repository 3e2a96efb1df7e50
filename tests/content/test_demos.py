"""Every demo is really run, in Node.js and in Python: its code does what its plan says, and what its story tells."""

from __future__ import annotations

import os

import pytest

from bot.catalog.loader import Catalog, load
from bot.domain.plan import PlanError
from bot.domain.schedule import Runtime
from bot.domain.source import WIDTH
from bot.domain.trace import Status, Timing, Trace
from bot.settings import ROOT
from tests.content.conftest import NEAR_MS, keeps_time, run_all, undisturbed

NODE, PYTHON = Runtime.NODE, Runtime.PYTHON

IN_TEACHING_ORDER = (
    *("sequential", "parallel", "compare", "mixed", "missing-await", "no-array", "await-in-loop", "for-each"),
    *("limit", "fail-fast", "all-settled", "race", "any", "timeout", "cancel", "blocked", "threads"),
)
DEMOS = load(ROOT / "content").demos

TYPE_ERRORS = {
    NODE: "TypeError: object is not iterable (cannot read property Symbol(Symbol.iterator))",
    PYTHON: "TypeError: unhashable type: 'list'",
}

Key = tuple[str, Runtime]
Traces = dict[Key, Trace]


@pytest.fixture(scope="module")
def traces() -> Traces:
    """A run of every demo in each runtime."""
    asked: list[Key] = [(demo_id, runtime) for demo_id in DEMOS for runtime in Runtime]
    found = undisturbed([(DEMOS[demo_id].program(), runtime) for demo_id, runtime in asked])
    return dict(zip(asked, found, strict=True))


def course(timing: Timing) -> list[tuple[str, str]]:
    """The tasks that started, with how they ended, by name."""
    tasks = timing.phase.tasks
    words = {Status.FINISHED: "fulfilled", Status.FAILED: "rejected", Status.CANCELLED: "cancelled"}
    return sorted((tasks[span.task].name, words[span.status]) for span in timing.spans)


def assert_as_planned(timing: Timing) -> None:
    """The tasks that ought to start do, end as they ought to, and at the times of the plan, if they only wait."""
    assert course(timing) == sorted((span.task, span.outcome.value) for span in timing.ideal.spans)
    assert keeps_time(timing), (timing.measured_ms, timing.spans)


def test_all_demos_are_there_in_their_order(catalog: Catalog) -> None:
    assert tuple(catalog.demos) == IN_TEACHING_ORDER


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("demo_id", DEMOS)
def test_tasks_start_and_end_as_the_plan_says(demo_id: str, runtime: Runtime, traces: Traces) -> None:
    for timing in traces[demo_id, runtime].timings:
        assert_as_planned(timing)


def test_code_that_is_no_plans_own_keeps_to_the_plan_with_a_members_durations() -> None:
    own = [demo for demo in DEMOS.values() if any(phase.code for phase in demo.phases)]
    assert len(own) >= 5
    turned = [demo.program(tuple(reversed([task.ms for task in demo.program().tasks]))) for demo in own]
    for trace in undisturbed([(program, runtime) for program in turned for runtime in Runtime]):
        for timing in trace.timings:
            assert_as_planned(timing)


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("demo_id", DEMOS)
def test_main_fails_where_the_story_says_so(demo_id: str, runtime: Runtime, traces: Traces) -> None:
    errors = [timing.threw for timing in traces[demo_id, runtime].timings]
    failed = "Error: task 2 failed" if runtime is NODE else "ExceptionGroup (RuntimeError: task 2 failed)"
    late = "Error: late" if runtime is NODE else "TimeoutError"
    told = {"no-array": [TYPE_ERRORS[runtime]], "fail-fast": [failed, None], "timeout": [late]}
    assert errors == told.get(demo_id, [None] * len(errors))


def test_a_forgotten_await_starts_a_task_in_node_alone(traces: Traces) -> None:
    (node,), (python,) = traces["missing-await", NODE].timings, traces["missing-await", PYTHON].timings
    assert course(node) == [("task1", "fulfilled"), ("task2", "fulfilled")]
    assert node.over_ms > node.measured_ms + 200, "task 1 runs on behind main"
    assert course(python) == [("task2", "fulfilled")]


def test_without_its_array_promise_all_fails_at_once_and_the_tasks_run_on(traces: Traces) -> None:
    (node,), (python,) = traces["no-array", NODE].timings, traces["no-array", PYTHON].timings
    assert node.measured_ms < NEAR_MS
    assert [span.status for span in node.spans] == [Status.FINISHED, Status.FINISHED]
    assert python.spans == ()


@pytest.mark.parametrize("runtime", Runtime)
def test_breakfast_is_announced_before_it_is_ready(runtime: Runtime, traces: Traces) -> None:
    for_each, mapped = traces["for-each", runtime].timings
    assert for_each.printed == mapped.printed == ("breakfast",)
    assert for_each.measured_ms < NEAR_MS
    assert len(mapped.spans) == 3
    assert mapped.measured_ms > max(span.end_ms for span in mapped.spans) - 1


def test_what_became_of_each_task_is_in_hand_when_all_are_settled(traces: Traces) -> None:
    assert [timing.returned for timing in traces["all-settled", NODE].timings] == [
        '["fulfilled","rejected","fulfilled"]'
    ]
    assert [timing.returned for timing in traces["all-settled", PYTHON].timings] == ['["str","RuntimeError","str"]']


def test_only_python_can_cancel(traces: Traces) -> None:
    (node,), (python,) = traces["cancel", NODE].timings, traces["cancel", PYTHON].timings
    assert (node.returned, python.returned) == ("false", "true")
    assert [span.status for span in node.spans] == [Status.FINISHED, Status.FINISHED]
    assert [span.status for span in python.spans] == [Status.CANCELLED, Status.FINISHED]


@pytest.mark.parametrize("runtime", Runtime)
def test_work_on_the_loop_does_not_overlap_and_stops_the_ticker(runtime: Runtime, traces: Traces) -> None:
    for timing in traces["blocked", runtime].timings:
        assert timing.overlap_ms == 0
        worked = sum(span.end_ms - span.start_ms for span in timing.spans)
        assert timing.measured_ms >= worked
        assert [tick for tick in timing.ticks_ms if 1 < tick < worked - 1] == [], "no tick came while the loop was busy"


@pytest.mark.parametrize("runtime", Runtime)
def test_the_same_work_in_threads_overlaps_and_lets_the_loop_tick(runtime: Runtime, traces: Traces) -> None:
    on_the_loop, in_threads = traces["threads", runtime].timings
    assert on_the_loop.overlap_ms == 0
    shorter = min(span.end_ms - span.start_ms for span in in_threads.spans)
    assert in_threads.overlap_ms > shorter / 2
    assert in_threads.longest_stall_ms < on_the_loop.measured_ms / 2


@pytest.mark.parametrize("runtime", Runtime)
def test_threads_get_the_work_done_sooner_where_there_are_cores_for_them(runtime: Runtime) -> None:
    share = 0.85 if (os.cpu_count() or 1) > 1 else 1.5  # on one core they take turns
    program, found = DEMOS["threads"].program(), list[float]()
    for _ in range(5):  # somebody else may have the second core for a while
        on_the_loop, in_threads = run_all([(program, runtime)])[0].timings
        found.append(in_threads.measured_ms / on_the_loop.measured_ms)
        if found[-1] < share:
            return
    pytest.fail(f"the work took {found} of the time that it takes on the loop")


@pytest.mark.parametrize("demo_id", DEMOS)
def test_a_demo_takes_the_durations_of_a_member(demo_id: str) -> None:
    demo = DEMOS[demo_id]
    durations = tuple(200 + 10 * place for place in range(len(demo.program().tasks)))
    assert [task.ms for task in demo.program(durations).tasks] == list(durations)
    assert demo.program(tuple(task.ms for task in demo.program().tasks)) == demo.program()
    if demo.any_number:
        assert len(demo.program((100, 200, 300)).tasks) == 3
    else:
        with pytest.raises(PlanError, match="one for each task"):
            demo.program((*durations, 100))


@pytest.mark.parametrize("demo_id", DEMOS)
def test_a_demo_reads_well_on_a_phone(demo_id: str) -> None:
    demo = DEMOS[demo_id]
    assert demo.story.count(". ") + demo.story.count("? ") == 1, "a story is two sentences"
    for phase in demo.program().phases:
        assert all(len(line) <= WIDTH for source in phase.code.values() for line in source.splitlines())
