"""What the sums of answers tell a teacher of a question: whether it works, and if not, in which way.

The bounds are those that item analysis goes by: at the share that guessing alone gets right, nobody knows the answer;
with nearly all right, or a discrimination near nothing, a question tells nothing apart; below nothing, those who do
well elsewhere get it wrong, which mostly means a wrong key or an ambiguous wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from bot.domain.lesson import Level
from bot.domain.tally import Tally

FEWEST = 10
"""With fewer answers, nothing is said of a question."""

FEWEST_RATED = 20
"""With fewer answers given among others, nothing is said of how it tells members apart."""

EVERYBODY = 0.95
"""The share of right answers from which on a question is known to everybody."""

SHARP = 0.1
"""The discrimination below which a question tells hardly anything apart."""


class Mark(StrEnum):
    """How a question does, worst first."""

    MISLEADING = "misleading"
    NOBODY = "nobody"
    BLUNT = "blunt"
    EVERYBODY = "everybody"
    WORKS = "works"
    TOO_FEW = "too few"
    NO_ANSWERS = "no answers"


TO_MEND = frozenset({Mark.MISLEADING, Mark.NOBODY, Mark.BLUNT, Mark.EVERYBODY})


class Wrong(Struct, frozen=True):
    """The wrong option that was chosen most: what it says, the wrong idea behind it, and how often it was chosen.

    Generated questions share ideas and no options: of those, only the idea is known.
    """

    option: str | None
    idea: str
    times: int


class Item(Struct, frozen=True):
    """A question of the bank, or a kind of generated questions, with the sums of its answers."""

    number: int
    """Its place in the lesson, from 1: what a chart and a text call it by."""
    title: str
    level: Level
    tally: Tally
    options: int = 4
    """How many answers are offered."""
    wrong: Wrong | None = None

    @property
    def mark(self) -> Mark:
        """How it does, as far as its answers tell."""
        share, apart = self.tally.difficulty, self.tally.discrimination
        if share is None:
            return Mark.NO_ANSWERS
        if self.tally.answers < FEWEST:
            return Mark.TOO_FEW
        rated = apart if self.tally.rated >= FEWEST_RATED else None
        if rated is not None and rated < 0:
            return Mark.MISLEADING
        if share <= 1 / self.options:
            return Mark.NOBODY
        if share >= EVERYBODY:
            return Mark.EVERYBODY
        return Mark.BLUNT if rated is not None and rated < SHARP else Mark.WORKS


def worst_first(items: Iterable[Item]) -> Sequence[Item]:
    """By how they do; of those that do alike, the hardest first."""
    marks = list(Mark)
    return sorted(items, key=lambda item: (marks.index(item.mark), item.tally.difficulty or 0.0, item.number))
