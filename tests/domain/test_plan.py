"""A plan can be run as it stands, or it cannot be made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import (
    InTurn,
    Plan,
    PlanError,
    Task,
    Together,
    Unawaited,
    Until,
    Within,
    tasks_of,
    with_durations,
)
from tests.domain.plans import plans

A, B = Task("a", 300), Task("b", 500)


@pytest.mark.parametrize("name", ["", "A", "1a", "a_b", "a" * 13, "é", "a b", "a;", "a\n", "__proto__"])
def test_a_name_that_is_no_name_in_both_languages_is_refused(name: str) -> None:
    with pytest.raises(PlanError, match="small letters and digits"):
        Task(name, 300)


@pytest.mark.parametrize(
    "name", ["for", "await", "async", "lambda", "typeof", "asyncio", "main", "console", "limit", "iter", "range"]
)
def test_a_name_that_the_languages_or_the_programs_use_is_refused(name: str) -> None:
    with pytest.raises(PlanError, match="Give the task another name"):
        Task(name, 300)


def test_a_task_is_read_with_a_space_before_its_number() -> None:
    assert [Task(name, 10).label for name in ("task1", "task12", "tea", "tea2")] == ["task 1", "task 12", "tea", "tea2"]


@pytest.mark.parametrize("ms", [9, 5001, -1, True])
def test_a_task_lasts_from_10_to_5000_milliseconds(ms: int) -> None:
    with pytest.raises(PlanError, match="Choose from 10 to 5,000 ms"):
        Task("a", ms)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: InTurn((A,)), "One after the other takes two tasks or more, such as a 300 > b 500."),
        (lambda: Together((A,)), "Together takes two tasks or more, such as a 300 & b 500."),
        (lambda: Together((A, B), Until.RACE, 2), "A limit goes with & alone, not with race."),
        (lambda: Together((A, B), limit=13), "A limit is 1 to 12 at once, not 13."),
        (lambda: Within(Unawaited(A), 100), "A task that nobody awaits cannot have a deadline."),
        (lambda: Within(A, 9), "9 ms is too short. Choose from 10 to 5,000 ms."),
    ],
)
def test_a_part_that_makes_no_sense_cannot_be_made(make: object, sentence: str) -> None:
    assert callable(make)
    with pytest.raises(PlanError) as caught:
        make()
    assert str(caught.value) == sentence


@given(plans(), st.data())
def test_other_durations_change_the_durations_alone(plan: Plan, data: st.DataObject) -> None:
    tasks = tasks_of(plan)
    durations = tuple(data.draw(st.integers(10, 1500)) for _ in tasks)
    changed = with_durations(plan, durations)
    assert [task.ms for task in tasks_of(changed)] == list(durations)
    assert with_durations(changed, tuple(task.ms for task in tasks)) == plan


def test_durations_come_one_for_each_task() -> None:
    with pytest.raises(PlanError) as caught:
        with_durations(InTurn((A, B)), (100, 200, 300))
    assert str(caught.value) == "This demo takes 2 durations, one for each task, and 3 came."
    with pytest.raises(PlanError, match="This demo takes 1 duration"):
        with_durations(A, ())
