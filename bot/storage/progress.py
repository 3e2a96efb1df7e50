"""What a member's progress is told from, beside their attempts: answers to questions of a channel, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.storage import tables
from bot.storage.store import Store

_card, _poll, _answer = tables.cards.c, tables.polls.c, tables.poll_answers.c


class Polled(Struct, frozen=True):
    """A member's answer to a question asked of a channel; whether it is right is told once that one is closed."""

    lesson_id: str
    question_id: str
    correct: bool
    at: datetime
    closed: bool


class ProgressStore:
    """The stored progress of members."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, member_id: int, now: datetime) -> tuple[Sequence[Polled], int]:
        """A member's answers to questions asked of channels, and how many questions are due for review."""
        columns = (_poll.lesson_id, _poll.question_id, _answer.correct, _answer.answered_at, _poll.closed_at)
        answers = tables.poll_answers.join(tables.polls)
        polled = select(*columns).select_from(answers).where(_answer.member_id == member_id)
        due = select(func.count()).select_from(tables.cards).where(_card.member_id == member_id, _card.due_at <= now)

        def work(connection: Connection) -> tuple[Sequence[Polled], int]:
            rows = connection.execute(polled)
            found = [Polled(*row[:4], closed=row.closed_at is not None) for row in rows]
            return found, connection.scalar(due) or 0

        return await self._store.read(work)
