"""Generated questions: made again from their ids, and a fresh one of each kind."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bot.domain import timing
from bot.domain.lesson import Level, PartId
from bot.domain.predict import Ask


def test_every_kind_is_made_and_made_again_from_its_id() -> None:
    rng = Random(11)
    assert len(timing.items()) == len(Level) * len(Ask)
    for item in timing.items():
        for _ in range(25):
            made = timing.fresh(item, rng)
            assert made is not None
            assert timing.made_again(made.id) == made
            assert timing.item_of(made.id) == item
            assert (made.level, len(made.id) <= 32) == (timing.level_of(item), True)
            assert (made.part, made.title) == (PartId.MOMENTS, timing.TITLES[Ask(item.split(".")[2])])
            assert made.answer.text in made.solution[0]
            assert all(option.mistake and option.misconception for option in made.options if option != made.answer)
            assert len({option.text for option in made.options}) == len(made.options) == 4


def test_an_id_of_a_version_that_made_another_question_is_gone() -> None:
    made = timing.fresh("g.hard.order", Random(4))
    assert made is not None
    front, _, mark = made.id.rpartition(".")
    other = f"{front}.{int(mark, 16) ^ 1:08x}"
    assert timing.made_again(other) is None
    _, level, ask, seed, _ = made.id.split(".")
    wrong_ask = Ask.TOTAL if ask == Ask.ORDER else Ask.ORDER
    assert timing.made_again(f"g.{level}.{wrong_ask.value}.{seed}.{mark}") is None
    assert timing.made_again(f"g.odd.{ask}.{seed}.{mark}") is None


@pytest.mark.parametrize(
    "question_id", ["", "p1-difference", "g.", "g.hard.order", "g.hard.order.1", "g.hard.order.1.zzzzzzzz"]
)
def test_what_is_no_id_makes_nothing(question_id: str) -> None:
    assert timing.made_again(question_id) is None
    assert timing.item_of(question_id) == question_id


@pytest.mark.parametrize(
    "item", ["", "g.hard", "g.odd.order", "g.hard.colour", "p1-difference", "g.hard.order.1.00000000"]
)
def test_a_kind_of_another_version_makes_nothing(item: str) -> None:
    assert timing.fresh(item, Random(1)) is None


def test_without_node_only_python_is_asked_about() -> None:
    def languages(*, has_node: bool) -> Counter[str]:
        rng = Random(2)
        made = [timing.fresh(item, rng, has_node=has_node) for item in timing.items() for _ in range(8)]
        return Counter(question.code.language for question in made if question and question.code)

    assert set(languages(has_node=False)) == {"py"}
    assert set(languages(has_node=True)) == {"py", "js"}


def test_kinds_have_titles_and_choices_are_counted_by_the_idea_behind_them() -> None:
    assert timing.title_of("g.hard.order") == "Predict the order (hard)"
    assert timing.title_of("g.hard.colour") == "A question of another version"
    made = timing.fresh("g.easy.total", Random(3))
    assert made is not None
    wrong = next(option for option in made.options if option.misconception)
    assert wrong.misconception is not None
    assert timing.choice_of(made.id, wrong.id) == wrong.misconception.id
    assert timing.choice_of(made.id, made.answer.id) == made.answer.id
    assert timing.choice_of("p1-difference", "swapped") == "swapped"
