"""The tables as they stand in a code block on a phone."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from bot.domain.program import Program, comparison
from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table, variable_tracker
from bot.domain.tables import PROMISE_WORDS, execution_table_text, tracker_text
from bot.domain.trace import Trace
from tests.domain.made import program

COMPARE = comparison([400, 600])


def drawn(text: str) -> str:
    """The text between the first and the last line, as it is drawn in a test."""
    return "\n".join(line.rstrip() for line in dedent(text).strip("\n").splitlines()).replace(":", "")


def labels(trace: Trace) -> list[str]:
    return [task.label for task in trace.program.tasks]


def test_two_tasks_are_told_in_words_with_the_current_step_marked(ran: Callable[..., Trace]) -> None:
    trace = ran(COMPARE)
    assert execution_table_text(execution_table(trace), labels(trace), current=6) == drawn(
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
    )


def test_more_tasks_are_told_in_glyphs_with_a_legend(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("concurrent", "task1 300 & task2 500 & task3 200")))
    assert execution_table_text(execution_table(trace), labels(trace), current=1) == drawn(
        """
        :   action                                1 2 3
        :►1 call all 3 together                   ○ ○ ○
        : 2 wait for all 3                        ● ● ●
        : 3 concurrent run done                   ● ● ●
        :· not started  ○ started  ● finished
        """
    )


def test_failures_and_cancellations_have_glyphs_of_their_own(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("fail-fast", "a 500 & b 300! & c 700")), Runtime.PYTHON)
    assert execution_table_text(execution_table(trace), labels(trace), words=PROMISE_WORDS) == drawn(
        """
        :   action                                a b c
        : 1 call all 3 together                   ○ ○ ○
        : 2 b fails                               ○ × ○
        : 3 a and c are cancelled                 □ × □
        : 4 fail-fast run fails                   □ × □
        :· not started  ○ pending  ● fulfilled
        :× rejected  □ cancelled
        """
    )


def test_long_names_are_numbered_and_told_below(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("your plan", "download 300 & unpack 500 & index 200")))
    assert tracker_text(variable_tracker(trace)) == drawn(
        """
        :        1 2 3
        :start   · · ·
        :after 1 ○ ○ ○
        :after 2 ● ● ●
        :final   ● ● ●
        :· not started  ○ started  ● finished
        :1 download  2 unpack  3 index
        """
    )


def test_an_action_too_long_for_its_column_goes_on_in_the_next_line(written: Callable[..., Trace]) -> None:
    trace = written(" & ".join(f"task{n} 100" for n in range(1, 9)), "s0 s1 s2 s3 s4 s5 s6 f0 f1 f2 f3 f4 f5 f6 s7 f7")
    assert execution_table_text(execution_table(trace), labels(trace)).splitlines()[1:5] == [
        " 1 call task 1, task 2, task   ○ ○ ○ ○ ○ ○ ○ ·",
        "   3, task 4, task 5, task 6",
        "   and task 7 together",
        " 2 wait for task 1, task 2,    ● ● ● ● ● ● ● ·",
    ]


def test_the_tracker_lies_on_its_side(ran: Callable[..., Trace]) -> None:
    assert tracker_text(variable_tracker(ran(COMPARE))) == drawn(
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
    )


def test_a_demo_s_tracker_tells_the_states_of_promises(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("timeout", "download 900 within 400")), Runtime.PYTHON)
    assert tracker_text(variable_tracker(trace), PROMISE_WORDS) == drawn(
        """
        :        status of download
        :start   not started
        :after 1 pending
        :after 2 cancelled
        :final   cancelled
        """
    )


def twelve(name: str, between: str) -> Program:
    return program(("your plan", between.join(f"{name}{number} {100 * number}" for number in range(1, 13))))


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize(
    "made",
    [
        *(comparison([100 * number for number in range(1, count + 1)]) for count in range(2, 13)),
        twelve("superlong", " > "),
        twelve("superlong", " & "),
        program(("your plan", "abcdefghijkl 300! > mnopqrstuvwx 500")),
        program(("a phase of many words that says it all", "(a 100! & b 200 & c 300! & d 50) settled")),
    ],
)
def test_tables_of_any_number_of_tasks_fit_a_phone(ran: Callable[..., Trace], made: Program, runtime: Runtime) -> None:
    trace = ran(made, runtime)
    for words in ({}, {"words": PROMISE_WORDS}):
        lines = execution_table_text(execution_table(trace), labels(trace), 1, **words).splitlines()
        lines += tracker_text(variable_tracker(trace), **words).splitlines()
        assert max(map(len, lines)) <= 46
