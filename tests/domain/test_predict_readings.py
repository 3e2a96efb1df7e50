"""What somebody predicts who holds a wrong idea: each of them on a plan that can be followed by eye."""

from __future__ import annotations

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.predict_course import Course, course_of
from bot.domain.predict_misreadings import MISREADINGS
from bot.domain.schedule import Runtime

NODE, PYTHON = Runtime.NODE, Runtime.PYTHON
IDEAS = {misreading.id: misreading for misreading in MISREADINGS}

PREDICTED = [
    ("sum-for-longest", NODE, "(a 300 & b 500) > c 200", 1_000, "a ends, b ends, c ends, main ends"),
    ("longest-for-sum", NODE, "(a 300 & b 500) > c 200", 500, "c ends, a ends, b ends, main ends"),
    ("first-ends-all", NODE, "a 300 & b 500", 300, "a ends, main ends, b ends"),
    ("first-ends-all", PYTHON, "a 300 & b 500", 300, "a ends, main ends"),
    ("last-in-list", NODE, "a 300 & b 500 & c 400", 400, None),
    ("last-await", NODE, "a 300 > b 500", 500, None),
    ("shared-time", NODE, "a 300 & b 500", 400, None),
    ("not-held-up", NODE, "a 300 > b 500", 0, "main ends, a ends, b ends"),
    ("main-waits-for-all", NODE, "~a 300 > b 100", 300, "b ends, a ends, main ends"),
    ("race-waits", NODE, "a 300 | b 500", 500, "a ends, b ends, main ends"),
    ("limit-ignored", NODE, "(a 300 & b 500 & c 400) limit 2", 500, "a ends, c ends, b ends, main ends"),
    ("limit-in-rounds", NODE, "(a 300 & b 500 & c 400) limit 2", 900, "a ends, b ends, c ends, main ends"),
    ("call-is-await", NODE, "~a 300 > b 100", 400, "a ends, b ends, main ends"),
    ("last-call-counts", PYTHON, "~a 300 > ~b 100", 100, "b ends, main ends"),
    ("python-like-node", PYTHON, "~a 300 > b 100", 100, "b ends, main ends, a ends"),
    ("node-like-python", NODE, "~a 300 > b 100", 100, "b ends, main ends"),
    ("python-runs-on", PYTHON, "a 300 | b 500", 300, "a ends, main ends, b ends"),
    ("node-cancels", NODE, "a 300 | b 500", 300, "a ends, main ends"),
    ("failure-ignored", NODE, "(a 300! & b 500) > c 200", 700, "a fails, b ends, c ends, main ends"),
    ("failure-waits", NODE, "(a 300! & b 500) > c 200", 500, None),
    ("settled-fails-fast", NODE, "((a 300! & b 500) settled) > c 200", 300, "a fails, main fails, b ends"),
    ("any-is-race", NODE, "(a 300! | b 500) any", 300, "a fails, main fails, b ends"),
    ("race-is-any", NODE, "a 300! | b 500", 500, "a fails, b ends, main ends"),
    ("deadline-ignored", PYTHON, "(a 300 > b 500) within 400", 800, "a ends, b ends, main ends"),
    ("deadline-is-wait", NODE, "(a 300 & b 500) within 900", 900, None),
]


@pytest.mark.parametrize(("idea", "runtime", "plan", "total_ms", "order"), PREDICTED)
def test_an_idea_leads_to_its_prediction(
    idea: str, runtime: Runtime, plan: str, total_ms: int, order: str | None
) -> None:
    course = IDEAS[idea].course(parse_plan(plan), runtime)
    assert course is not None
    assert (course.total_ms, _told(course)) == (total_ms, order)

    right = course_of(parse_plan(plan), runtime)
    assert (course.total_ms, course.order) != (right.total_ms, right.order)


def test_every_idea_is_on_this_list() -> None:
    assert {idea for idea, *_ in PREDICTED} == set(IDEAS)


@pytest.mark.parametrize("idea", sorted(set(IDEAS) - {"longest-for-sum", "last-await", "not-held-up"}))
def test_an_idea_that_has_nothing_to_say_predicts_nothing_new(idea: str) -> None:
    plan = parse_plan("a 300 > b 500")
    course = IDEAS[idea].course(plan, NODE)
    assert course is None or course == course_of(plan, NODE)


@pytest.mark.parametrize("idea", IDEAS.values(), ids=IDEAS)
def test_ideas_and_truths_are_one_sentence(idea) -> None:
    assert not idea.name.endswith(".")
    for truth in idea.truths:
        assert truth.text.endswith(".")
        assert ". " not in truth.text
        assert len(truth.text) <= 120


def _told(course: Course) -> str | None:
    return None if course.order is None else ", ".join(course.order)
