"""Tests with an hour: which are over, and an answer and the end of the hour that come at one moment."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from bot.domain.attempt import Attempt
from bot.domain.board import BoardKey
from bot.domain.lesson import QuizKind
from bot.storage.attempts import Attempts
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt
from tests.storage.test_attempts import finish

HOUR = 3_600


@pytest.fixture
def a_test(new: NewAttempt, at: At):
    """A test begun so many seconds after noon, open for an hour."""

    def make(attempt_id: str = "one", member_id: int = 1, second: int = 0, kind: QuizKind = QuizKind.TEST) -> Attempt:
        begun = new(attempt_id, member_id, kind=kind, at=at(second))
        return replace(begun, deadline_at=at(second + HOUR), pass_mark=80)

    return make


async def test_a_test_comes_back_with_its_deadline_and_mark(attempts: Attempts, a_test) -> None:
    begun = await attempts.begin(a_test())
    assert await attempts.get("one") == begun == replace(a_test(), first=True)


async def test_the_next_deadline_is_that_of_an_open_test(attempts: Attempts, new: NewAttempt, a_test, at: At) -> None:
    assert await attempts.next_deadline() is None
    await attempts.begin(new("quiz", 3))
    assert await attempts.next_deadline() is None
    await attempts.begin(a_test("later", 1, 60))
    soon = await attempts.begin(a_test("soon", 2))
    assert await attempts.next_deadline() == at(HOUR)
    await finish(attempts, soon, right=2, at=at)
    assert await attempts.next_deadline() == at(60 + HOUR)


async def test_those_whose_hour_is_over_are_found_and_closed_once(attempts: Attempts, a_test, at: At) -> None:
    await attempts.begin(a_test("early", 1))
    await attempts.begin(a_test("late", 2, 60))
    assert await attempts.overdue(at(HOUR - 1)) == []
    (early,) = await attempts.overdue(at(HOUR))
    assert early.id == "early"
    closed = await attempts.close(early)
    assert (closed.closed, closed.finished_at) == (True, at(HOUR))
    assert await attempts.close(early) == closed == await attempts.get("early")
    assert await attempts.overdue(at(HOUR)) == []


async def test_what_was_answered_in_time_is_the_score_that_ranks(
    attempts: Attempts, store: Store, a_test, at: At
) -> None:
    begun = await attempts.begin(a_test())
    answered = await attempts.save_answer(begun.answer("q0", "yes", correct=True, at=at(9)), "q0")
    await attempts.close(answered)
    standing = await Ranking(store).of_member(BoardKey(10, "", "always"), 1)
    assert standing is not None
    assert (standing.points, standing.asked) == (1, 2)


async def test_an_answer_and_the_end_of_the_hour_at_one_moment_leave_one_truth(
    attempts: Attempts, a_test, at: At
) -> None:
    for number in range(8):
        begun = await attempts.begin(a_test(f"t{number}", number))
        answered = begun.answer("q0", "yes", correct=True, at=at(HOUR - 1))
        both = [attempts.save_answer(answered, "q0"), attempts.close(begun)]
        await asyncio.gather(*(both if number % 2 else both[::-1]))
        stored = await attempts.get(begun.id)
        assert stored is not None
        assert (stored.closed, stored.finished_at) == (True, at(HOUR))
        assert stored.score == len(stored.answers)


async def test_the_latest_is_the_open_one_or_the_one_that_ended_last(
    attempts: Attempts, new: NewAttempt, a_test, at: At
) -> None:
    async def latest() -> str | None:
        found = await attempts.latest(1, "async", QuizKind.TEST)
        return None if found is None else found.id

    assert await latest() is None
    await attempts.begin(new("practice"))
    await attempts.begin(a_test("other", 2))
    assert await latest() is None
    await finish(attempts, await attempts.begin(a_test("b")), right=2, at=at, second=50)
    assert await latest() == "b"
    second = await attempts.begin(a_test("a", 1, 100))
    assert await latest() == "a"
    await attempts.close(second)
    assert await latest() == "a"
