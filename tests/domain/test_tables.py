"""The tables as they stand in a code block on a phone."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from bot.domain.plan import plan_for
from bot.domain.steps import execution_table, variable_tracker
from bot.domain.tables import execution_table_text, tracker_text
from bot.domain.trace import Trace


def drawn(text: str) -> str:
    """The text between the first and the last line, as it is drawn in a test."""
    return "\n".join(line.rstrip() for line in dedent(text).strip("\n").splitlines())


def test_two_tasks_are_told_in_words_with_the_current_step_marked(ran: Callable[..., Trace]) -> None:
    steps = execution_table(ran(plan_for("compare", [400, 600])))
    assert execution_table_text(steps, current=6) == drawn(
        """
        :   action              task 1      task 2
        : 1 call task 1         started     not started
        : 2 wait for task 1     finished    not started
        : 3 call task 2         finished    started
        : 4 wait for task 2     finished    finished
        : 5 sequential run done finished    finished
        :►6 call both together  started     started
        : 7 wait for both       finished    finished
        : 8 concurrent run done finished    finished
        """
    ).replace(":", "")


def test_more_tasks_are_told_in_glyphs_with_a_legend(ran: Callable[..., Trace]) -> None:
    steps = execution_table(ran(plan_for("parallel", [300, 500, 200])))
    assert execution_table_text(steps, current=1) == drawn(
        """
        :   action                                1 2 3
        :►1 call all 3 together                   ○ ○ ○
        : 2 wait for all 3                        ● ● ●
        : 3 concurrent run done                   ● ● ●
        :· not started  ○ started  ● finished
        """
    ).replace(":", "")


def test_an_action_too_long_for_its_column_goes_on_in_the_next_line(written: Callable[..., Trace]) -> None:
    moves = "s0 s1 s2 s3 s4 s5 s6 f0 f1 f2 f3 f4 f5 f6 s7 f7"
    assert execution_table_text(execution_table(written("parallel", 8, moves))).splitlines()[1:5] == [
        " 1 call task 1, task 2, task   ○ ○ ○ ○ ○ ○ ○ ·",
        "   3, task 4, task 5, task 6",
        "   and task 7 together",
        " 2 wait for task 1, task 2,    ● ● ● ● ● ● ● ·",
    ]


def test_the_tracker_lies_on_its_side(ran: Callable[..., Trace]) -> None:
    tracker = variable_tracker(ran(plan_for("compare", [400, 600])))
    assert tracker_text(tracker) == drawn(
        """
        :        status of task 1 status of task 2
        :start   not started      not started
        :after 1 started          not started
        :after 3 finished         started
        :after 4 finished         finished
        :after 6 started          started
        :after 7 finished         finished
        :final   finished         finished
        """
    ).replace(":", "")


@pytest.mark.parametrize("tasks", range(1, 9))
def test_tables_of_any_number_of_tasks_fit_a_phone(ran: Callable[..., Trace], tasks: int) -> None:
    trace = ran(plan_for("compare", [2000] * tasks))
    lines = execution_table_text(execution_table(trace), current=1).splitlines()
    lines += tracker_text(variable_tracker(trace)).splitlines()
    assert max(map(len, lines)) <= 46
