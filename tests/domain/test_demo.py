"""A demo makes the program that a member asks for, with durations as they write them."""

from __future__ import annotations

import pytest

from bot.domain.demo import Demo, DemoPhase, parse_durations
from bot.domain.plan import PlanError
from bot.domain.plan_text import parse_plan, text_of
from bot.domain.schedule import Runtime

FLAT = Demo(
    "compare",
    "In turn, then together",
    "The same tasks run twice. Nothing differs but the wait.",
    "Compare where task 2 begins.",
    (
        DemoPhase("sequential", parse_plan("task1 400 > task2 600")),
        DemoPhase("concurrent", parse_plan("task1 400 & task2 600")),
    ),
    any_number=True,
)
OWN = "async function main() { await a(); await b(); }"
NESTED = Demo(
    "tea", "Tea", "One. Two.", "Three.", (DemoPhase("tea", parse_plan("a 300 > b 200"), {Runtime.NODE: OWN}),)
)


def plans(demo: Demo, *durations: int) -> list[str]:
    return [text_of(phase.plan) for phase in demo.program(durations or None).phases]


def test_without_durations_a_demo_runs_those_of_the_catalogue() -> None:
    assert plans(FLAT) == ["task1 400 > task2 600", "task1 400 & task2 600"]
    assert FLAT.program().demo == "compare"


def test_a_flat_demo_takes_as_many_tasks_as_a_member_likes() -> None:
    assert plans(FLAT, 100) == ["task1 100", "task1 100"]
    assert plans(FLAT, 100, 200, 300) == ["task1 100 > task2 200 > task3 300", "task1 100 & task2 200 & task3 300"]


def test_another_demo_takes_a_duration_for_each_task() -> None:
    assert plans(NESTED, 100, 200) == ["a 100 > b 200"]
    with pytest.raises(PlanError, match="takes 2 durations, one for each task, and 3 came"):
        NESTED.program((100, 200, 300))


def test_code_of_its_own_stays_and_the_rest_is_written_from_the_plan() -> None:
    (phase,) = NESTED.program((100, 200)).phases
    assert phase.code[Runtime.NODE] == OWN
    assert "await a()" in phase.code[Runtime.PYTHON]


def test_any_number_of_tasks_needs_a_plan_without_code_or_turns() -> None:
    for phase in (NESTED.phases[0], DemoPhase("mixed", parse_plan("(a 300 & b 200) > c 100"))):
        with pytest.raises(PlanError, match="may come in any number"):
            Demo("x", "X", "One. Two.", "Three.", (phase,), any_number=True)


ANY = Demo("any", "Any", "One. Two.", "Three.", (DemoPhase("any", parse_plan("(a 300! | b 500 | c 800) any")),))
DEADLINE = Demo("late", "Late", "One. Two.", "Three.", (DemoPhase("late", parse_plan("(a 300 > b 600) within 600")),))
CANCEL = Demo("stop", "Stop", "One. Two.", "Three.", (DemoPhase("stop", parse_plan("a 800 | b 400")),))


@pytest.mark.parametrize(
    ("demo", "durations", "tells"),
    [
        (ANY, (10, 20, 30), True),
        (ANY, (800, 500, 300), False),  # the failure comes last
        (DEADLINE, (100, 550), True),
        (DEADLINE, (100, 200), False),  # nothing is late
        (CANCEL, (100, 50), True),
        (CANCEL, (100, 500), False),  # nothing is left to be stopped
        (FLAT, (600, 400), True),
        (FLAT, (300, 500, 100), True),
        (FLAT, (1000, 50), False),  # hardly anything is saved
        (FLAT, (100,), False),  # there is no task 2
    ],
)
def test_a_story_is_told_of_delays_that_keep_its_course(demo: Demo, durations: tuple[int, ...], tells: bool) -> None:
    assert demo.tells_of(demo.program(), Runtime)
    assert demo.tells_of(demo.program(durations), Runtime) is tells


def test_a_course_may_differ_in_one_runtime_alone() -> None:
    demo = Demo("left", "Left", "One. Two.", "Three.", (DemoPhase("left", parse_plan("~a 600 > b 300")),))
    early = demo.program((100, 300))  # in Python task a never starts
    assert demo.tells_of(early, [Runtime.PYTHON])
    assert not demo.tells_of(early, Runtime)


def test_a_program_of_another_demo_or_of_an_older_one_is_not_made_by_it() -> None:
    older = Demo("tea", "Tea", "One. Two.", "Three.", (DemoPhase("tea", parse_plan("a 300 & b 200")),))
    assert NESTED.makes(NESTED.program((100, 200)))
    assert not NESTED.makes(older.program((100, 200)))
    assert not NESTED.makes(FLAT.program())
    assert not NESTED.makes(ANY.program())


@pytest.mark.parametrize(
    ("text", "durations"),
    [
        ("300", (300,)),
        ("300, 500 200ms", (300, 500, 200)),
        (" 0300 ,500 MS,", (300, 500)),
        ("10 5000", (10, 5000)),
    ],
)
def test_durations_are_read_as_members_write_them(text: str, durations: tuple[int, ...]) -> None:
    assert parse_durations(text) == durations


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no duration. Write 1 to 12 of them, such as 300, 500, 200."),
        ("ms, ,", "“ms” is not a whole number of milliseconds. Write durations such as 300, 500, 200."),
        ("300, soon", "“soon” is not a whole number of milliseconds. Write durations such as 300, 500, 200."),
        ("1.5", "“1.5” is not a whole number of milliseconds. Write durations such as 300, 500, 200."),
        ("9", "9 ms is too short. Choose from 10 to 5,000 ms."),
        ("-300", "-300 ms is too short. Choose from 10 to 5,000 ms."),
        ("5001", "5,001 ms is too long. Choose from 10 to 5,000 ms."),
        ("9" * 5_000, "“9999999999999999999…” is far beyond a task. Choose from 10 to 5,000 ms."),
        ("300 " * 13, "13 durations are too many. A demo has up to 12 tasks."),
    ],
)
def test_what_are_no_durations_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_durations(text)
    assert str(error.value) == sentence
