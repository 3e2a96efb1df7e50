"""What a member has learned is read in the order in which it is due, written by the answers they gave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.domain.recall import Due
from bot.domain.timing import made_again
from bot.storage.attempts import Attempts
from bot.storage.cards import Cards
from bot.storage.store import Store
from tests.storage.conftest import NOON, At, NewAttempt


@pytest.fixture
def cards(store: Store) -> Cards:
    """The memories in the database."""
    return Cards(store)


async def answered(attempts: Attempts, attempt: Attempt, at: At, **right: bool) -> Attempt:
    """The attempt with its questions answered, a second apart."""
    attempt = await attempts.begin(attempt)
    for seconds, (question_id, correct) in enumerate(right.items()):
        attempt = attempt.answer(question_id, "yes", correct=correct, at=at(seconds))
        attempt = await attempts.save_answer(attempt, question_id)
    return attempt


async def test_what_was_wrong_is_due_before_what_was_right(
    attempts: Attempts, cards: Cards, new: NewAttempt, at: At
) -> None:
    await answered(attempts, new(questions=3), at, q0=True, q1=False)
    found = await cards.of(1, ["async"])
    assert [item.item_id for item in found] == ["q1", "q0"]
    assert found[0] == Due("async", "q1", at(1) + timedelta(days=1))


async def test_a_second_answer_moves_the_memory_and_adds_none(
    attempts: Attempts, cards: Cards, new: NewAttempt, at: At
) -> None:
    await answered(attempts, new(questions=1), at, q0=True)
    (first,) = await cards.of(1, ["async"])
    review = new("two", questions=1, kind=QuizKind.REVIEW, at=first.due_at)
    attempt = await attempts.begin(review)
    await attempts.save_answer(attempt.answer("q0", "yes", correct=True, at=first.due_at), "q0")
    (second,) = await cards.of(1, ["async"])
    assert second.due_at - first.due_at > first.due_at - NOON


async def test_memories_of_others_and_of_other_lessons_are_left_out(
    attempts: Attempts, cards: Cards, new: NewAttempt, at: At
) -> None:
    await answered(attempts, new(questions=1), at, q0=True)
    await answered(attempts, new("two", 2, questions=1), at, q0=True)
    assert len(await cards.of(1, ["async"])) == 1
    assert await cards.of(1, ["another"]) == []
    assert await cards.of(3, ["async"]) == []


async def test_of_a_generated_question_its_kind_is_learned(attempts: Attempts, cards: Cards, at: At) -> None:
    question_id = "g.hard.order.k3j9x2.1a2b3c4d"
    assert made_again(question_id) is None  # what it asked is of no concern to a memory
    attempt = Attempt(
        "g", 1, None, "async", QuizKind.REVIEW, (Asked(question_id, ("yes", "no")),), first=False, started_at=NOON
    )
    await answered(attempts, attempt, at, **{question_id: False})
    assert [item.item_id for item in await cards.of(1, ["async"])] == ["g.hard.order"]


async def test_a_review_never_ranks(attempts: Attempts, new: NewAttempt) -> None:
    assert not (await attempts.begin(new(kind=QuizKind.REVIEW))).first


async def test_a_review_that_is_left_ends_with_what_is_answered(attempts: Attempts, new: NewAttempt, at: At) -> None:
    left = await answered(attempts, new(questions=3, kind=QuizKind.REVIEW), at, q0=True)
    await attempts.leave(left.id, at(9))
    stored = await attempts.get(left.id)
    assert stored is not None
    assert ([asked.question_id for asked in stored.layout], stored.finished_at, stored.score) == (["q0"], at(9), 1)
    assert (await attempts.begin(new("two", kind=QuizKind.REVIEW))).id == "two"


async def test_a_review_of_which_nothing_is_answered_is_gone_when_it_is_left(
    attempts: Attempts, new: NewAttempt, at: At
) -> None:
    left = await attempts.begin(new(kind=QuizKind.REVIEW))
    await attempts.leave(left.id, at(9))
    await attempts.leave(left.id, at(9))  # twice does no harm
    assert await attempts.get(left.id) is None


async def test_what_is_finished_cannot_be_left(attempts: Attempts, new: NewAttempt, at: At) -> None:
    done = await answered(attempts, new(questions=1, kind=QuizKind.REVIEW), at, q0=True)
    await attempts.leave(done.id, at(9))
    assert await attempts.get(done.id) == done
