"""Which question is asked on which day, and when a day goes without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.daily import GENERATED_EVERY, LATE, Asked, in_time, next_of_bank

BANK = [("async", f"q{number}") for number in range(7)]
NEW = ("async", "new")
MADE = ("async", "g.hard.order.1.00000000")

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 28, 8, tzinfo=UTC)
"""9:00 in Berlin, on the day before summer time."""


def course(bank: list[Asked], days: int, rng: Random, asked: list[Asked] | None = None) -> list[Asked]:
    """What is asked on so many days, after what was asked before."""
    whole = list(asked or [])
    for _ in range(days):
        whole.append(next_of_bank(bank, whole, rng) or MADE)
    return whole


@given(st.integers(0, 2**32))
def test_none_comes_again_before_all_were_asked_nor_on_two_days_on_end(seed: int) -> None:
    of_bank = [one for one in course(BANK, 60, Random(seed)) if one != MADE]
    for start in range(0, len(of_bank) - len(BANK) + 1, len(BANK)):
        assert set(of_bank[start : start + len(BANK)]) == set(BANK)
    assert all(one != after for one, after in pairwise(of_bank))


def test_every_third_day_has_a_generated_question() -> None:
    assert [one == MADE for one in course(BANK, 9, Random(1))] == [False, False, True] * 3
    assert GENERATED_EVERY == 3


def test_the_same_chance_leads_to_the_same_questions_and_another_to_others() -> None:
    assert course(BANK, 20, Random(5)) == course(BANK, 20, Random(5))
    assert course(BANK, 20, Random(5)) != course(BANK, 20, Random(6))


def test_a_question_that_is_new_in_the_lesson_is_asked_once_not_until_it_has_caught_up() -> None:
    before = course(BANK, 60, Random(3))
    after = course([*BANK, NEW], 12, Random(3), before)[len(before) :]
    of_bank = [one for one in after if one != MADE]
    left = set(BANK) - {one for one in before if one != MADE and before.count(one) > 5}
    assert set(of_bank[: len(left) + 1]) == {*left, NEW}
    assert of_bank.count(NEW) <= 2


def test_a_lesson_of_one_question_or_of_none_asks_what_it_has() -> None:
    assert course(BANK[:1], 3, Random(1)) == [BANK[0], BANK[0], MADE]
    assert course([], 2, Random(1)) == [MADE, MADE]


@pytest.mark.parametrize(
    ("late", "asked"),
    [
        (timedelta(0), NINE),
        (LATE, NINE),
        (LATE + timedelta(minutes=1), None),
        (timedelta(hours=22, minutes=59), None),
        (timedelta(hours=23), NINE + timedelta(hours=23)),  # the clocks leap
        (timedelta(hours=25), NINE + timedelta(hours=23)),
        (timedelta(days=30, hours=12), None),
    ],
)
def test_a_day_is_asked_for_only_as_long_as_it_is_not_late(late: timedelta, asked: datetime | None) -> None:
    assert in_time(NINE, 9 * 60, BERLIN, NINE + late) == asked
