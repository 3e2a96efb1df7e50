"""How many members have how many points. From that follow ranks, pages, and where in the order a page begins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from msgspec import Struct


class Window(Struct, frozen=True):
    """Where the rows of a page are found: among those with `points`, `skip` of them from the top or the bottom."""

    points: int
    skip: int
    upwards: bool
    """Whether they are counted, and read, from the last of those with `points` towards better ones."""


class Ladder:
    """The counts of a board. There are as many as there are different points, however many members there are."""

    def __init__(self, counts: Iterable[tuple[int, int]]) -> None:
        """Take points, each with the number of members who have them, in any order."""
        self._below: list[int] = []  # the points negated, so that they ascend: the best first
        self._until: list[int] = []  # how many members have as many points or more
        self.total = 0
        for points, members in sorted(counts, reverse=True):
            self.total += members
            self._below.append(-points)
            self._until.append(self.total)

    def rank(self, points: int) -> int:
        """The rank of whoever has so many points, on the board or not: one more than have better ones."""
        better = bisect_left(self._below, -points)
        return 1 + (self._until[better - 1] if better else 0)

    def window(self, first: int, size: int) -> Window | None:
        """Where the `size` members after the first `first` are found, by the shorter way; None if there are none."""
        last = min(first + size, self.total) - 1
        if not 0 <= first <= last:
            return None
        top, bottom = bisect_right(self._until, first), bisect_right(self._until, last)
        from_top = first - (self._until[top - 1] if top else 0)
        from_bottom = self._until[bottom] - 1 - last
        if from_top <= from_bottom:
            return Window(-self._below[top], from_top, upwards=False)
        return Window(-self._below[bottom], from_bottom, upwards=True)
