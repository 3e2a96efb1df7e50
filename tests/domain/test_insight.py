"""How a question does, by the sums of its answers."""

from __future__ import annotations

import pytest

from bot.domain.insight import Item, Mark, worst_first
from bot.domain.lesson import Level
from bot.domain.tally import Tally


def tally(right: int, answers: int, *, strong: float = 0.5, weak: float = 0.5, rated: bool = True) -> Tally:
    """Those who were right had `strong` of the others right, those who were wrong had `weak`; each gave or took 0.1."""
    wrong = answers - right
    if not rated:
        return Tally("q", answers, right)
    rest = right * strong + wrong * weak
    squared = right * (strong**2 + 0.01) + wrong * (weak**2 + 0.01)
    return Tally("q", answers, right, 0, answers, right, rest, squared, right * strong)


def item(found: Tally, number: int = 1, options: int = 4) -> Item:
    return Item(number, "A question", Level.EASY, found, options)


@pytest.mark.parametrize(
    ("found", "mark"),
    [
        pytest.param(Tally("q"), Mark.NO_ANSWERS, id="none"),
        pytest.param(tally(0, 9), Mark.TOO_FEW, id="nine answers tell nothing, even if all are wrong"),
        pytest.param(tally(0, 10), Mark.NOBODY, id="ten do"),
        pytest.param(tally(10, 40, strong=0.9), Mark.NOBODY, id="a quarter is what guessing gets"),
        pytest.param(tally(11, 40, strong=0.9), Mark.WORKS, id="more than that is knowledge"),
        pytest.param(tally(38, 40, strong=0.9), Mark.EVERYBODY, id="nineteen of twenty"),
        pytest.param(tally(37, 40, strong=0.9), Mark.WORKS, id="fewer than that"),
        pytest.param(tally(10, 10), Mark.EVERYBODY, id="all of ten"),
        pytest.param(tally(10, 20), Mark.BLUNT, id="strong and weak get it alike"),
        pytest.param(tally(10, 19), Mark.WORKS, id="with nineteen answers that is not said"),
        pytest.param(tally(10, 20, strong=0.4, weak=0.6), Mark.MISLEADING, id="the weak get it, the strong do not"),
        pytest.param(tally(2, 20, strong=0.4, weak=0.6), Mark.MISLEADING, id="that is worse than being too hard"),
        pytest.param(tally(20, 40, rated=False), Mark.WORKS, id="questions of the day rate nothing"),
    ],
)
def test_how_a_question_does(found: Tally, mark: Mark) -> None:
    assert item(found).mark is mark


def test_what_guessing_gets_depends_on_how_many_options_there_are() -> None:
    assert [item(tally(12, 40, strong=0.9), options=options).mark for options in (3, 4)] == [Mark.NOBODY, Mark.WORKS]


def test_the_worst_comes_first_and_of_those_alike_the_hardest() -> None:
    found = [Tally("q"), tally(8, 9), tally(1, 9), tally(15, 20, strong=0.9), tally(20, 20), tally(2, 20, strong=0.9)]
    items = [item(sums, number) for number, sums in enumerate(found)]
    assert [each.number for each in worst_first(items)] == [5, 4, 3, 2, 1, 0]
