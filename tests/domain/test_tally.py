"""The sums of a teacher's figures are held against the same figures from all answers at once."""

from __future__ import annotations

from collections import defaultdict
from math import isclose, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tally import Result, Tally, tally_of

FIELDS = ("answers", "right", "hinted", "rated", "rated_right", "rest", "rest_squared", "rest_right")


def summed(item: str, runs: list[list[Tally]]) -> Tally:
    """What the store makes of the sums of many runs."""
    mine = [tally for run in runs for tally in run if tally.item_id == item]
    return Tally(item, **{name: sum(getattr(tally, name) for tally in mine) for name in FIELDS})


def pearson(pairs: list[tuple[float, float]]) -> float | None:
    """The correlation by its definition."""
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xx, yy = sum((x - mean_x) ** 2 for x, _ in pairs), sum((y - mean_y) ** 2 for _, y in pairs)
    if xx <= 1e-12 * n or yy <= 1e-12 * n:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sqrt(xx * yy)


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=30))
def test_discrimination_is_the_correlation_with_the_rest_of_the_run(runs: list[list[bool]]) -> None:
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    tallies = []
    for run in runs:
        results = [Result(f"q{number}", "x", correct) for number, correct in enumerate(run)]
        tallies.append(tally_of(results, len(run)))
        for number, correct in enumerate(run):
            pairs[f"q{number}"].append((float(correct), (sum(run) - correct) / (len(run) - 1)))
    for item, found in pairs.items():
        told, expected = summed(item, tallies).discrimination, pearson(found)
        assert (told is None) == (expected is None)
        assert told is None or (expected is not None and isclose(told, expected, abs_tol=1e-9))


def test_a_question_that_tells_strong_from_weak_discriminates_and_one_by_chance_does_not() -> None:
    rng, runs = Random(5), []
    for _ in range(400):
        strong = rng.random() < 0.5
        good = [rng.random() < (0.9 if strong else 0.3) for _ in range(5)]
        runs.append(tally_of([Result(f"q{n}", "x", c) for n, c in enumerate([*good, rng.random() < 0.5])], 6))
    assert (summed("q0", runs).discrimination or 0) > 0.4
    assert abs(summed("q5", runs).discrimination or 0) < 0.15


def test_difficulty_is_the_share_of_right_answers_and_hints_are_counted() -> None:
    runs = [tally_of([Result("q", "a", n < 3, hinted=n == 0), Result("r", "a", correct=True)], 2) for n in range(4)]
    assert (summed("q", runs).difficulty, summed("q", runs).hinted) == (0.75, 1)
    assert Tally("q").difficulty is None


def test_a_question_left_open_counts_in_the_rest_of_the_others() -> None:
    (one,) = tally_of([Result("q", "a", correct=True)], 3)
    assert (one.rated, one.rest) == (1, 0.0)


@pytest.mark.parametrize("right", [True, False])
def test_a_question_alone_rates_nothing(right: bool) -> None:
    (one,) = tally_of([Result("q", "a", correct=right)], 1)
    assert (one.answers, one.right, one.rated, one.discrimination) == (1, int(right), 0, None)


def test_a_generated_question_counts_under_its_kind() -> None:
    (one,) = tally_of([Result("g.hard.order.k3j9x2.1a2b3c4d", "o1", correct=False)], 1)
    assert one.item_id == "g.hard.order"
