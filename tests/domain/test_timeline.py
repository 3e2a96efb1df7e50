"""Bars on one time axis, in a code block on a phone."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import combining, east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import Plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.schedule import Runtime
from bot.domain.timeline import bars, progress
from bot.domain.trace import Trace
from tests.domain.made import program
from tests.domain.plans import plans

COMPARE = comparison([400, 600])
SLOW = 1.0025
NODE, PYTHON = Runtime.NODE, Runtime.PYTHON


def both(ran: Callable[..., Trace], *phases: tuple[str, str]) -> list[str]:
    return bars([ran(program(*phases), runtime) for runtime in Runtime]).splitlines()


def test_both_phases_stand_on_one_axis(ran: Callable[..., Trace]) -> None:
    assert bars([ran(COMPARE, slow=SLOW)]).splitlines() == [
        "sequential                            1,002 ms",
        "task 1 ████████████                     401 ms",
        "task 2             ██████████████████   602 ms",
        "concurrent                              602 ms",
        "task 1 ████████████                     401 ms",
        "task 2 ██████████████████               602 ms",
        "       └──────────────┴─────────────┴",
        "       0              500           1,000   ms",
    ]


def test_both_runtimes_stand_on_one_axis_and_show_what_a_forgotten_await_does(ran: Callable[..., Trace]) -> None:
    assert both(ran, ("missing await", "~task1 60 > task2 30")) == [
        "Node.js · missing await                  30 ms",
        "task 1 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ 60 ms",
        "task 2 ████████████████│                 30 ms",
        "Python · missing await                   30 ms",
        "task 1 never started",
        "task 2 ████████████████                  30 ms",
        "       └─────┴────┴────┴─────┴─────┴───┴",
        "       0     10   20   30    40    50  60   ms",
        "▓ nobody waits  │ main is over",
    ]


def test_failed_and_cancelled_tasks_are_marked_and_so_is_main_s_end(ran: Callable[..., Trace]) -> None:
    assert both(ran, ("fail-fast", "a 500 & b 300! & c 700")) == [
        "Node.js · fail-fast           failed at 300 ms",
        "a ████████████████│▓▓▓▓▓▓▓▓▓            500 ms",
        "b ███████████████×│                     300 ms",
        "c ████████████████│▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ 700 ms",
        "Python · fail-fast            failed at 300 ms",
        "a ░░░░░░░░░░░░░░░□                      300 ms",
        "b ███████████████×                      300 ms",
        "c ░░░░░░░░░░░░░░░□                      300 ms",
        "  └────┴─────┴────┴────┴────┴─────┴───┴",
        "  0    100   200  300  400  500   600 700   ms",
        "× failed  □ cancelled  ▓ nobody waits",
        "│ main is over",
    ]


def test_a_failure_is_marked_even_where_main_ends(ran: Callable[..., Trace]) -> None:
    drawn = bars([ran(program(("fail-fast", "a 10! & b 5000 & c 20 & d 4990!")), NODE)]).splitlines()
    assert [line[:5] for line in drawn[1:5]] == ["a ×  ", "b │▓▓", "c │  ", "d │▓▓"]


def test_what_loses_a_race_is_left_behind_before_main_is_over(ran: Callable[..., Trace]) -> None:
    assert both(ran, ("race", "(a 600 | b 300) > c 500"))[1:4] == [
        "a ██████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓          600 ms",
        "b ██████████████                        300 ms",
        "c               ███████████████████████ 500 ms",
    ]


def test_a_loop_that_stands_still_is_seen(ran: Callable[..., Trace]) -> None:
    assert bars([ran(program(("mixed", "a 600 cpu > b 300 thread")))]).splitlines() == [
        "mixed                                   900 ms",
        "a    ███████████████████████            600 ms",
        "b                           ███████████ 300 ms",
        "loop                        · ·· · · ·  600 ms",
        "     └───────┴──────┴───────┴──────┴───",
        "     0       200    400     600    800      ms",
        "· loop free; right: longest stall",
    ]


def test_a_run_under_way_tells_finished_running_and_waiting_apart(ran: Callable[..., Trace]) -> None:
    begun = ran(COMPARE, slow=SLOW).events[:6]
    assert progress(COMPARE, NODE, begun, now_ms=700).splitlines() == [
        "sequential                              700 ms",
        "● task 1 ███████████                    401 ms",
        "○ task 2            ▒▒▒▒▒▒▒▒▒           299 ms",
        "concurrent                         not started",
        "· task 1",
        "· task 2",
        "         └─────────────┴────────────┴",
        "         0             500          1,000   ms",
        "· not started  ○ started  ● finished",
    ]


def test_a_run_under_way_tells_failures_and_leaves_room_for_what_runs_on(ran: Callable[..., Trace]) -> None:
    failing = program(("fail-fast", "a 500 & b 300!"))
    begun = ran(failing, NODE).events[:6]
    assert progress(failing, NODE, begun, now_ms=400).splitlines() == [
        "fail-fast                               400 ms",
        "○ a ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒        400 ms",
        "× b ████████████████████×               300 ms",
        "    └──────┴──────┴──────┴──────┴─────┴",
        "    0      100    200    300    400   500   ms",
        "· not started  ○ started  ● finished  × failed",
    ]


def test_nothing_is_drawn_before_anything_happened() -> None:
    assert progress(COMPARE, PYTHON, (), now_ms=0).splitlines()[:3] == [
        "sequential                         not started",
        "· task 1",
        "· task 2",
    ]


def test_a_task_too_short_to_see_is_seen_all_the_same(ran: Callable[..., Trace]) -> None:
    assert bars([ran(program(("concurrent", "task1 10 & task2 5000")))]).splitlines()[1] == (
        "task 1 █                                 10 ms"
    )


names = st.sampled_from(["concurrent", "a phase whose name is far longer than any line of a phone"])


@given(plans(), names, st.sampled_from(Runtime), st.floats(1, 3), st.integers(36, 80), st.data())
def test_no_line_is_too_long_whatever_runs(
    ran: Callable[..., Trace], plan: Plan, name: str, runtime: Runtime, slow: float, width: int, data: st.DataObject
) -> None:
    made = Program("made", (Phase.generated(name, plan),))
    trace = ran(made, runtime, slow)
    count = data.draw(st.integers(0, len(trace.events)), "events so far")
    now_ms = trace.events[max(count - 1, 0)].at_ms + data.draw(st.integers(0, 6_000), "ms since the last")
    drawn = [
        bars([trace], width),
        bars([ran(made, runtime, slow) for runtime in Runtime], width),
        progress(made, runtime, trace.events[:count], now_ms, width),
    ]
    for line in "\n".join(drawn).splitlines():
        assert len(line) <= width
        assert all(not combining(char) and east_asian_width(char) not in "WF" for char in line)
