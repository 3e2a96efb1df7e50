"""The result card of a finished test."""

from __future__ import annotations

from bot.services.demos import Picture
from bot.services.tests import Outcome


def drawn(outcome: Outcome) -> Picture:
    """The card. It takes some 50 ms: call it in a thread."""
    from bot.pictures import card  # noqa: PLC0415 - Pillow is slow to import, and the bot starts without it

    attempt = outcome.attempt
    shown = card.Card(
        title=outcome.lesson.title,
        right=tuple(_right(outcome, index) for index in range(len(attempt.layout))),
        levels=outcome.strength.levels,
        passed=attempt.passed if attempt.pass_mark is not None else None,
        pass_mark=attempt.pass_mark,
        first=attempt.first,
    )
    return Picture(card.draw(shown), card.describe(shown))


def _right(outcome: Outcome, index: int) -> bool | None:
    answer = outcome.attempt.answers.get(outcome.attempt.layout[index].question_id)
    return None if answer is None else answer.correct
