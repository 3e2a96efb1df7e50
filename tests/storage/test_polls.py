"""One answer a member, which may change until the question is closed; closing counts once."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.domain.poll import ClosedError, Poll, PollAnswer
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.polls import Polls
from bot.storage.store import Store
from tests.storage.conftest import NOON, At

POLL = Poll("p", 10, 20, "async", "q1", ("yes", "no", "maybe"), NOON, day="2026-03-01")


@pytest.fixture
async def polls(store: Store) -> Polls:
    """The polls in the database, one of them open."""
    found = Polls(store, remember)
    assert await found.add(POLL)
    return found


async def rows(store: Store, *columns: str) -> list[tuple[object, ...]]:
    """Those columns of all tallies."""
    query = select(*(tables.tallies.c[name] for name in columns))
    return await store.read(lambda connection: [tuple(row) for row in connection.execute(query)])


def answer(member_id: int, option_id: str, at_: At, second: int = 1) -> PollAnswer:
    return PollAnswer(member_id, option_id, option_id == "yes", at_(second))


async def test_a_member_has_one_answer_which_may_change(polls: Polls, at: At) -> None:
    assert await polls.answer("p", answer(1, "no", at)) == 1
    assert await polls.answer("p", answer(2, "yes", at)) == 2
    assert await polls.answer("p", answer(1, "yes", at, 2)) == 2
    assert await polls.answers("p") == [answer(2, "yes", at), answer(1, "yes", at, 2)]
    assert (await polls.distribution(POLL)).counts == {"yes": 2, "no": 0, "maybe": 0}


async def test_many_who_press_at_once_have_one_answer_each(polls: Polls, at: At) -> None:
    presses = [answer(member_id, option, at) for member_id in range(50) for option in ("no", "yes")]
    counts = await asyncio.gather(*(polls.answer("p", press) for press in presses))
    assert max(counts) == await polls.count("p") == 50
    assert {found.option_id for found in await polls.answers("p")} == {"yes"}


async def test_a_closed_question_takes_no_answer(polls: Polls, at: At) -> None:
    await polls.answer("p", answer(1, "no", at))
    await polls.close("p", at(5))
    for press in (answer(1, "yes", at), answer(2, "yes", at)):
        with pytest.raises(ClosedError, match="Time was up"):
            await polls.answer("p", press)
    with pytest.raises(ClosedError):
        await polls.answer("gone", answer(1, "yes", at))
    assert await polls.answers("p") == [answer(1, "no", at)]


async def test_closing_twice_counts_and_teaches_once(polls: Polls, store: Store, at: At) -> None:
    await polls.answer("p", answer(1, "no", at))
    await polls.answer("p", answer(2, "yes", at))
    await asyncio.gather(polls.close("p", at(5)), polls.close("p", at(6)))
    assert await rows(store, "item_id", "answers", "right", "rated") == [("q1", 2, 1, 0)]
    closed = await polls.get("p")
    assert closed is not None
    assert closed.closed_at == at(5)


async def test_a_server_has_one_question_a_day(polls: Polls) -> None:
    assert not await polls.add(replace(POLL, id="other"))
    assert await polls.add(replace(POLL, id="other", day="2026-03-02"))
    assert await polls.add(replace(POLL, id="elsewhere", guild_id=11))
