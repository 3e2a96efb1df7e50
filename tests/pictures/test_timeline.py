"""The picture of a run: what stands where is worked out from the trace, then looked for in the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.plan import Plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind, Trace
from bot.pictures import ink
from bot.pictures.layout import MARGIN, WIDTH, Key, Layout, layout
from bot.pictures.timeline import LONGEST_DESCRIPTION, describe, draw
from tests.domain.made import program
from tests.domain.plans import plans

NODE, PYTHON = Runtime.NODE, Runtime.PYTHON
MISSING_AWAIT = program(("missing await", "~task1 60 > task2 30"), demo="missing-await")
FAIL_FAST = program(("fail-fast", "a 500 & b 300! & c 700"), demo="fail-fast")
TWELVE = " & ".join(f"longername{letter} {100 * number}" for number, letter in enumerate("abcdefghijkl", 1))

Look = Callable[[float, float], tuple[int, int, int]]


def seen(*traces: Trace) -> tuple[Layout, Look]:
    """Where things stand, and a way to look at one pixel of the picture."""
    picture = Image.open(BytesIO(draw(traces))).convert("RGB")
    places = layout(traces)
    assert picture.size == (WIDTH, places.height)

    def look(x: float, y: float) -> tuple[int, int, int]:
        colour = picture.getpixel((round(x), round(y)))
        assert isinstance(colour, tuple)
        red, green, blue = colour[:3]
        return red, green, blue

    return places, look


def along(places: Layout, look: Look, block: int, row: int) -> Callable[[float], tuple[int, int, int]]:
    """What is seen of a task at a time, just under the upper edge of its bar, where no words are."""
    return lambda at_ms: look(places.axis.x(at_ms), places.blocks[block].rows[row].top + 4)


def both(ran: Callable[..., Trace], made: Program) -> tuple[Trace, Trace]:
    return ran(made, NODE), ran(made, PYTHON)


def test_a_bar_is_where_the_time_says(ran: Callable[..., Trace]) -> None:
    places, look = seen(ran(comparison([400, 600])))
    in_turn = along(places, look, 0, 1)
    assert [in_turn(at_ms) for at_ms in (10, 390, 410, 500, 990)] == [ink.GROUND] * 2 + [ink.FINISHED] * 3
    together = along(places, look, 1, 1)
    assert [together(at_ms) for at_ms in (10, 300, 590, 610, 990)] == [ink.FINISHED] * 3 + [ink.GROUND] * 2


def test_time_is_even_along_the_axis_and_the_same_for_both_runtimes(ran: Callable[..., Trace]) -> None:
    node, python = ran(comparison([400, 600]), NODE), ran(comparison([400, 600]), PYTHON, slow=2.0)
    places, look = seen(node, python)
    axis = places.axis
    assert axis.x(0) == axis.left
    assert axis.x(2000) == axis.right == WIDTH - MARGIN
    assert axis.x(1000) - axis.x(500) == pytest.approx(axis.x(500) - axis.x(0))
    assert [(block.title, block.aside, block.total) for block in places.blocks] == [
        ("Node.js · ", "sequential", "1,000 ms"),
        ("Python · ", "sequential", "2,000 ms"),
        ("Node.js · ", "concurrent", "600 ms"),
        ("Python · ", "concurrent", "1,200 ms"),
    ]
    assert along(places, look, 0, 1)(1450) == ink.GROUND
    assert along(places, look, 1, 1)(1450) == ink.FINISHED


def test_a_forgotten_await_looks_different_in_the_two_runtimes(ran: Callable[..., Trace]) -> None:
    places, look = seen(*both(ran, MISSING_AWAIT))
    in_node, in_python = along(places, look, 0, 0), along(places, look, 1, 0)
    assert [in_node(at_ms) for at_ms in (5, 25, 35, 55)] == [ink.RAN_ON] * 4
    assert in_node(30) == ink.TEXT, "the line where main ends"
    assert all(in_python(at_ms) != ink.RAN_ON for at_ms in range(60))
    assert [mark.words for block in places.blocks for mark in block.marks] == ["main ends at 30 ms"]
    assert [placed.key for placed in places.legend] == [Key.LEFT_BEHIND]


def test_failed_and_cancelled_bars_differ_by_shape_too(ran: Callable[..., Trace]) -> None:
    places, look = seen(*both(ran, FAIL_FAST))
    failed, cancelled = places.blocks[1].rows[1], places.blocks[1].rows[0]
    centre = places.axis.x(300) - places.bar_height / 2, failed.top + places.bar_height / 2
    assert look(*centre) == ink.TEXT, "the middle of the cross"
    assert along(places, look, 1, 1)(100) == ink.FAILED
    middle = cancelled.top + places.bar_height / 2
    hatch = {look(places.axis.x(at_ms), middle) for at_ms in range(20, 280, 2)}
    assert {ink.CANCELLED, ink.HATCHED} <= hatch
    assert {placed.key for placed in places.legend} == {Key.FAILED, Key.CANCELLED, Key.LEFT_BEHIND}


def test_the_loser_of_a_race_pales_where_the_race_is_over(ran: Callable[..., Trace]) -> None:
    places, look = seen(ran(program(("race", "(a 600 | b 300) > c 500")), NODE))
    loser = along(places, look, 0, 0)
    assert [loser(at_ms) for at_ms in (50, 290, 310, 590)] == [ink.FINISHED] * 2 + [ink.RAN_ON] * 2
    assert not places.blocks[0].marks, "main was not over yet"


def ticks_seen(places: Layout, look: Look) -> Iterator[int]:
    top = places.blocks[0].loop_top
    assert top is not None
    for at_ms in range(50, 900, 50):
        if look(places.axis.x(at_ms), top + places.bar_height / 2) == ink.TICK:
            yield at_ms


def test_a_loop_that_is_over_is_not_drawn_as_one_that_stands_still(ran: Callable[..., Trace]) -> None:
    trace = ran(program(("race", "a 300 | b 900 thread")), PYTHON)
    places, look = seen(trace)
    assert list(places.blocks[0].stalls) == []
    assert list(ticks_seen(places, look)) == [50, 100, 150, 200, 250]
    assert "stalls for up to 50" in describe([trace])


def test_the_gap_of_a_loop_that_stands_still_is_seen(ran: Callable[..., Trace]) -> None:
    places, look = seen(ran(program(("mixed", "a 600 cpu > b 300 thread"))))
    assert list(ticks_seen(places, look)) == [600, 650, 700, 750, 800, 850]
    assert list(places.blocks[0].stalls) == [(0.0, 600.0)]


def test_a_run_slower_than_ideal_shows_the_ideal(ran: Callable[..., Trace]) -> None:
    places, _ = seen(ran(program(("threads", "a 600 thread & b 600 thread")), slow=1.4))
    assert [mark.words for mark in places.blocks[0].marks] == ["ideal 600 ms"]


def test_words_the_font_does_not_have_are_spelled_with_those_it_has(ran: Callable[..., Trace]) -> None:
    places, _ = seen(ran(program(("café – 2 × faster 日本", "a 300"))))
    assert places.blocks[0].aside == "cafe - 2 x faster ?"


def test_the_same_runs_give_the_same_picture_in_any_thread(ran: Callable[..., Trace]) -> None:
    traces = both(ran, FAIL_FAST)
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: draw(traces), range(8))) == {draw(traces)}


def test_the_words_tell_the_same(ran: Callable[..., Trace]) -> None:
    assert describe(both(ran, MISSING_AWAIT)) == (
        "Timeline of missing-await, all times in milliseconds. "
        "Node.js, missing await: main ends at 30; "
        "task 1 from 0 to 60 with nobody waiting for its end, task 2 from 0 to 30. "
        "Python, missing await: main ends at 30; task 1 never started, task 2 from 0 to 30."
    )
    lost = describe([ran(program(("lost", "~a 100! > b 200")), NODE)])
    assert lost.endswith("a failed from 0 to 100 with nobody waiting for its end, b from 0 to 200.")
    assert describe([ran(FAIL_FAST, PYTHON)]) == (
        "Timeline of fail-fast, all times in milliseconds. "
        "Python, fail-fast: main fails at 300 with Error: a task failed; "
        "a cancelled from 0 to 300, b failed from 0 to 300, c cancelled from 0 to 300."
    )
    assert "stalls for up to 600;" in describe([ran(program(("blocked", "a 600 cpu")))])


def test_too_many_tasks_to_name_are_counted(ran: Callable[..., Trace]) -> None:
    crowded = program(("together", TWELVE), ("limited", f"({TWELVE}) limit 3"), ("race", TWELVE.replace("&", "|")))
    assert describe(both(ran, crowded)).endswith("Python, race: main ends at 100; tasks: 1 finished, 11 cancelled.")


names = st.sampled_from(["concurrent", "a phase whose name is far longer than any line of a phone"])


@settings(max_examples=40)
@given(plans(), names, st.floats(1, 3))
def test_whatever_runs_can_be_drawn_and_described(
    ran: Callable[..., Trace], plan: Plan, name: str, slow: float
) -> None:
    made = Program("made", (Phase.generated(name, plan),) * 2)
    traces = [ran(made, runtime, slow) for runtime in Runtime]
    seen(*traces)
    assert len(describe(traces)) <= LONGEST_DESCRIPTION


def test_a_run_in_which_nothing_takes_any_time_can_be_drawn() -> None:
    moves = (Kind.PHASE_STARTED, Kind.RETURNED, Kind.PHASE_ENDED)
    trace = Trace(program(("empty", "~a 300 > ~b 300")), PYTHON, tuple(Event(0, kind, 0) for kind in moves))
    places, _ = seen(trace)
    assert places.blocks[0].total == "0 ms"
