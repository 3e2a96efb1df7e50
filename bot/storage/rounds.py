"""Rounds: begun, moved on, ended; each step with what it does to questions, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.attempt import Asked
from bot.domain.errors import MemberError
from bot.domain.poll import Poll
from bot.domain.recall import Scheduler
from bot.domain.round import Phase, Round
from bot.domain.tally import Result
from bot.storage import tables
from bot.storage.learning import count
from bot.storage.polls import add_poll, answers_in, close_poll, poll_of
from bot.storage.store import Store

_round, _poll = tables.rounds.c, tables.polls.c

_THIS = _round.id == bindparam("round_id")
_OPEN = _round.ended_at.is_(None)
_OF_ROUND = _poll.round_id.is_not(None)
_UNPOSTED = and_(_OF_ROUND, _poll.message_id.is_(None), _poll.closed_at.is_(None))
_UNEXPLAINED = and_(_OF_ROUND, _poll.closed_at.is_not(None), _poll.explained_at.is_(None))
_UNTOLD = and_(_round.ended_at.is_not(None), _round.told_at.is_(None))


class RoundRunningError(MemberError):
    """The channel has a round already."""


class Rounds:
    """The stored rounds."""

    def __init__(self, store: Store, schedule: Scheduler) -> None:
        self._store, self._schedule = store, schedule

    async def begin(self, new: Round, poll: Poll) -> None:
        """Store a new round and its first question.

        Raises:
            RoundRunningError: the channel has one already.
        """
        there = select(_round.host_id).where(_round.channel_id == new.channel_id, _OPEN)

        def work(connection: Connection) -> None:
            if (row := connection.execute(there).first()) is not None:
                host = "somebody" if row.host_id is None else f"<@{row.host_id}>"
                raise RoundRunningError(f"There is a round of {host} in this channel. `/round stop` ends it.")
            connection.execute(insert(tables.rounds), _values(new))
            add_poll(connection, poll)

        await self._store.write(work)

    async def get(self, round_id: str) -> Round | None:
        """The round of that id."""
        query = select(tables.rounds).where(_THIS)
        row = await self._store.read(lambda connection: connection.execute(query, {"round_id": round_id}).first())
        return None if row is None else _of(row)

    async def open_in(self, channel_id: int) -> Round | None:
        """The round that is played in a channel."""
        query = select(tables.rounds).where(_round.channel_id == channel_id, _OPEN)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return None if row is None else _of(row)

    async def step(self, before: Round, after: Round, poll: Poll | None, at: datetime) -> bool:
        """Store a move: a question that is no longer asked is closed, `poll` is asked, a round that ends is counted.

        Returns:
            Whether the round still stood as `before`; if not, nothing has changed.
        """

        def work(connection: Connection) -> bool:
            row = connection.execute(select(tables.rounds).where(_THIS), {"round_id": before.id}).first()
            if row is None or _of(row) != before:
                return False
            connection.execute(update(tables.rounds).where(_THIS).values(_values(after)), {"round_id": before.id})
            if before.phase.open and not after.phase.open:
                asked = and_(_poll.round_id == before.id, _poll.number == before.number)
                for poll_id in connection.scalars(select(_poll.id).where(asked)).all():
                    close_poll(connection, self._schedule, poll_id, at)
            if poll is not None:
                add_poll(connection, poll)
            if after.phase is Phase.OVER:
                _count(connection, after)
            return True

        return await self._store.write(work)

    async def next_at(self) -> datetime | None:
        """When the next phase of any round ends."""
        query = select(func.min(_round.phase_ends_at)).where(_OPEN)
        return await self._store.read(lambda connection: connection.scalar(query))

    async def due(self, now: datetime) -> Sequence[Round]:
        """The rounds whose phase is over."""
        query = select(tables.rounds).where(_OPEN, _round.phase_ends_at <= now)
        return [_of(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    async def unposted(self) -> Sequence[Poll]:
        """Questions that are asked, and of which no message is known."""
        return await self._polls(_UNPOSTED)

    async def unexplained(self) -> Sequence[Poll]:
        """Closed questions whose message does not show the solution yet."""
        return await self._polls(_UNEXPLAINED)

    async def untold(self) -> Sequence[Round]:
        """Rounds that are over, and whose end was not told yet."""
        query = select(tables.rounds).where(_UNTOLD)
        return [_of(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    async def explained(self, poll_id: str, at: datetime) -> None:
        """Remember that nothing is left to be done about a question."""
        query = update(tables.polls).where(_poll.id == poll_id).values(explained_at=at)

        def work(connection: Connection) -> None:
            connection.execute(query)

        await self._store.write(work)

    async def told(self, round_id: str, at: datetime) -> None:
        """Remember that nothing is left to be told of a round and its questions."""

        def work(connection: Connection) -> None:
            connection.execute(update(tables.rounds).where(_THIS).values(told_at=at), {"round_id": round_id})
            left = and_(_poll.round_id == round_id, _poll.explained_at.is_(None))
            connection.execute(update(tables.polls).where(left).values(explained_at=at))

        await self._store.write(work)

    async def poll_id(self, round_id: str, number: int) -> str | None:
        """The id of a question of a round."""
        query = select(_poll.id).where(_poll.round_id == round_id, _poll.number == number)
        return await self._store.read(lambda connection: connection.scalar(query))

    async def results(self, round_id: str, up_to: int) -> list[Mapping[int, bool]]:
        """Of each closed question up to that number, who was right."""
        return await self._store.read(
            lambda connection: [
                {member_id: result.correct for member_id, result in answers.items()}
                for number, answers in _closed(connection, round_id)
                if number <= up_to
            ]
        )

    async def _polls(self, which: Any) -> Sequence[Poll]:
        query = select(tables.polls).where(which).order_by(_poll.opened_at)
        return [poll_of(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]


def _closed(connection: Connection, round_id: str) -> list[tuple[int, Mapping[int, Result]]]:
    """The closed questions of a round, each with its answers by member."""
    query = select(tables.polls).where(_poll.round_id == round_id, _poll.closed_at.is_not(None)).order_by(_poll.number)
    return [
        (
            row.number,
            {
                answer.member_id: Result(row.question_id, answer.option_id, answer.correct)
                for answer in answers_in(connection, row.id)
            },
        )
        for row in connection.execute(query).all()
    ]


def _count(connection: Connection, over: Round) -> None:
    """Add what was answered to the sums of the server: each member's answers are a run through all that was asked."""
    closed = _closed(connection, over.id)
    of_member: defaultdict[int, list[Result]] = defaultdict(list)
    for _, answers in closed:
        for member_id, result in answers.items():
            of_member[member_id].append(result)
    for results in of_member.values():
        count(connection, over.guild_id, over.lesson_id, results, len(closed))


_PLAIN = (
    *("id", "guild_id", "channel_id", "host_id", "lesson_id", "seconds", "number"),
    *("phase_ends_at", "remaining_ms", "started_at", "ended_at"),
)


def _values(of: Round) -> dict[str, Any]:
    layout = [[asked.question_id, list(asked.option_ids)] for asked in of.layout]
    return {name: getattr(of, name) for name in _PLAIN} | {"phase": of.phase.value, "layout": layout}


def _of(row: Row[Any]) -> Round:
    return Round(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        host_id=row.host_id,
        lesson_id=row.lesson_id,
        layout=tuple(Asked(question_id, tuple(option_ids)) for question_id, option_ids in row.layout),
        seconds=row.seconds,
        started_at=row.started_at,
        phase_ends_at=row.phase_ends_at,
        phase=Phase(row.phase),
        number=row.number,
        remaining_ms=row.remaining_ms,
        ended_at=row.ended_at,
    )
