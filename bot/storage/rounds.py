"""Live rounds: one a channel. Each move is one transaction, with the questions that it opens and closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.attempt import Asked
from bot.domain.poll import Poll, PollAnswer
from bot.domain.recall import Scheduler
from bot.domain.round import Move, Phase, Round, poll_id
from bot.domain.tally import Result
from bot.storage import tables
from bot.storage.learning import Taken, count
from bot.storage.polls import add_poll, answers_in, close_poll, poll_of
from bot.storage.store import Store

_round, _poll, _answer = tables.rounds.c, tables.polls.c, tables.poll_answers.c

_THIS = _round.id == bindparam("round_id")
_RUNNING = and_(_round.channel_id == bindparam("channel"), _round.ended_at.is_(None))
_UNFINISHED = or_(_round.ended_at.is_(None), _round.end_message_id.is_(None))


class Rounds:
    """The stored rounds."""

    def __init__(self, store: Store, schedule: Scheduler) -> None:
        self._store, self._schedule = store, schedule

    async def begin(self, round_: Round) -> Round | None:
        """Store a round and its first question, unless one is running in its channel: then that one is returned."""

        def work(connection: Connection) -> Round | None:
            running = connection.execute(select(tables.rounds).where(_RUNNING), {"channel": round_.channel_id}).first()
            if running is not None:
                return _round_of(running)
            connection.execute(insert(tables.rounds), _row(round_))
            add_poll(connection, round_.poll(round_.started_at))
            return None

        return await self._store.write(work)

    async def move(
        self, round_id: str, move: Move, at: datetime, *, among: Collection[Phase] = frozenset(Phase)
    ) -> Round | None:
        """Store a move, if the round is in one of the phases `among`; the round as it is then, None if it is gone.

        What is moved by the clock stays as it is if its time is not up: somebody else was first.

        Raises:
            IllegalMoveError: the round does not allow it; nothing has changed.
        """

        def work(connection: Connection) -> Round | None:
            row = connection.execute(select(tables.rounds).where(_THIS), {"round_id": round_id}).first()
            before = None if row is None else _round_of(row)
            if before is None or before.phase not in among or (move is Move.TIME_UP and not before.due(at)):
                return before
            after = before.move(move, at)
            self._carry_out(connection, before, after, at)
            return after

        return await self._store.write(work)

    async def get(self, round_id: str) -> Round | None:
        """The round of that id."""
        query = select(tables.rounds).where(_THIS)
        row = await self._store.read(lambda connection: connection.execute(query, {"round_id": round_id}).first())
        return None if row is None else _round_of(row)

    async def running_in(self, channel_id: int) -> Round | None:
        """The round that is running in a channel."""
        query = select(tables.rounds).where(_RUNNING)
        row = await self._store.read(lambda connection: connection.execute(query, {"channel": channel_id}).first())
        return None if row is None else _round_of(row)

    async def unfinished(self) -> Sequence[Round]:
        """Those that are running, and those whose end nobody has been told of."""
        query = select(tables.rounds).where(_UNFINISHED).order_by(_round.started_at)
        return await self._store.read(lambda connection: [_round_of(row) for row in connection.execute(query)])

    async def polls(self, round_id: str) -> Sequence[Poll]:
        """The questions that were asked, in order."""
        query = select(tables.polls).where(_poll.round_id == round_id).order_by(_poll.number)
        return await self._store.read(lambda connection: [poll_of(row) for row in connection.execute(query)])

    async def answers(self, round_id: str, closed: int) -> Sequence[Sequence[PollAnswer]]:
        """What was answered to each of the first `closed` questions."""

        def work(connection: Connection) -> Sequence[Sequence[PollAnswer]]:
            return [answers_in(connection, poll_id(round_id, number)) for number in range(closed)]

        return await self._store.read(work)

    async def end_told(self, round_id: str, message_id: int) -> None:
        """Remember which message tells the end; 0 if it cannot be told."""
        told = update(tables.rounds).where(_round.id == round_id).values(end_message_id=message_id)

        def work(connection: Connection) -> None:
            connection.execute(told)

        await self._store.write(work)

    def _carry_out(self, connection: Connection, before: Round, after: Round, at: datetime) -> None:
        """Store what a move changes: a question closed, the next one opened, everything counted at the end."""
        connection.execute(update(tables.rounds).where(_THIS).values(_state(after)), {"round_id": after.id})
        if after.closed > before.closed:
            close_poll(connection, self._schedule, poll_id(after.id, before.number), at)
        if after.phase is Phase.ASKING and after.number > before.number:
            add_poll(connection, after.poll(at))
        if after.over:
            left_open = and_(_poll.round_id == after.id, _poll.closed_at.is_(None))
            connection.execute(update(tables.polls).where(left_open).values(closed_at=at))  # it does not count
            _count(connection, after)


def _count(connection: Connection, over: Round) -> None:
    """Add what everybody has answered to the sums that a teacher sees."""
    results: defaultdict[int, list[Result]] = defaultdict(list)
    for number in range(over.closed):
        for answer in answers_in(connection, poll_id(over.id, number)):
            result = Result(over.layout[number].question_id, answer.option_id, answer.correct)
            results[answer.member_id].append(result)
    count(connection, [Taken(over.guild_id, over.lesson_id, run, asked=over.closed) for run in results.values()])


def _state(round_: Round) -> dict[str, Any]:
    names = ("number", "phase_ends_at", "remaining_ms", "ended_at")
    return {name: getattr(round_, name) for name in names} | {"phase": round_.phase.value}


def _row(round_: Round) -> dict[str, Any]:
    names = ("id", "guild_id", "channel_id", "host_id", "lesson_id", "seconds", "started_at")
    layout = [[asked.question_id, list(asked.option_ids)] for asked in round_.layout]
    return {name: getattr(round_, name) for name in names} | _state(round_) | {"layout": layout}


def _round_of(row: Row[Any]) -> Round:
    return Round(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        host_id=row.host_id,
        lesson_id=row.lesson_id,
        layout=tuple(Asked(question_id, tuple(option_ids)) for question_id, option_ids in row.layout),
        seconds=row.seconds,
        started_at=row.started_at,
        number=row.number,
        phase=Phase(row.phase),
        phase_ends_at=row.phase_ends_at,
        remaining_ms=row.remaining_ms,
        ended_at=row.ended_at,
    )
