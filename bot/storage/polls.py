"""Questions asked of a channel, and what members answer: one answer each, which may change until it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.poll import ClosedError, Distribution, Poll, PollAnswer
from bot.domain.recall import RECALL, Scheduler
from bot.domain.round import Phase
from bot.domain.tally import Result
from bot.storage import tables
from bot.storage.learning import Learned, Taken, count, learn
from bot.storage.store import Store

_poll, _answer, _round = tables.polls.c, tables.poll_answers.c, tables.rounds.c

_THIS = _poll.id == bindparam("poll_id")
_OPEN = (
    select(_poll.closed_at, _round.phase, _round.phase_ends_at)
    .outerjoin_from(tables.polls, tables.rounds, _poll.round_id == _round.id)
    .where(_THIS)
)
_MINE = and_(_answer.poll_id == bindparam("of_poll"), _answer.member_id == bindparam("of_member"))
_CHANGE = update(tables.poll_answers).where(_MINE)
_HOW_MANY = select(func.count()).select_from(tables.poll_answers).where(_answer.poll_id == bindparam("poll_id"))


class Polls:
    """The stored polls."""

    def __init__(self, store: Store, schedule: Scheduler) -> None:
        self._store, self._schedule = store, schedule

    async def add(self, poll: Poll) -> bool:
        """Store a poll that is about to be posted; False if that day, or that place in its round, has one already."""
        return await self._store.write(lambda connection: add_poll(connection, poll))

    async def posted(self, poll_id: str, message_id: int) -> None:
        """Remember which message shows it."""
        query = update(tables.polls).where(_poll.id == poll_id).values(message_id=message_id)

        def work(connection: Connection) -> None:
            connection.execute(query)

        await self._store.write(work)

    async def get(self, poll_id: str) -> Poll | None:
        """The poll of that id."""
        query = select(tables.polls).where(_THIS)
        row = await self._store.read(lambda connection: connection.execute(query, {"poll_id": poll_id}).first())
        return None if row is None else poll_of(row)

    async def answer(self, poll_id: str, answer: PollAnswer) -> int:
        """Store a member's answer, or change it. When this returns, it is on disk.

        Returns:
            How many members have answered.

        Raises:
            ClosedError: it takes no more answers, or is not there any more.
        """
        this = {"poll_id": poll_id}
        values = {"option_id": answer.option_id, "correct": answer.correct, "answered_at": answer.at}

        def work(connection: Connection) -> int:
            row = connection.execute(_OPEN, this).first()
            if row is None or row.closed_at is not None or _time_was_up(row.phase, row.phase_ends_at, answer.at):
                raise ClosedError("Time was up for this question, so this answer came too late.")
            key = {"poll_id": poll_id, "member_id": answer.member_id}
            mine = {"of_poll": poll_id, "of_member": answer.member_id}
            if connection.execute(_CHANGE.values(values), mine).rowcount == 0:
                connection.execute(insert(tables.poll_answers), key | values)
            return connection.scalar(_HOW_MANY, this) or 0

        return await self._store.write(work)

    async def close(self, poll_id: str, at: datetime) -> None:
        """Take no more answers. What was answered is learned, and, unless a round will do so at its end, counted."""
        await self._store.write(lambda connection: close_poll(connection, self._schedule, poll_id, at))

    async def answers(self, poll_id: str) -> Sequence[PollAnswer]:
        """What members have answered, the earliest first."""
        return await self._store.read(lambda connection: answers_in(connection, poll_id))

    async def count(self, poll_id: str) -> int:
        """How many members have answered."""
        return await self._store.read(lambda connection: connection.scalar(_HOW_MANY, {"poll_id": poll_id})) or 0

    async def distribution(self, poll: Poll) -> Distribution:
        """How many chose each option."""
        chosen = Counter(answer.option_id for answer in await self.answers(poll.id))
        return Distribution({option_id: chosen[option_id] for option_id in poll.option_ids})


def add_poll(connection: Connection, poll: Poll) -> bool:
    """Store a poll in a transaction of the caller; False if its day, or its place in its round, is taken."""
    same_day = and_(_poll.guild_id == poll.guild_id, _poll.day == poll.day)
    same_place = and_(_poll.round_id == poll.round_id, _poll.number == poll.number)
    taken = select(_poll.id).where(same_day if poll.round_id is None else same_place)
    if (poll.round_id or poll.day) and connection.execute(taken).first():
        return False
    connection.execute(insert(tables.polls), _row(poll))
    return True


def close_poll(connection: Connection, schedule: Scheduler, poll_id: str, at: datetime) -> None:
    """Close a poll in a transaction of the caller, as `Polls.close` does."""
    row = connection.execute(select(tables.polls).where(_THIS), {"poll_id": poll_id}).first()
    if row is None or row.closed_at is not None:
        return
    connection.execute(update(tables.polls).where(_THIS).values(closed_at=at), {"poll_id": poll_id})
    poll = poll_of(row)
    answers = answers_in(connection, poll_id)
    lesson_id, question_id = poll.lesson_id, poll.question_id
    learn(
        connection,
        schedule,
        [Learned(one.member_id, lesson_id, question_id, RECALL[one.correct, False], at) for one in answers],
    )
    if poll.round_id is None:
        results = ([Result(question_id, one.option_id, one.correct)] for one in answers)
        count(connection, [Taken(poll.guild_id, lesson_id, result, asked=1) for result in results])


def answers_in(connection: Connection, poll_id: str) -> Sequence[PollAnswer]:
    """The answers to a poll, the earliest first."""
    query = select(tables.poll_answers).where(_answer.poll_id == poll_id)
    rows = connection.execute(query.order_by(_answer.answered_at, _answer.member_id))
    return [PollAnswer(row.member_id, row.option_id, correct=row.correct, at=row.answered_at) for row in rows]


def _time_was_up(phase: str | None, phase_ends_at: datetime | None, at: datetime) -> bool:
    """Whether the question of a round was over before that moment, though nobody has closed it yet."""
    return phase == Phase.ASKING and phase_ends_at is not None and phase_ends_at <= at


def poll_of(row: Row[Any]) -> Poll:
    """The poll of a row."""
    return Poll(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        lesson_id=row.lesson_id,
        question_id=row.question_id,
        option_ids=tuple(row.option_ids),
        opened_at=row.opened_at,
        round_id=row.round_id,
        number=row.number,
        day=row.day,
        message_id=row.message_id,
        closed_at=row.closed_at,
    )


def _row(poll: Poll) -> dict[str, Any]:
    names = ("id", "guild_id", "channel_id", "lesson_id", "question_id", "opened_at", "round_id", "number", "day")
    rest = {"option_ids": list(poll.option_ids), "message_id": poll.message_id, "closed_at": poll.closed_at}
    return {name: getattr(poll, name) for name in names} | rest
