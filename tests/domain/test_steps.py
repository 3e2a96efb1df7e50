"""The tables tell what happened. The lesson's own two tables are held against real runs in `tests/runners`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from bot.domain.program import Phase, Program
from bot.domain.schedule import Runtime
from bot.domain.steps import Act, execution_table, variable_tracker
from bot.domain.trace import Status, Trace
from tests.domain.made import program, tasks_in
from tests.domain.plans import plans

Told = list[tuple[str, str]]
NODE, PYTHON = Runtime.NODE, Runtime.PYTHON


def told(trace: Trace) -> Told:
    return [(step.action, step.note) for step in execution_table(trace)]


def test_the_comparison_of_two_is_the_lesson_s_own_table(ran: Callable[..., Trace]) -> None:
    for runtime in Runtime:
        assert told(ran(tasks_in(2), runtime)) == [
            ("call task 1", "sequential: task 1 begins"),
            ("wait for task 1", "sequential: waiting on task 1"),
            ("call task 2", "sequential: task 2 begins only now"),
            ("wait for task 2", "sequential: waiting on task 2"),
            ("sequential run done", "one after the other"),
            ("call both together", "concurrent: both begin at once"),
            ("wait for both", "concurrent: one wait covers both"),
            ("concurrent run done", "together"),
        ]


def test_three_tasks_together_are_one_call_and_one_wait(ran: Callable[..., Trace]) -> None:
    assert told(ran(tasks_in(3)))[-3:] == [
        ("call all 3 together", "concurrent: all 3 begin at once"),
        ("wait for all 3", "concurrent: one wait covers all 3"),
        ("concurrent run done", "together"),
    ]


def test_one_task_is_neither_together_nor_one_after_the_other(ran: Callable[..., Trace]) -> None:
    assert told(ran(program(("your plan", "a 300")))) == [
        ("call a", "your plan: a begins"),
        ("wait for a", "your plan: waiting on a"),
        ("your plan run done", "one task, alone"),
    ]


def test_a_concurrent_run_whose_tasks_took_turns_says_so(written: Callable[..., Trace]) -> None:
    assert told(written("task1 100 & task2 100", "s1 f1 s0 f0")) == [
        ("call task 2", "concurrent: task 2 begins"),
        ("wait for task 2", "concurrent: waiting on task 2"),
        ("call task 1", "concurrent: task 1 begins only now"),
        ("wait for task 1", "concurrent: waiting on task 1"),
        ("concurrent run done", "one after the other"),
    ]


def test_tasks_that_overlapped_in_part_are_told_one_by_one(written: Callable[..., Trace]) -> None:
    four = " & ".join(f"task{number} 100" for number in range(1, 5))
    assert told(written(four, "s0 s2 f2 s1 f0 f1 s3 f3")) == [
        ("call task 1 and task 3 together", "concurrent: task 1 and task 3 begin at once"),
        ("wait for task 3", "concurrent: waiting on task 3"),
        ("call task 2", "concurrent: task 2 begins beside task 1"),
        ("wait for task 1 and task 2", "concurrent: one wait covers task 1 and task 2"),
        ("call task 4", "concurrent: task 4 begins only now"),
        ("wait for task 4", "concurrent: waiting on task 4"),
        ("concurrent run done", "partly together"),
    ]


def test_a_forgotten_await_starts_the_task_in_node_and_nothing_in_python(ran: Callable[..., Trace]) -> None:
    forgotten = program(("missing await", "~task1 60 > task2 30"))
    assert told(ran(forgotten, NODE)) == [
        ("call both together", "missing await: both begin at once"),
        ("wait for task 2", "missing await: waiting on task 2"),
        ("missing await run done", "together, task 1 still under way"),
        ("task 1 finishes", "missing await: nobody waited for it"),
    ]
    assert told(ran(forgotten, PYTHON)) == [
        ("call task 1", "missing await: called, and nobody awaits it: nothing starts"),
        ("call task 2", "missing await: task 2 begins"),
        ("wait for task 2", "missing await: waiting on task 2"),
        ("missing await run done", "task 2 alone"),
    ]


def test_a_failure_leaves_the_others_running_in_node_and_cancels_them_in_python(ran: Callable[..., Trace]) -> None:
    failing = program(("fail-fast", "a 500 & b 300! & c 700"))
    assert told(ran(failing, NODE)) == [
        ("call all 3 together", "fail-fast: all 3 begin at once"),
        ("b fails", "fail-fast: whoever waits for it gets its error"),
        ("fail-fast run fails", "Error: a task failed"),
        ("a and c finish", "fail-fast: nobody waited for them"),
    ]
    assert told(ran(failing, PYTHON))[1:] == [
        ("b fails", "fail-fast: whoever waits for it gets its error"),
        ("a and c are cancelled", "fail-fast: stopped before their end"),
        ("fail-fast run fails", "Error: a task failed"),
    ]


def test_what_loses_a_race_is_left_behind_while_main_goes_on(ran: Callable[..., Trace]) -> None:
    assert told(ran(program(("race", "(a 500 | b 300) > c 600")), NODE))[1:] == [
        ("wait for b", "race: waiting on b"),
        ("call c", "race: c begins beside a"),
        ("a finishes", "race: nobody waited for it"),
        ("wait for c", "race: waiting on c"),
        ("race run done", "partly together"),
    ]


def test_what_misses_its_deadline_is_left_behind(ran: Callable[..., Trace]) -> None:
    assert told(ran(program(("timeout", "((a 500 within 200) & b 800) settled")), NODE))[1:3] == [
        ("a finishes", "timeout: nobody waited for it"),
        ("wait for b", "timeout: waiting on b"),
    ]


def test_errors_that_everybody_waits_out_end_nothing(ran: Callable[..., Trace]) -> None:
    assert told(ran(program(("all-settled", "(a 100! & b 200! & c 300) settled")), PYTHON))[1:] == [
        ("a and b fail", "all-settled: whoever waits for them gets an error"),
        ("wait for c", "all-settled: waiting on c"),
        ("all-settled run done", "together"),
    ]


def test_work_on_the_loop_takes_turns_and_makes_it_stand_still(ran: Callable[..., Trace]) -> None:
    *_, done = execution_table(ran(program(("together", "a 600 cpu & b 500 cpu"))))
    assert done.note == "one after the other, the event loop stood still for 600 ms"


def test_main_that_starts_nothing_says_so(written: Callable[..., Trace]) -> None:
    assert told(written("~a 100 > ~b 100", "m", name="for-each"))[-1] == ("for-each run done", "nothing has started")


def test_a_task_called_too_late_to_start_is_not_said_to_lack_an_await(written: Callable[..., Trace]) -> None:
    assert told(written("a 100 & b 100", "s0 r0 e"))[0][1] == "concurrent: called, and too late for it: nothing starts"


def test_the_tracker_has_a_moment_for_every_call_and_for_the_last_wait(ran: Callable[..., Trace]) -> None:
    tracker = variable_tracker(ran(tasks_in(3)))
    moments = ("start", "after 1", "after 3", "after 5", "after 6", "after 8", "after 9", "final")
    no, on, end = "not started", "started", "finished"

    assert tracker.columns == ("variable", *moments)
    assert tracker.rows == (
        ("status of task 1", no, on, end, end, end, on, end, end),
        ("status of task 2", no, no, on, end, end, on, end, end),
        ("status of task 3", no, no, no, on, end, on, end, end),
    )


def test_the_tracker_has_a_moment_for_every_failure_and_for_what_comes_after_main(ran: Callable[..., Trace]) -> None:
    tracker = variable_tracker(ran(program(("fail-fast", "a 500 & b 300!")), NODE))
    assert tracker.columns == ("variable", "start", "after 1", "after 2", "final")
    assert tracker.rows == (
        ("status of a", "not started", "started", "started", "finished"),
        ("status of b", "not started", "started", "failed", "failed"),
    )


@pytest.mark.parametrize("runtime", Runtime)
@given(plan=plans())
def test_whatever_runs_every_task_that_started_is_told_to_its_end(
    ran: Callable[..., Trace], runtime: Runtime, plan: object
) -> None:
    trace = ran(Program("made", (Phase.generated("your plan", plan),)), runtime)  # type: ignore[arg-type]
    steps = execution_table(trace)
    (timing,) = trace.timings
    ended = {span.task: span.status for span in timing.spans}

    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert [step.act for step in steps].count(Act.DONE) == 1
    assert steps[-1].statuses == tuple(ended.get(task, Status.NOT_STARTED) for task in range(len(trace.program.tasks)))
