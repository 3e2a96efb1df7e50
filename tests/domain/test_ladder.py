"""Ranks and pages from counts are held against the same from the members themselves."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ladder import Ladder, Window

POINTS = st.lists(st.integers(0, 9), max_size=60)


def ladder(points: list[int]) -> Ladder:
    return Ladder(Counter(points).items())


@given(POINTS, st.integers(-1, 10))
def test_a_rank_is_one_more_than_have_more_points(points: list[int], mine: int) -> None:
    assert ladder(points).rank(mine) == 1 + sum(other > mine for other in points)


@given(POINTS, st.integers(0, 70), st.integers(1, 12))
def test_a_window_leads_to_the_members_of_a_page(points: list[int], first: int, size: int) -> None:
    board = [(number, have) for number, have in enumerate(sorted(points, reverse=True))]
    page, found = board[first : first + size], ladder(points).window(first, size)
    if found is None:
        assert page == []
        return
    if found.upwards:
        reached = [each for each in reversed(board) if each[1] >= found.points]
    else:
        reached = [each for each in board if each[1] <= found.points]
    read = reached[found.skip : found.skip + len(page)]
    assert sorted(read) == page
    most = max(Counter(points).values())
    assert found.skip <= most // 2 + size


def test_of_many_with_the_same_points_the_last_are_reached_from_below() -> None:
    everybody = Ladder([(3, 1_000_000)])
    assert everybody.window(0, 10) == Window(3, 0, upwards=False)
    assert everybody.window(999_990, 10) == Window(3, 0, upwards=True)
    assert everybody.window(1_000_000, 10) is None


def test_nobody_ranks_on_an_empty_board() -> None:
    assert (Ladder([]).total, Ladder([]).rank(0), Ladder([]).window(0, 10)) == (0, 1, None)
