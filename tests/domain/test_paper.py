"""A test is drawn from a bank and made anew: its levels, and that no two are alike."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from msgspec.structs import replace

from bot.catalog.loader import load
from bot.domain import paper, timing
from bot.domain.lesson import Lesson, Level
from bot.settings import ROOT

SEEDS = range(40)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load(ROOT / "content").lessons["async"]


def test_a_paper_has_ten_questions_from_easy_to_hard(lesson: Lesson) -> None:
    assert sum(paper.COUNTS.values()) == paper.LENGTH == 10
    for seed in SEEDS:
        drawn = paper.draw(lesson, Random(seed))
        levels = [question.level for question in drawn]
        assert len({question.id for question in drawn}) == paper.LENGTH
        assert levels == sorted(levels, key=list(Level).index)
        assert Counter(levels) == paper.COUNTS
        made = Counter(question.level for question in drawn if timing.is_generated(question.id))
        assert all(made[level] >= paper.GENERATED[level] for level in Level)
        assert all(q.id in lesson.questions or timing.made_again(q.id) == q for q in drawn)


def test_no_two_papers_are_alike_and_the_same_chance_draws_the_same(lesson: Lesson) -> None:
    papers = [frozenset(question.id for question in paper.draw(lesson, Random(seed))) for seed in SEEDS]
    assert len(set(papers)) == len(papers)
    made = [id_ for ids in papers for id_ in ids if timing.is_generated(id_)]
    assert len(set(made)) == len(made)
    assert paper.draw(lesson, Random(3)) == paper.draw(lesson, Random(3))


def test_every_question_of_the_bank_is_drawn_some_day(lesson: Lesson) -> None:
    drawn = {question.id for seed in range(200) for question in paper.draw(lesson, Random(seed))}
    assert drawn >= lesson.questions.keys()


def test_a_small_bank_is_made_up_for(lesson: Lesson) -> None:
    first = {question.level: question for question in lesson.questions.values()}
    small = replace(lesson, questions={question.id: question for question in first.values()})
    assert Counter(question.level for question in paper.draw(small, Random(1))) == paper.COUNTS
    none = paper.draw(replace(lesson, questions={}), Random(1))
    assert (len(none), all(timing.is_generated(question.id) for question in none)) == (10, True)


def test_without_node_what_is_made_is_about_python(lesson: Lesson) -> None:
    for seed in range(10):
        made = [q for q in paper.draw(lesson, Random(seed), has_node=False) if timing.is_generated(q.id)]
        assert {question.code.language for question in made if question.code} == {"py"}


def test_what_is_gone_is_replaced_by_its_level(lesson: Lesson) -> None:
    drawn = paper.draw(lesson, Random(5))
    for lost in (1, 4, 10):
        instead = paper.instead(drawn[lost:], lost, Random(9))
        assert [question.level for question in instead] == [question.level for question in drawn[:lost]]
        assert all(timing.is_generated(question.id) for question in instead)
    assert paper.instead(drawn[1:], 1, Random(9)) == paper.instead(drawn[1:], 1, Random(9))


def test_what_is_answered_and_not_known_any_more_takes_a_place(lesson: Lesson) -> None:
    drawn = paper.draw(lesson, Random(5))
    assert len(paper.instead([None, *drawn[2:]], 1, Random(9))) == 1
