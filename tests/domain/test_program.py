"""A program survives the store, and nothing that is no program gets in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.plan import DEEPEST, MOST_TASKS, Plan, PlanError, Task
from bot.domain.plan_text import LONGEST_TEXT, parse_plan, text_of
from bot.domain.program import Json, Phase, Program, comparison, custom
from bot.domain.schedule import Runtime
from tests.domain.plans import plans

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["demo", "phases", "results", "name", "plan", "code", "node", "python"]), inner
        )
    ),
    max_leaves=8,
)


@given(plans())
def test_a_program_that_was_stored_is_the_same_program(plan: Plan) -> None:
    program = custom(plan)
    assert Program.from_json(json.loads(json.dumps(program.to_json()))) == program


@st.composite
def written_tightly(draw: st.DrawFn) -> str:
    """As many tasks as fit into what a member may write, with no space that can be left out."""
    signs = draw(st.lists(st.sampled_from([">", ">~"]), min_size=MOST_TASKS - 1, max_size=MOST_TASKS - 1))
    doing = [draw(st.sampled_from(["", "!", "!cpu", " thread"])) for _ in range(MOST_TASKS)]
    tasks = [f"{'abcdefghijkl'[: draw(st.integers(1, 11))]}{chr(97 + n)} 1666{doing[n]}" for n in range(MOST_TASKS)]
    text = tasks[0] + "".join(sign + task for sign, task in zip(signs, tasks[1:], strict=True))
    for _ in range(min(DEEPEST - 2, (LONGEST_TEXT - len(text)) // len("()within 99"))):
        text = f"({text})within 99"
    return text


@given(written_tightly())
def test_the_longest_plans_that_a_member_can_write_survive_the_store_too(text: str) -> None:
    program = custom(parse_plan(text))
    assert Program.from_json(json.loads(json.dumps(program.to_json()))) == program


def test_a_plan_that_was_stored_may_be_longer_than_one_that_is_written() -> None:
    text = "&".join(f"abcdefghijk{letter} 1666!thread" for letter in "abcdefghijkl")
    text = f"({text})limit 9" + "within 99" * 9
    assert len(text) <= LONGEST_TEXT < len(text_of(parse_plan(text)))
    program = custom(parse_plan(text))
    assert Program.from_json(json.loads(json.dumps(program.to_json()))) == program


@given(any_json)
def test_what_is_no_program_is_refused_in_a_sentence(value: Json) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        Program.from_json(value)


def test_the_comparison_runs_the_same_tasks_in_turn_and_together() -> None:
    program = comparison((400, 600))
    assert [phase.name for phase in program.phases] == ["sequential", "concurrent"]
    assert [task.label for task in program.tasks] == ["task 1", "task 2"]
    assert [phase.ideal(Runtime.NODE).makespan_ms for phase in program.phases] == [1000, 600]
    assert program.longest_ms(Runtime.NODE) == 1600


def test_time_that_a_task_runs_on_behind_main_counts_for_how_long_a_program_takes() -> None:
    program = custom(parse_plan("a 600 within 200"))
    assert program.longest_ms(Runtime.NODE) == 600
    assert program.longest_ms(Runtime.PYTHON) == 200


def test_phases_with_other_tasks_are_no_program() -> None:
    phases = (Phase.generated("one", Task("a", 300)), Phase.generated("two", Task("b", 300)))
    with pytest.raises(PlanError, match="has the same tasks"):
        Program("demo", phases)
    with pytest.raises(PlanError, match="at least one phase"):
        Program("demo", ())
    with pytest.raises(PlanError, match="There is no task “c” to have a result"):
        Program("demo", phases[:1], {"c": "tea"})


def test_a_phase_may_name_the_tasks_in_another_order_than_they_are_counted() -> None:
    first = Phase.generated("kettle first", parse_plan("kettle 400 > tray 300"))
    second = replace(Phase.generated("tray first", parse_plan("tray 300 > kettle 400")), order=("kettle", "tray"))
    program = Program("demo", (first, second))
    assert [[task.name for task in phase.tasks] for phase in program.phases] == [["kettle", "tray"]] * 2
    assert Program.from_json(json.loads(json.dumps(program.to_json()))) == program
    broken = second.to_json() | {"order": ["kettle", "teapot"]}
    with pytest.raises(PlanError, match="cannot be read"):
        Phase.from_json(broken)
