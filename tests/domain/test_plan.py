"""A member chooses a demo and writes delays; what they get is a plan that can be run, or a sentence that helps."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import DEMOS, Mode, Phase, Plan, PlanError, Task, parse_delays, plan_for

delays = st.lists(st.integers(10, 2500), min_size=1, max_size=8)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["demo", "phases", "mode", "tasks"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("300", (300,)),
        ("300, 500, 200", (300, 500, 200)),
        ("300 500 200", (300, 500, 200)),
        ("300,500,200", (300, 500, 200)),
        ("300ms, 500 ms 200 MS", (300, 500, 200)),
        ("  10 ,5000,", (10, 5000)),
        ("0300", (300,)),
        ("10 " * 8, (10,) * 8),
        ("5000 5000 5000 5000", (5000,) * 4),
    ],
)
def test_delays_are_read_as_people_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert parse_delays(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no delay. Write 1 to 8 of them, such as 300, 500, 200."),
        (" , ", "There is no delay. Write 1 to 8 of them, such as 300, 500, 200."),
        ("fast", "“fast” is not a whole number of milliseconds. Write delays such as 300, 500, 200."),
        ("ms", "“ms” is not a whole number of milliseconds. Write delays such as 300, 500, 200."),
        ("1.5", "“1.5” is not a whole number of milliseconds. Write delays such as 300, 500, 200."),
        ("300;500", "“300;500” is not a whole number of milliseconds. Write delays such as 300, 500, 200."),
        ("٣٠٠", "“٣٠٠” is not a whole number of milliseconds. Write delays such as 300, 500, 200."),
        ("300, 9", "9 ms is too short for a task. Choose from 10 to 5,000 ms."),
        ("-300", "-300 ms is too short for a task. Choose from 10 to 5,000 ms."),
        ("5001", "5,001 ms is too long for a task. Choose from 10 to 5,000 ms."),
        ("9" * 5000, "“9999999999999999999…” is far beyond a task. Choose from 10 to 5,000 ms."),
        ("10 " * 9, "9 tasks are too many. Leave some out: a demo runs up to 8."),
        (
            "5000 5000 5000 5000 10",
            "The delays add up to 20,010 ms, which is too long. Shorten some: a demo takes at most 20,000 ms in all.",
        ),
    ],
)
def test_each_mistake_has_a_sentence_that_names_the_remedy(text: str, sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_delays(text)
    assert str(caught.value) == sentence


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-ms\n\0x")))
def test_whatever_is_written_gives_delays_that_can_be_run_or_one_line(text: str) -> None:
    try:
        plan_for("compare", parse_delays(text))
    except PlanError as error:
        sentence = str(error)
    else:
        return
    assert "\n" not in sentence
    assert len(sentence) < 200


@given(delays)
def test_delays_written_out_are_read_back(values: list[int]) -> None:
    assert parse_delays(", ".join(f"{value} ms" for value in values)) == tuple(values)


def test_every_demo_has_its_phases_and_ideal_times() -> None:
    assert plan_for("sequential", [300, 500, 200]).ideal_ms == 1000
    assert plan_for("parallel", [300, 500, 200]).ideal_ms == 500
    compare = plan_for("compare", [400, 600])
    assert [(phase.mode, phase.ideal_ms) for phase in compare.phases] == [
        (Mode.SEQUENTIAL, 1000),
        (Mode.CONCURRENT, 600),
    ]
    assert [task.name for task in compare.tasks] == ["task 1", "task 2"]


@pytest.mark.parametrize(
    ("demo", "sentence"),
    [
        ("paralel", "There is no demo “paralel”. Did you mean parallel?"),
        ("Compare", "There is no demo “Compare”. Did you mean compare?"),
        ("zzz", "There is no demo “zzz”. There are sequential, parallel, compare."),
        ("x" * 99, f"There is no demo “{'x' * 19}…”. There are sequential, parallel, compare."),
    ],
)
def test_an_unknown_demo_suggests_the_nearest(demo: str, sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_for(demo, [300])
    assert str(caught.value) == sentence


def test_a_plan_is_checked_when_it_is_made() -> None:
    task, other = Task("task 1", 100), Task("task 1", 200)
    for broken in (
        lambda: Task("task 1", 9),
        lambda: Task("", 100),
        lambda: Task("a name much too long", 100),
        lambda: Phase(Mode.SEQUENTIAL, ()),
        lambda: Phase(Mode.CONCURRENT, (task,) * 9),
        lambda: Plan("", (Phase(Mode.SEQUENTIAL, (task,)),)),
        lambda: Plan("compare", ()),
        lambda: Plan("compare", (Phase(Mode.SEQUENTIAL, (task,)), Phase(Mode.CONCURRENT, (other,)))),
    ):
        with pytest.raises(PlanError):
            broken()


@given(st.sampled_from(sorted(DEMOS)), delays)
def test_a_plan_survives_its_json(demo: str, values: list[int]) -> None:
    plan = plan_for(demo, values)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    "damage",
    [
        {"demo": 1},
        {"extra": True},
        {"phases": {}},
        {"phases": []},
        {"phases": [{"mode": "sideways", "tasks": [{"name": "task 1", "delay_ms": 100}]}]},
        {"phases": [{"mode": "sequential", "tasks": [{"name": "task 1", "delay_ms": 100}], "x": 1}]},
        {"phases": [{"mode": "sequential", "tasks": [{"name": "task 1", "delay_ms": 100.0}]}]},
        {"phases": [{"mode": "sequential", "tasks": [{"name": "task 1", "delay_ms": True}]}]},
        {"phases": [{"mode": "sequential", "tasks": [{"name": "task 1"}]}]},
        {"phases": [{"mode": "sequential", "tasks": [{"name": "task 1", "delay_ms": 100, "x": 1}]}]},
    ],
)
def test_a_damaged_plan_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        Plan.from_json({**plan_for("sequential", [100]).to_json(), **damage})  # type: ignore[dict-item]


@given(any_json)
def test_reading_any_json_gives_a_plan_or_a_plan_error(value: object) -> None:
    with pytest.raises(PlanError):
        Plan.from_json(value)  # type: ignore[arg-type]
