"""FSRS at work: from a grade to the day on which something is about to be forgotten.

There are no steps of minutes: what was answered is due in days, a wrong answer tomorrow. Nothing is left to chance, so
the same answers lead to the same days.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

from bot.domain.recall import Memory, Recall

_RATINGS = {Recall.FORGOTTEN: Rating.Again, Recall.WITH_HELP: Rating.Hard, Recall.REMEMBERED: Rating.Good}

_scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def remember(state: str | None, recall: Recall, at: datetime) -> Memory:
    """What is remembered after an answer at `at`; `state` is FSRS's own of the last time, None for something new."""
    if state is None:
        return _first(recall, at)
    card = Card.from_json(state)
    last = card.last_review
    if last is not None and at < last:  # another machine's clock may be behind
        at = last
    card, _ = _scheduler.review_card(card, _RATINGS[recall], at)
    return Memory(json.dumps(card.to_dict()), card.due)


def _begun(recall: Recall) -> tuple[str, timedelta]:
    """FSRS's state of what was answered for the first time, up to its moments; and after how long it is due."""
    card, _ = _scheduler.review_card(Card(card_id=1, due=_SOME_DAY), _RATINGS[recall], _SOME_DAY)
    timeless = {name: value for name, value in card.to_dict().items() if name not in ("due", "last_review")}
    return json.dumps(timeless).removesuffix("}"), card.due - _SOME_DAY


_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_BEGUN = {recall: _begun(recall) for recall in Recall}


def _first(recall: Recall, at: datetime) -> Memory:
    """What FSRS makes of something new, which depends on the grade alone; most answers are such."""
    state, after = _BEGUN[recall]
    due = at + after
    return Memory(f'{state}, "due": "{due.isoformat()}", "last_review": "{at.isoformat()}"}}', due)
