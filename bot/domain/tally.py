"""What answers add to the sums that a teacher sees. Sums alone are kept, so that they stay when a person is forgotten.

Discrimination is the point-biserial correlation of an item with the rest of its run: the share of the other questions
that were right. Its sums are those of Lord and Novick, Statistical Theories of Mental Test Scores (1968), 15.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

from bot.domain.timing import choice_of, item_of


class Result(Struct, frozen=True):
    """One answered question of a run."""

    question_id: str
    option_id: str
    correct: bool
    hinted: bool = False

    @property
    def item_id(self) -> str:
        """What it is counted under: the question, or the kind of a generated one."""
        return item_of(self.question_id)

    @property
    def choice_id(self) -> str:
        """What its option is counted as."""
        return choice_of(self.question_id, self.option_id)


class Tally(Struct, frozen=True):
    """The sums of an item, or what one run adds to them. `rest` sums the shares of the others that were right."""

    item_id: str
    answers: int = 0
    right: int = 0
    hinted: int = 0
    rated: int = 0
    rated_right: int = 0
    rest: float = 0.0
    rest_squared: float = 0.0
    rest_right: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """The sums of two runs together."""
        return Tally(
            self.item_id,
            self.answers + other.answers,
            self.right + other.right,
            self.hinted + other.hinted,
            self.rated + other.rated,
            self.rated_right + other.rated_right,
            self.rest + other.rest,
            self.rest_squared + other.rest_squared,
            self.rest_right + other.rest_right,
        )

    @property
    def difficulty(self) -> float | None:
        """The share of right answers, from 0 to 1 (the field calls it the item's difficulty, though 1 is easy)."""
        return self.right / self.answers if self.answers else None

    @property
    def discrimination(self) -> float | None:
        """The point-biserial correlation with the rest, from -1 to 1; None where there is nothing to tell apart."""
        n, ones = self.rated, self.rated_right
        if n < 2 or ones in (0, n):
            return None
        variance = self.rest_squared / n - (self.rest / n) ** 2
        if variance <= 1e-12:
            return None
        share = ones / n
        apart = self.rest_right / ones - (self.rest - self.rest_right) / (n - ones)
        return max(-1.0, min(1.0, apart / sqrt(variance) * sqrt(share * (1 - share))))


def tally_of(results: Sequence[Result], asked: int) -> list[Tally]:
    """What the answers of one member to one run of `asked` questions add; a run of one question rates nothing."""
    score, found = sum(result.correct for result in results), list[Tally]()
    for result in results:
        one = int(result.correct)
        if asked < 2:
            found.append(Tally(result.item_id, 1, one, int(result.hinted)))
            continue
        rest = (score - one) / (asked - 1)
        rated = (1, one, rest, rest * rest, rest * one)
        found.append(Tally(result.item_id, 1, one, int(result.hinted), *rated))
    return found
