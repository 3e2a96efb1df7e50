"""The tables tell what happened. The lesson's own two tables are held against real runs in `tests/runners`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.plan import plan_for
from bot.domain.steps import execution_table, variable_tracker
from bot.domain.trace import Trace

Told = list[tuple[str, str]]


def told(trace: Trace) -> Told:
    return [(step.action, step.note) for step in execution_table(trace)]


def test_three_tasks_together_are_one_call_and_one_wait(ran: Callable[..., Trace]) -> None:
    assert told(ran(plan_for("parallel", [300, 500, 200]))) == [
        ("call all 3 together", "concurrent: all 3 begin at once"),
        ("wait for all 3", "concurrent: one wait covers all 3"),
        ("concurrent run done", "together"),
    ]


def test_three_tasks_in_sequence_take_turns(ran: Callable[..., Trace]) -> None:
    assert told(ran(plan_for("sequential", [300, 500, 200]))) == [
        ("call task 1", "sequential: task 1 begins"),
        ("wait for task 1", "sequential: waiting on task 1"),
        ("call task 2", "sequential: task 2 begins only now"),
        ("wait for task 2", "sequential: waiting on task 2"),
        ("call task 3", "sequential: task 3 begins only now"),
        ("wait for task 3", "sequential: waiting on task 3"),
        ("sequential run done", "one after the other"),
    ]


@pytest.mark.parametrize(("demo", "mode"), [("sequential", "sequential"), ("parallel", "concurrent")])
def test_one_task_is_neither_together_nor_one_after_the_other(ran: Callable[..., Trace], demo: str, mode: str) -> None:
    assert told(ran(plan_for(demo, [300]))) == [
        ("call task 1", f"{mode}: task 1 begins"),
        ("wait for task 1", f"{mode}: waiting on task 1"),
        (f"{mode} run done", "one task, alone"),
    ]


def test_a_concurrent_run_whose_tasks_took_turns_says_so(written: Callable[..., Trace]) -> None:
    assert told(written("parallel", 2, "s1 f1 s0 f0")) == [
        ("call task 2", "concurrent: task 2 begins"),
        ("wait for task 2", "concurrent: waiting on task 2"),
        ("call task 1", "concurrent: task 1 begins only now"),
        ("wait for task 1", "concurrent: waiting on task 1"),
        ("concurrent run done", "one after the other"),
    ]


def test_a_sequential_run_whose_tasks_overlapped_says_so(written: Callable[..., Trace]) -> None:
    assert told(written("sequential", 2, "s0 s1 f1 f0"))[0] == (
        "call both together",
        "sequential: both begin at once",
    )
    assert told(written("sequential", 2, "s0 s1 f1 f0"))[-1] == ("sequential run done", "together")


def test_tasks_that_overlapped_in_part_are_told_one_by_one(written: Callable[..., Trace]) -> None:
    assert told(written("parallel", 4, "s0 s2 f2 s1 f0 f1 s3 f3")) == [
        ("call task 1 and task 3 together", "concurrent: task 1 and task 3 begin at once"),
        ("wait for task 3", "concurrent: waiting on task 3"),
        ("call task 2", "concurrent: task 2 begins beside task 1"),
        ("wait for task 1 and task 2", "concurrent: one wait covers task 1 and task 2"),
        ("call task 4", "concurrent: task 4 begins only now"),
        ("wait for task 4", "concurrent: waiting on task 4"),
        ("concurrent run done", "partly together"),
    ]


def test_every_phase_begins_anew(ran: Callable[..., Trace]) -> None:
    steps = execution_table(ran(plan_for("compare", [300])))
    assert [step.statuses for step in steps] == [("started",), ("finished",), ("finished",)] * 2


def test_the_tracker_has_a_moment_for_every_call_and_for_the_last_wait(ran: Callable[..., Trace]) -> None:
    tracker = variable_tracker(ran(plan_for("compare", [300, 500, 200])))
    moments = ("start", "after 1", "after 3", "after 5", "after 6", "after 8", "after 9", "final")
    no, on, end = "not started", "started", "finished"

    assert tracker.columns == ("variable", *moments)
    assert tracker.rows == (
        ("status of task 1", no, on, end, end, end, on, end, end),
        ("status of task 2", no, no, on, end, end, on, end, end),
        ("status of task 3", no, no, no, on, end, on, end, end),
    )
