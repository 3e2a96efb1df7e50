"""Bars on one time axis, in a code block on a phone."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import combining, east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import DEMOS, Plan, plan_for
from bot.domain.timeline import bars, progress
from bot.domain.trace import Trace

COMPARE = plan_for("compare", [400, 600])
plans = st.builds(plan_for, st.sampled_from(sorted(DEMOS)), st.lists(st.integers(10, 2500), min_size=1, max_size=8))
widths = st.integers(36, 80)


def test_both_phases_stand_on_one_axis(ran: Callable[..., Trace]) -> None:
    assert bars(ran(COMPARE)).splitlines() == [
        "sequential                            1,002 ms",
        "task 1 ████████████                     401 ms",
        "task 2             ██████████████████   601 ms",
        "concurrent                              601 ms",
        "task 1 ████████████                     401 ms",
        "task 2 ██████████████████               601 ms",
        "       └──────────────┴─────────────┴",
        "       0              500           1,000   ms",
    ]


def test_a_run_under_way_tells_finished_running_and_waiting_apart(ran: Callable[..., Trace]) -> None:
    begun = ran(COMPARE).events[:6]
    assert progress(COMPARE, begun, now_ms=700).splitlines() == [
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


def test_nothing_is_drawn_before_anything_happened() -> None:
    assert progress(COMPARE, (), now_ms=0).splitlines()[:3] == [
        "sequential                         not started",
        "· task 1",
        "· task 2",
    ]


def test_a_task_too_short_to_see_is_seen_all_the_same(ran: Callable[..., Trace]) -> None:
    assert bars(ran(plan_for("parallel", [10, 5000]))).splitlines()[1] == (
        "task 1 █                                 11 ms"
    )


@given(plans, widths, st.data())
def test_no_line_is_too_long_whatever_the_delays(
    ran: Callable[..., Trace], plan: Plan, width: int, data: st.DataObject
) -> None:
    trace = ran(plan)
    count = data.draw(st.integers(0, len(trace.events)), "events so far")
    now_ms = trace.events[max(count - 1, 0)].at_ms + data.draw(st.integers(0, 6_000), "ms since the last")
    for line in f"{bars(trace, width)}\n{progress(plan, trace.events[:count], now_ms, width)}".splitlines():
        assert len(line) <= width
        assert all(not combining(char) and east_asian_width(char) not in "WF" for char in line)
