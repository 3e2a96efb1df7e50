"""What is known of attempts without asking the store: it spares reading, and is never what decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from bot.domain.attempt import Asked, Attempt
from bot.domain.board import EVERYWHERE
from bot.services.memory import remember
from bot.storage.attempts import Attempts, GoneAttemptError
from bot.storage.known import KEPT_S, KnownAttempts
from bot.storage.privacy import Privacy
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt
from tests.storage.writing import held_up


@pytest.fixture
def known() -> KnownAttempts:
    """What is known."""
    return KnownAttempts()


@pytest.fixture
def attempts(store: Store, known: KnownAttempts) -> Attempts:
    """The attempts, of which some are known."""
    return Attempts(store, remember, known)


@pytest.fixture
async def elsewhere(store: Store) -> AsyncGenerator[Attempts]:
    """The same attempts, in another process."""
    async with Store(store.url) as other:
        yield Attempts(other, remember)


@pytest.fixture
def queries() -> Generator[list[str]]:
    """Each statement that asks for rows of attempts."""
    seen = list[str]()

    def told(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT attempts.id, attempts.member_id"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", told)
    yield seen
    event.remove(Engine, "before_cursor_execute", told)


def servers(connection: Connection) -> set[int]:
    """The servers that something is counted for."""
    counted = ("standings", "standing_counts", "tallies", "choices")
    queries = [f"SELECT guild_id FROM {table}" for table in counted]
    return {guild_id for query in queries for (guild_id,) in connection.exec_driver_sql(query)}


def right(attempt: Attempt, question_id: str, at: At) -> Attempt:
    return attempt.answer(question_id, "yes", correct=True, at=at(1))


async def test_a_quiz_is_taken_without_reading_what_is_known(
    attempts: Attempts, new: NewAttempt, at: At, queries: list[str]
) -> None:
    attempt = await attempts.begin(new(questions=3))
    queries.clear()
    await attempts.save_hint(attempt.hint("q0"), "q0", at(1))
    for number in range(3):
        attempt = await attempts.get("one") or attempt
        attempt = await attempts.save_answer(right(attempt, f"q{number}", at), f"q{number}")
    assert (attempt.score, attempt.answers["q0"].hinted, attempt.finished) == (3, True, True)
    assert queries == []
    assert await attempts.get("one", anew=True) == attempt
    assert len(queries) == 1


async def test_an_answer_given_elsewhere_stands_and_the_next_can_be_given(
    attempts: Attempts, elsewhere: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=2))
    there = await elsewhere.save_answer(begun.answer("q0", "no", correct=False, at=at(1)), "q0")
    assert await attempts.get("one") == begun, "it is not heard of"
    assert await attempts.save_answer(right(begun, "q0", at), "q0") == there
    both = right(there, "q1", at)
    assert await attempts.save_answer(both, "q1") == both
    assert await elsewhere.get("one", anew=True) == both


async def test_an_attempt_ended_elsewhere_takes_no_answer(
    attempts: Attempts, elsewhere: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=2))
    first = await attempts.save_answer(right(begun, "q0", at), "q0")
    await elsewhere.leave("one", at(2))
    stored = await attempts.save_answer(right(first, "q1", at), "q1")
    assert (stored.finished, set(stored.answers)) == (True, {"q0"})
    assert await attempts.get("one") == stored


async def test_a_hint_taken_elsewhere_is_not_forgotten_by_the_answer(
    attempts: Attempts, elsewhere: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    await elsewhere.save_hint(begun.hint("q0"), "q0", at(1))
    stored = await attempts.save_answer(right(begun, "q0", at), "q0")
    assert stored == begun.hint("q0"), "nothing is written, so that it can be answered as it is"


async def test_an_attempt_laid_out_anew_elsewhere_takes_no_answer_to_what_it_was(
    attempts: Attempts, elsewhere: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=3))
    shorter = replace(begun, layout=begun.layout[1:])
    assert await elsewhere.revised(begun, lambda stored: replace(stored, layout=stored.layout[1:]), at(1)) == shorter
    assert await attempts.save_answer(right(begun, "q0", at), "q0") == shorter


async def test_of_two_clicks_at_once_one_counts_and_both_are_told_it(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=1))
    clicks = [begun.answer("q0", option, correct=option == "yes", at=at(1)) for option in ("yes", "no")]
    async with held_up(store):
        asked = [asyncio.ensure_future(attempts.save_answer(click, "q0")) for click in clicks]
        await asyncio.sleep(0)  # they have asked
    assert await asyncio.gather(*asked) == [clicks[0]] * 2
    assert await attempts.get("one") == clicks[0]


async def test_what_a_member_has_deleted_is_not_known_any_more(
    store: Store, attempts: Attempts, known: KnownAttempts, new: NewAttempt
) -> None:
    await attempts.begin(new("one", member_id=1))
    other = await attempts.begin(new("two", member_id=2))
    await Privacy(store, known).forget_member(1)
    assert (known.get("one"), known.get("two")) == (None, other)
    assert await attempts.get("one") is None


async def test_what_was_deleted_elsewhere_takes_no_answer_and_no_hint(
    store: Store, attempts: Attempts, known: KnownAttempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    await Privacy(store, KnownAttempts()).forget_member(1)
    assert known.get("one") == begun
    with pytest.raises(GoneAttemptError):
        await attempts.save_answer(right(begun, "q0", at), "q0")
    assert known.get("one") is None
    with pytest.raises(GoneAttemptError):
        await attempts.save_hint(begun.hint("q0"), "q0", at(1))


async def test_a_server_that_is_left_is_not_known_any_more(
    store: Store, attempts: Attempts, known: KnownAttempts, new: NewAttempt
) -> None:
    begun = await attempts.begin(new(guild_id=10))
    await Privacy(store, known).forget_guild(10)
    assert await attempts.get("one") == replace(begun, guild_id=None)


async def test_whoever_is_cancelled_leaves_nothing_known(
    store: Store, attempts: Attempts, known: KnownAttempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    async with held_up(store):
        answering = asyncio.create_task(attempts.save_answer(right(begun, "q0", at), "q0"))
        await asyncio.sleep(0)  # it has asked
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
    assert known.get("one") is None


async def test_an_attempt_whose_question_gave_way_to_another_elsewhere_takes_no_answer_to_what_it_was(
    attempts: Attempts, elsewhere: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=2))
    other = Asked("instead", ("yes", "no"))
    await elsewhere.revised(begun, lambda stored: replace(stored, layout=(stored.layout[0], other)), at(1))
    stored = await attempts.save_answer(right(begun, "q0", at), "q0")
    assert stored == replace(begun, layout=(begun.layout[0], other)), "so that it can be answered as it is"
    assert await attempts.save_answer(right(stored, "q0", at), "q0") == right(stored, "q0", at)


async def test_a_quiz_of_a_server_that_was_left_elsewhere_ends_without_bringing_it_back(
    store: Store, attempts: Attempts, known: KnownAttempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(guild_id=10, questions=1))
    await Privacy(store, KnownAttempts()).forget_guild(10)
    assert known.get("one") == begun
    stored = await attempts.save_answer(right(begun, "q0", at), "q0")
    assert stored == replace(begun, guild_id=None)
    assert (await attempts.save_answer(right(stored, "q0", at), "q0")).finished
    assert await store.read(servers) == {EVERYWHERE}


async def test_an_outage_leaves_nothing_behind(attempts: Attempts, store: Store, known: KnownAttempts) -> None:
    await store.write(lambda connection: connection.exec_driver_sql("ALTER TABLE attempts RENAME TO away"))
    for number in range(5):
        with pytest.raises(DBAPIError):
            await attempts.get(f"one{number}")
    reading = asyncio.create_task(attempts.get("two"))
    await asyncio.sleep(0)  # it has asked
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert known.reads == 0


def test_as_many_are_known_as_may_be_the_latest(new: NewAttempt) -> None:
    known = KnownAttempts(most=2)
    for name in ("one", "two", "one", "three"):
        known.put(new(name))
    assert [name for name in ("one", "two", "three") if known.get(name)] == ["one", "three"]
    assert len(known) == 2


def test_what_was_told_long_ago_is_not_known_any_more(new: NewAttempt) -> None:
    now = [0.0]
    known = KnownAttempts(clock=lambda: now[0])
    known.put(new("one"))
    now[0] = KEPT_S - 1
    known.put(new("two"))
    assert known.get("one") == new("one")
    now[0] = KEPT_S
    assert (known.get("one"), known.get("two")) == (None, new("two"))
    assert len(known) == 1, "it takes no room either"
    now[0] = 2 * KEPT_S
    known.put(new("three"))
    assert len(known) == 1


def test_what_was_read_before_a_write_is_not_taken_for_what_is_stored(new: NewAttempt) -> None:
    known, before = KnownAttempts(), new("one")
    written = before.hint("q0")
    with known.reading("one") as has_read:
        known.put(written)
        has_read(before)
    assert known.get("one") == written
    with known.reading("one") as has_read:
        known.drop("one")
        has_read(before)
    assert known.get("one") is None
    with known.reading("one") as has_read:
        has_read(before)
    assert known.get("one") == before


def test_of_two_reads_the_one_that_began_last_is_taken(new: NewAttempt) -> None:
    known, before = KnownAttempts(), new("one")
    with known.reading("one") as has_read:
        with known.reading("one") as has_read_later:
            pass
        has_read(before)
        assert known.get("one") is None
        has_read_later(before)
    assert known.get("one") is None, "it has given up"
    assert known.reads == 0
