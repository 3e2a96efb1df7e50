"""One sentence says what a run has shown: where runtimes differ, or phases, or what it cost."""

from __future__ import annotations

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.schedule import Runtime
from bot.domain.trace import TICK_MS
from bot.domain.verdict import verdict
from tests.domain.made import ideal


def told(*plans: str, ticks: tuple[float, ...] = (), both: bool = False, python: bool = False) -> str:
    """The verdict on a run of these plans, a phase each, called one, two …"""
    phases = (Phase.generated(name, parse_plan(plan)) for name, plan in zip(("one", "two"), plans, strict=False))
    program = Program("custom", tuple(phases))
    runtimes = tuple(Runtime) if both else (Runtime.PYTHON if python else Runtime.NODE,)
    return verdict([ideal(program, runtime, ticks) for runtime in runtimes])


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ("a 500", "500 ms: one task, alone."),
        ("a 200 > b 300", "500 ms: one after the other, so the times add up."),
        ("a 200 & b 300", "300 ms: 1.67× as fast as one after the other."),
        ("a 1500 & b 100", "1,500 ms: 100 ms sooner than one after the other."),
        ("(a 200 & b 300) limit 1", "500 ms: one after the other, so the times add up."),
        (
            "a 300 cpu > b 300 cpu",
            "600 ms: one after the other, so the times add up. The event loop stood still for 600 ms.",
        ),
        ("a 200 > b 300! > c 100", "It ended with an error after 500 ms; c never started."),
        ("a 200! & b 300", "It ended with an error after 200 ms; b ran on until 300 ms."),
        ("(a 200! & b 300) settled", "It was over after 300 ms; a failed."),
        ("(a 200! | b 300 | c 400) any", "It was over after 300 ms; a failed, c ran on until 400 ms."),
        ("(a 200 | b 300) > c 100", "It was over after 300 ms."),
        ("~a 100 > b 300", "It was over after 300 ms."),
        ("((a 300 within 200) & b 500) settled", "It was over after 500 ms."),
        ("a 200 | task1 300 | task2 500", "It was over after 200 ms; task 1 and task 2 ran on until 500 ms."),
        ("a 200 | b 300 | c 400 | d 500 | e 600", "It was over after 200 ms; 4 tasks ran on until 600 ms."),
    ],
)
def test_one_phase_in_node(plan: str, sentence: str) -> None:
    assert told(plan) == sentence


def test_python_cancels_what_is_left_behind() -> None:
    assert told("a 200 | b 300", python=True) == "It was over after 200 ms; b was cancelled."
    assert told("~a 200 > b 300", python=True) == "It was over after 300 ms; a never started."


def test_the_runtimes_differ_in_what_starts() -> None:
    assert told("~task1 200 > task2 300", both=True) == "Node.js started task 1, Python did not."


def test_the_runtimes_differ_in_what_is_cancelled() -> None:
    assert told("a 200 | b 300", both=True) == "Python cancelled b, Node.js let it run on."
    assert told("a 200 | b 300 | c 400", both=True) == "Python cancelled b and c, Node.js let them run on."


def test_where_the_runtimes_agree_it_says_so() -> None:
    assert told("a 200 & b 300", both=True) == (
        "Node.js and Python agree. 300 ms: 1.67× as fast as one after the other."
    )


def test_where_the_runtimes_take_another_time_each_is_told_for_itself() -> None:
    assert told("(a 100 & b 500 cpu) & c 500", both=True) == (
        "In Node.js, 1,000 ms: 1.10× as fast as one after the other. "
        "In Python, 500 ms: 2.20× as fast as one after the other."
    )


def test_phases_are_compared_by_their_measured_times() -> None:
    program = comparison((400, 600))
    assert verdict([ideal(program, Runtime.NODE)]) == "“concurrent” was 1.67× as fast as “sequential”."
    assert verdict([ideal(program, runtime) for runtime in Runtime]) == (
        "Node.js and Python agree. “concurrent” was 1.67× as fast as “sequential”."
    )


def test_a_small_gain_is_told_as_it_is() -> None:
    program = comparison((1000, 50))
    assert verdict([ideal(program, Runtime.NODE)]) == "“concurrent” was done 50 ms sooner than “sequential”."
    assert verdict([ideal(program, runtime) for runtime in Runtime]) == (
        "Node.js and Python agree. “concurrent” was done 50 ms sooner than “sequential”."
    )
    assert told("a 310 > b 300", "a 300 > b 300") == "“two” was no faster than “one”.", "that is chance, not overlap"


def test_phases_are_compared_by_how_they_end() -> None:
    assert told("a 200! & b 300", "(a 200! & b 300) settled") == (
        "“one” ended with an error after 200 ms, “two” was done after 300 ms."
    )
    assert told("a 200 > ~b 300", "a 200 > b 300") == "“one” was over after 200 ms; b ran on until 500 ms."


def test_work_on_the_loop_is_no_faster_together_and_stalls_it() -> None:
    assert told("a 300 cpu > b 300 cpu", "a 300 cpu & b 300 cpu", ticks=(0.0, TICK_MS, 600.0)) == (
        "“two” was no faster than “one”. The event loop stood still for 550 ms."
    )
    assert told("a 300 cpu & b 300 cpu", ticks=(0.0, 600.0)) == (
        "600 ms: no faster than one after the other. The event loop stood still for 600 ms."
    )


def test_where_only_one_runtime_is_faster_each_is_told_for_itself() -> None:
    slow, quick = (
        Program("custom", (Phase.generated("one", parse_plan("a 300 > b 300")), last))
        for last in (
            Phase.generated("two", parse_plan("a 290 > b 300")),
            Phase.generated("two", parse_plan("a 300 & b 300")),
        )
    )
    assert verdict([ideal(quick, Runtime.NODE), ideal(slow, Runtime.PYTHON)]) == (
        "In Node.js, “two” was 2.00× as fast as “one”. In Python, “two” was no faster than “one”."
    )
