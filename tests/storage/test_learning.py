"""What a finished first attempt leaves behind: sums for a teacher, points in the standings. Practice leaves none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Table, func, select

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.domain.tally import Tally
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.insights import Insights
from bot.storage.store import Store
from tests.storage.conftest import NOON, NewAttempt

Answers = Callable[..., Awaitable[Attempt]]


@pytest.fixture
def answers(attempts: Attempts, new: NewAttempt) -> Answers:
    """A member answers the questions of a run: `+` right, `-` wrong; a capital `P` or `M` with a hint."""
    begun: list[str] = []

    async def answer(
        member_id: int, marks: str, *, guild_id: int | None = 10, kind: QuizKind = QuizKind.PRACTICE, of: int = 3
    ) -> Attempt:
        begun.append(f"id{len(begun)}")
        attempt = await attempts.begin(new(begun[-1], member_id, guild_id=guild_id, kind=kind, questions=of))
        for number, mark in enumerate(marks):
            question, correct = f"q{number}", mark in "+P"
            if mark in "PM":
                attempt = attempt.hint(question)
                await attempts.save_hint(attempt, question, NOON)
            attempt = attempt.answer(question, "yes" if correct else "maybe", correct=correct, at=NOON)
            attempt = await attempts.save_answer(attempt, question)
        return attempt

    return answer


async def rows(store: Store, table: Table) -> int:
    return await store.read(lambda connection: connection.scalar(select(func.count()).select_from(table))) or 0


async def test_sums_are_those_of_all_first_attempts(store: Store, answers: Answers) -> None:
    await answers(1, "+P-")
    await answers(2, "M+-")
    sums = await Insights(store).of(10, "async")

    assert sums.tallies["q0"] == Tally("q0", 2, 1, 1, 2, 1, 0.5 + 0.5, 0.25 + 0.25, 0.5)
    assert sums.tallies["q1"] == Tally("q1", 2, 2, 1, 2, 2, 0.5, 0.25, 0.5)
    assert sums.tallies["q2"] == Tally("q2", 2, 0, 0, 2, 0, 1.5, 1.25, 0.0)
    assert sums.choices == {"q0": {"maybe": 1}, "q2": {"maybe": 2}}


@pytest.mark.parametrize("kind", [QuizKind.PRACTICE, QuizKind.VISUAL, QuizKind.TEST])
async def test_practice_changes_nothing(store: Store, answers: Answers, kind: QuizKind) -> None:
    await answers(1, "+--", kind=kind)
    before = await Insights(store).of(10, "async")
    await answers(1, "+++", kind=kind)
    await answers(1, "---", kind=QuizKind.REVIEW)
    assert await Insights(store).of(10, "async") == before


async def test_what_is_left_half_done_is_not_counted_before_its_end(store: Store, answers: Answers) -> None:
    await answers(1, "+-")
    assert (await rows(store, tables.tallies), await rows(store, tables.standings)) == (0, 0)


async def test_a_test_whose_time_is_up_counts_what_was_answered_out_of_all(
    store: Store, attempts: Attempts, new: NewAttempt
) -> None:
    fresh = replace(new("one", kind=QuizKind.TEST, questions=3), deadline_at=NOON + timedelta(hours=1))
    attempt = await attempts.begin(fresh)
    attempt = await attempts.save_answer(attempt.answer("q0", "yes", correct=True, at=NOON), "q0")
    await attempts.close(attempt)
    await attempts.close(attempt)

    sums = await Insights(store).of(10, "async")
    assert sums.tallies == {"q0": Tally("q0", 1, 1, 0, 1, 1, 0.0, 0.0, 0.0)}
    point = select(tables.standings.c.points, tables.standings.c.asked).distinct()
    assert await store.read(lambda connection: connection.execute(point).all()) == [(1, 3)]


async def test_each_server_has_its_own_sums_and_a_direct_message_none(store: Store, answers: Answers) -> None:
    await answers(1, "+++", guild_id=10)
    await answers(2, "---", guild_id=11)
    await answers(3, "+--", guild_id=None)
    right = [(await Insights(store).of(guild_id, "async")).tallies["q0"].right for guild_id in (10, 11)]
    assert right == [1, 0]
    assert await rows(store, tables.tallies) == 6
    assert (await Insights(store).of(10, "threads")).tallies == {}


async def test_generated_questions_are_counted_by_their_kind(store: Store, attempts: Attempts, new: NewAttempt) -> None:
    ids = ["g.hard.order.1.00000000", "g.hard.order.2.00000000"]
    fresh = replace(new("one"), layout=tuple(Asked(id_, ("yes", "no", "maybe")) for id_ in ids))
    attempt = await attempts.begin(fresh)
    for id_, correct in zip(ids, (True, False), strict=True):
        attempt = attempt.answer(id_, "yes" if correct else "no", correct=correct, at=NOON)
        await attempts.save_answer(attempt, id_)
    (found,) = (await Insights(store).of(10, "async")).tallies.values()
    assert (found.item_id, found.answers, found.right) == ("g.hard.order", 2, 1)


async def test_sums_take_no_more_room_however_many_answer(store: Store, answers: Answers) -> None:
    await answers(1, "+--")
    before = await rows(store, tables.tallies), await rows(store, tables.choices)
    for member_id in range(2, 12):
        await answers(member_id, "+--")
    assert (await rows(store, tables.tallies), await rows(store, tables.choices)) == before
    assert (await Insights(store).of(10, "async")).tallies["q0"].answers == 11


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_sums_are_found_by_their_key(store: Store) -> None:
    for table in (tables.tallies, tables.choices):
        query = f"EXPLAIN QUERY PLAN SELECT * FROM {table.name} WHERE guild_id = 10 AND lesson_id = 'async'"
        plan = await store.read(lambda connection, query=query: connection.exec_driver_sql(query).all())
        assert [row[3].split(" ")[0] for row in plan] == ["SEARCH"]
