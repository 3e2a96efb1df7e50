"""Every seed makes a program to predict: one right option, three wrong ones that have a name, far enough apart."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping
from itertools import combinations, cycle, pairwise

import pytest

from bot.domain.lesson import Level
from bot.domain.plan import tasks_of
from bot.domain.plan_text import text_of
from bot.domain.predict import GAP_MS, LONGEST_MS, OPTIONS, Ask, Challenge, challenge, judge
from bot.domain.predict_course import course_of
from bot.domain.predict_misreadings import MISREADINGS
from bot.domain.predict_plans import SHAPES
from bot.domain.predict_shapes import always
from bot.domain.schedule import Runtime, schedule
from bot.domain.trace import Event, Kind, Trace
from tests.domain.truths import CHECKED, holds

SEEDS = 10_000


@pytest.fixture(scope="module")
def challenges() -> Mapping[int, Challenge]:
    """A challenge for each of many seeds, of each level in turn."""
    gc.disable()  # nothing made here is garbage, and looking for it takes a third of the time
    try:
        return {seed: challenge(seed, level) for seed, level in zip(range(SEEDS), cycle(Level), strict=False)}
    finally:
        gc.enable()


def test_the_right_option_is_what_the_schedule_says(challenges: Mapping[int, Challenge]) -> None:
    for asked in challenges.values():
        right = asked.options[asked.right]
        assert len(asked.options) == OPTIONS
        assert [option.misconception is None for option in asked.options].count(True) == 1
        assert right.misconception is None
        if asked.ask is Ask.TOTAL:
            assert right.total_ms == schedule(asked.plan, asked.runtime).makespan_ms
        else:
            assert right.order == course_of(asked.plan, asked.runtime).order


def test_no_two_options_can_be_taken_for_one_another(challenges: Mapping[int, Challenge]) -> None:
    for asked in challenges.values():
        for one, other in combinations(asked.options, 2):
            assert one.text != other.text
            if one.total_ms is not None and other.total_ms is not None:
                apart = abs(one.total_ms - other.total_ms)
                assert apart >= GAP_MS
                assert apart >= 0.2 * max(one.total_ms, other.total_ms)
            else:
                assert one.order != other.order


def test_an_order_rests_on_time_between_the_ends_of_tasks(challenges: Mapping[int, Challenge]) -> None:
    for asked in challenges.values():
        if asked.ask is Ask.ORDER:
            ends = course_of(asked.plan, asked.runtime).ends or ()
            tasks = [ms for ms, what in ends if not what.startswith("main ")]
            assert all(later - earlier >= GAP_MS for earlier, later in pairwise(tasks))


def test_no_program_keeps_its_reader_waiting(challenges: Mapping[int, Challenge]) -> None:
    for asked in challenges.values():
        assert asked.program.longest_ms(asked.runtime) <= LONGEST_MS
        assert all(task.ms % 50 == 0 for task in asked.program.tasks)
        assert max(len(line) for line in asked.code.splitlines()) <= 46


def test_every_idea_occurs_and_an_option_names_no_idea_twice(challenges: Mapping[int, Challenge]) -> None:
    seen = Counter[str]()
    for asked in challenges.values():
        ideas = [option.misconception.id for option in asked.options if option.misconception]
        assert len(set(ideas)) == OPTIONS - 1
        seen.update(ideas)
    assert set(seen) == {misreading.id for misreading in MISREADINGS}


def test_what_is_told_of_an_idea_is_true_of_the_very_program(challenges: Mapping[int, Challenge]) -> None:
    told = {
        option.misconception.truth for asked in challenges.values() for option in asked.options if option.misconception
    }
    wrong: set[tuple[str, str]] = set()
    for asked in challenges.values():
        for option in asked.options:
            if option.misconception and not holds(option.misconception.truth, asked):
                wrong.add((option.misconception.truth, text_of(asked.plan)))
    assert wrong == set()
    assert told >= set(CHECKED), "each of them is offered, and checked"
    conditional = {truth.text for idea in MISREADINGS for truth in idea.truths if truth.of is not always}
    assert conditional <= set(CHECKED), "what is not so of every program is checked"


def test_the_right_option_is_anywhere(challenges: Mapping[int, Challenge]) -> None:
    places = Counter(asked.right for asked in challenges.values())
    assert all(abs(places[place] / SEEDS - 1 / OPTIONS) < 0.03 for place in range(OPTIONS))


@pytest.mark.parametrize("level", Level)
def test_that_main_is_over_at_once_is_no_sure_loser(challenges: Mapping[int, Challenge], level: Level) -> None:
    rights = [asked.options[asked.right] for asked in challenges.values() if asked.level is level]
    assert sum(right.total_ms == 0 for right in rights) > 20
    assert sum(right.order is not None and right.order[0].startswith("main ") for right in rights) > 50


def test_levels_ask_for_totals_and_orders_of_both_runtimes(challenges: Mapping[int, Challenge]) -> None:
    kinds = Counter((asked.level, asked.runtime, asked.ask) for asked in challenges.values())
    assert all(kinds[level, runtime, ask] > 300 for level in Level for runtime in Runtime for ask in Ask)


@pytest.mark.parametrize("level", Level)
def test_every_shape_of_a_level_occurs(challenges: Mapping[int, Challenge], level: Level) -> None:
    found = {_shape(asked) for asked in challenges.values() if asked.level is level}
    assert len(found) == len(SHAPES[level])


def test_a_seed_makes_the_same_challenge_each_time(challenges: Mapping[int, Challenge]) -> None:
    assert challenge(7, challenges[7].level) == challenges[7]
    assert len({asked.mark for asked in challenges.values()}) > 0.99 * SEEDS


def test_an_ideal_run_shows_the_right_option_and_a_slow_machine_none(challenges: Mapping[int, Challenge]) -> None:
    for asked in list(challenges.values())[:300]:
        assert judge(asked, _ran(asked)) == asked.right
        if asked.ask is Ask.TOTAL:
            assert judge(asked, _ran(asked, slower=30.0, late_ms=10_000)) is None


def _shape(asked: Challenge) -> str:
    """The text of a plan without its names and numbers; a limit counts."""
    names = {task.name: "x" for task in tasks_of(asked.plan)}
    text = asked.program.phases[0].to_json()["plan"]
    words = str(text).replace("limit ", "limit-").replace("(", "( ").replace(")", " )").replace("~", "~ ").split()
    return " ".join(names.get(word, "!" if word.endswith("!") else "" if word.isdigit() else word) for word in words)


def _ran(asked: Challenge, slower: float = 1.0, late_ms: float = 0.0) -> Trace:
    """A run as the schedule has it, or so much slower."""
    ideal = schedule(asked.plan, asked.runtime)
    names = [task.name for task in asked.program.tasks]
    happened: list[tuple[float, int, Kind, int | None]] = [(0, 0, Kind.PHASE_STARTED, None)]
    for span in ideal.spans:
        task = names.index(span.task)
        happened += [(span.start_ms, 2, Kind.CALLED, task), (span.start_ms, 3, Kind.STARTED, task)]
        happened.append((span.end_ms, 1, Kind(span.outcome.value), task))
    happened.append((ideal.makespan_ms, 4, Kind.RETURNED if ideal.succeeds else Kind.THREW, None))
    happened.append((ideal.over_ms, 5, Kind.PHASE_ENDED, None))
    ordered = sorted(happened, key=lambda one: one[:2])
    events = [
        Event(ms * slower + (late_ms if ms or kind is not Kind.PHASE_STARTED else 0), kind, 0, task)
        for ms, _, kind, task in ordered
    ]
    return Trace(asked.program, asked.runtime, tuple(sorted(events, key=lambda event: event.at_ms)))
