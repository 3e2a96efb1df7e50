"""A round's moves in the database: one round a channel, a question opened and closed with each, counted at the end."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.domain.attempt import Asked
from bot.domain.poll import ClosedError, PollAnswer
from bot.domain.round import IllegalMoveError, Move, Phase, Round
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.polls import Polls
from bot.storage.rounds import Rounds
from bot.storage.store import Store
from tests.storage.conftest import NOON, At

LAYOUT = tuple(Asked(f"q{number}", ("yes", "no")) for number in range(2))
ROUND = Round("r", 10, 20, 30, "async", LAYOUT, 20, NOON).begin()


@pytest.fixture
async def rounds(store: Store) -> Rounds:
    """The rounds in the database, one of which has begun."""
    found = Rounds(store, remember)
    assert await found.begin(ROUND) is None
    return found


@pytest.fixture
def polls(store: Store) -> Polls:
    return Polls(store, remember)


def answer(member_id: int, at_: At, second: float = 1, *, right: bool = True) -> PollAnswer:
    return PollAnswer(member_id, "yes" if right else "no", right, at_(int(second)))


async def tallies(store: Store) -> list[tuple[object, ...]]:
    """What a teacher's figures rest on."""
    tally = tables.tallies.c
    query = select(tally.item_id, tally.answers, tally.right, tally.rated).order_by(tally.item_id)
    return await store.read(lambda connection: [tuple(row) for row in connection.execute(query)])


async def test_it_is_read_as_it_was_stored(rounds: Rounds) -> None:
    assert await rounds.get("r") == ROUND
    assert await rounds.running_in(20) == ROUND
    assert await rounds.running_in(21) is None
    assert await rounds.get("gone") is None
    assert await rounds.move("gone", Move.SKIP, NOON) is None
    assert [poll.id for poll in await rounds.polls("r")] == ["r.0"]


async def test_a_channel_has_one_round_until_it_is_over(rounds: Rounds) -> None:
    second = replace(ROUND, id="second")
    both = await asyncio.gather(rounds.begin(second), rounds.begin(replace(ROUND, id="third")))
    assert both == [ROUND, ROUND]
    assert await rounds.begin(replace(ROUND, id="elsewhere", channel_id=21)) is None
    await rounds.move("r", Move.STOP, NOON)
    assert await rounds.begin(second) is None


async def test_a_question_opens_when_the_one_before_was_read(rounds: Rounds, at: At) -> None:
    reading = await rounds.move("r", Move.TIME_UP, at(20))
    assert reading == ROUND.move(Move.TIME_UP, at(20)) == await rounds.get("r")
    assert [poll.closed_at for poll in await rounds.polls("r")] == [at(20)]
    await rounds.move("r", Move.TIME_UP, at(30))
    assert [(poll.id, poll.opened_at, poll.closed_at) for poll in await rounds.polls("r")] == [
        ("r.0", NOON, at(20)),
        ("r.1", at(30), None),
    ]


async def test_the_clock_moves_it_once(rounds: Rounds, at: At) -> None:
    assert await rounds.move("r", Move.TIME_UP, at(19)) == ROUND  # its time is not up
    both = await asyncio.gather(*(rounds.move("r", Move.TIME_UP, at(20)) for _ in range(2)))
    assert [found.phase for found in both if found] == [Phase.READING, Phase.READING]


async def test_a_move_is_made_in_the_phases_it_is_meant_for(rounds: Rounds, at: At) -> None:
    assert await rounds.move("r", Move.SKIP, at(1), among={Phase.READING}) == ROUND
    await rounds.move("r", Move.STOP, at(2))
    with pytest.raises(IllegalMoveError):
        await rounds.move("r", Move.SKIP, at(3))


async def test_an_answer_is_in_time_by_the_clock_whoever_closes_the_question(
    rounds: Rounds, polls: Polls, at: At
) -> None:
    await polls.answer("r.0", answer(1, at, 19))
    with pytest.raises(ClosedError):
        await polls.answer("r.0", answer(2, at, 20))
    await rounds.move("r", Move.PAUSE, at(19))
    assert await polls.answer("r.0", answer(2, at, 500)) == 2  # the time stands still


async def test_everything_is_counted_once_at_the_end(rounds: Rounds, polls: Polls, store: Store, at: At) -> None:
    await polls.answer("r.0", answer(1, at))
    await polls.answer("r.0", answer(2, at, right=False))
    await rounds.move("r", Move.SKIP, at(2))
    await rounds.move("r", Move.SKIP, at(3))
    await polls.answer("r.1", answer(1, at, 4))
    assert await tallies(store) == []
    await rounds.move("r", Move.SKIP, at(5))
    over = await rounds.move("r", Move.SKIP, at(6))
    assert over is not None
    assert over.over
    assert await tallies(store) == [("q0", 2, 1, 2), ("q1", 1, 1, 1)]
    assert [[a.member_id for a in answers] for answers in await rounds.answers("r", 2)] == [[1, 2], [1]]
    choice = select(tables.choices.c.item_id, tables.choices.c.choice_id, tables.choices.c.times)
    assert await store.read(lambda c: [tuple(row) for row in c.execute(choice)]) == [("q0", "no", 1)]


async def test_a_stopped_round_counts_what_was_closed(rounds: Rounds, polls: Polls, store: Store, at: At) -> None:
    await polls.answer("r.0", answer(1, at))
    await rounds.move("r", Move.SKIP, at(2))
    await rounds.move("r", Move.SKIP, at(3))
    await polls.answer("r.1", answer(1, at, 4))
    await rounds.move("r", Move.STOP, at(5))
    assert await tallies(store) == [("q0", 1, 1, 0)]  # one of one question: nothing to rate it by
    assert [poll.closed_at for poll in await rounds.polls("r")] == [at(2), at(5)]
    with pytest.raises(ClosedError):
        await polls.answer("r.1", answer(2, at, 6))


async def test_an_end_is_to_be_told_until_it_was(rounds: Rounds, at: At) -> None:
    assert [found.id for found in await rounds.unfinished()] == ["r"]
    await rounds.move("r", Move.STOP, at(1))
    assert [found.id for found in await rounds.unfinished()] == ["r"]
    await rounds.end_told("r", 99)
    assert await rounds.unfinished() == []
