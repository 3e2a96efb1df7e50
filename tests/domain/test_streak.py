"""Days in a row: what counts, and what breaks them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streak import Streak, streak

TODAY = date(2026, 3, 1)


def days_ago(*numbers: int) -> set[date]:
    return {TODAY - timedelta(days=number) for number in numbers}


@pytest.mark.parametrize(
    ("played", "found"),
    [
        pytest.param((), Streak(0, today=False), id="never"),
        pytest.param((0,), Streak(1, today=True), id="today for the first time"),
        pytest.param((1,), Streak(1, today=False), id="a day that has only begun breaks nothing"),
        pytest.param((0, 1, 2), Streak(3, today=True), id="three days, over the end of a month"),
        pytest.param((1, 2, 3), Streak(3, today=False), id="three days up to yesterday"),
        pytest.param((2, 3, 4), Streak(0, today=False), id="a whole day without an answer ends it"),
        pytest.param((0, 2, 3), Streak(1, today=True), id="after a gap it begins anew"),
        pytest.param((-1, 0, 1), Streak(2, today=True), id="a day to come does not count"),
        pytest.param((-1,), Streak(0, today=False), id="nor does it begin one"),
    ],
)
def test_days_in_a_row(played: tuple[int, ...], found: Streak) -> None:
    assert streak(days_ago(*played), TODAY) == found


@given(st.sets(st.integers(0, 40)))
def test_it_is_never_longer_than_the_days_played_and_ends_at_a_day_without(numbers: set[int]) -> None:
    found = streak(days_ago(*numbers), TODAY)
    start = 0 if found.today else 1
    assert found.today == (0 in numbers)
    assert set(range(start, start + found.days)) <= numbers
    assert start + found.days not in numbers
