"""FSRS at work: from a grade to the day on which something is about to be forgotten.

There are no steps of minutes: what was answered is due in days, a wrong answer tomorrow. Nothing is left to chance, so
the same answers lead to the same days.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.recall import Memory, Recall

if TYPE_CHECKING:
    from collections.abc import Callable

    from fsrs import Card

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def remember(state: str | None, recall: Recall, at: datetime) -> Memory:
    """What is remembered after an answer at `at`; `state` is FSRS's own of the last time, None for something new."""
    if state is None:
        return _first(recall, at)
    card = _fsrs()(state, recall, at)
    return Memory(json.dumps(card.to_dict()), card.due)


def _first(recall: Recall, at: datetime) -> Memory:
    """What FSRS makes of something new, which depends on the grade alone; most answers are such."""
    state, after = _begun(recall)
    due = at + after
    return Memory(f'{state}, "due": "{due.isoformat()}", "last_review": "{at.isoformat()}"}}', due)


@cache
def _begun(recall: Recall) -> tuple[str, timedelta]:
    """FSRS's state of what was answered for the first time, up to its moments; and after how long it is due."""
    card = _fsrs()(None, recall, _SOME_DAY)
    timeless = {name: value for name, value in card.to_dict().items() if name not in ("due", "last_review")}
    return json.dumps(timeless).removesuffix("}"), card.due - _SOME_DAY


@cache
def _fsrs() -> Callable[[str | None, Recall, datetime], Card]:
    """FSRS, imported for the first answer: the start does without, which is 30 ms sooner done."""
    from fsrs import Card, Rating, Scheduler  # noqa: PLC0415 - see above

    ratings = {Recall.FORGOTTEN: Rating.Again, Recall.WITH_HELP: Rating.Hard, Recall.REMEMBERED: Rating.Good}
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)

    def reviewed(state: str | None, recall: Recall, at: datetime) -> Card:
        card = Card(card_id=1, due=at) if state is None else Card.from_json(state)
        last = card.last_review
        if last is not None and at < last:  # another machine's clock may be behind
            at = last
        card, _ = scheduler.review_card(card, ratings[recall], at)
        return card

    return reviewed
