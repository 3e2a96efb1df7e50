"""FSRS at work: from a grade to the day on which something is about to be forgotten.

There are no steps of minutes: what was answered is due in days, a wrong answer tomorrow. Nothing is left to chance, so
the same answers lead to the same days.
"""

from __future__ import annotations

import json
from datetime import datetime

from fsrs import Card, Rating, Scheduler

from bot.domain.recall import Memory, Recall

_RATINGS = {Recall.FORGOTTEN: Rating.Again, Recall.WITH_HELP: Rating.Hard, Recall.REMEMBERED: Rating.Good}

_scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def remember(state: str | None, recall: Recall, at: datetime) -> Memory:
    """What is remembered after an answer at `at`; `state` is FSRS's own of the last time, None for something new."""
    card = Card(card_id=1, due=at) if state is None else Card.from_json(state)
    last = card.last_review
    if last is not None and at < last:  # another machine's clock may be behind
        at = last
    card, _ = _scheduler.review_card(card, _RATINGS[recall], at)
    return Memory(json.dumps(card.to_dict()), card.due)
