"""What an open database promises: what was written is on disk, whole, and in nobody's way."""

from __future__ import annotations

import asyncio
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, insert, make_url
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.engine import where
from bot.storage.store import MOST_TOGETHER, Store
from tests.storage.conftest import At, NewAttempt
from tests.storage.writing import Reads, held_up, members, together


async def test_what_was_written_is_there_after_a_restart(store: Store, reads: Reads) -> None:
    await store.write(reads(1))
    async with Store(store.url) as again:
        assert await members(again) == [1]


async def test_work_that_raises_writes_nothing(store: Store, reads: Reads) -> None:
    def work(connection: Connection) -> None:
        reads(1)(connection)
        raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="the lights went out"):
        await store.write(work)
    assert await members(store) == []


async def test_two_read_at_once(store: Store) -> None:
    both = Barrier(2)

    def work(_: Connection) -> bool:
        return both.wait(timeout=10) in (0, 1)

    assert await asyncio.gather(store.read(work), store.read(work)) == [True, True]


async def test_a_reader_writes_nothing(store: Store, reads: Reads) -> None:
    await store.read(reads(1))
    assert await members(store) == []


async def test_a_reader_is_not_held_up_and_sees_only_what_is_done(store: Store, reads: Reads) -> None:
    async with held_up(store, reads(1)):
        assert await members(store) == []
    assert await members(store) == [1]


async def test_what_waits_is_written_in_its_order_and_committed_together(
    store: Store, reads: Reads, commits: list[Connection]
) -> None:
    async with asyncio.TaskGroup() as tasks, held_up(store):
        for member_id in range(MOST_TOGETHER + 5):
            tasks.create_task(store.write(reads(member_id)))
        await asyncio.sleep(0)  # they have asked
    assert len(commits) == 3, "the one that held all up, as many as go together, and the rest"
    assert await members(store) == list(range(MOST_TOGETHER + 5))


async def test_of_those_committed_together_one_that_raises_takes_no_other_with_it(store: Store, reads: Reads) -> None:
    one, two, again, three = await together(store, *map(reads, (1, 2, 2, 3)))
    assert (one, two, three) == (None, None, None)
    assert isinstance(again, IntegrityError)
    assert await members(store) == [1, 2, 3]


async def test_one_cancelled_in_the_middle_has_written_all(store: Store, reads: Reads) -> None:
    begun, over = Event(), Event()

    def work(connection: Connection) -> None:
        reads(1)(connection)
        begun.set()
        assert over.wait(timeout=10)

    task = asyncio.create_task(store.write(work))
    assert await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    over.set()
    await store.write(reads(2))
    assert await members(store) == [1, 2]


async def test_one_cancelled_before_its_turn_writes_nothing(store: Store, reads: Reads) -> None:
    async with held_up(store):
        task = asyncio.create_task(store.write(reads(1)))
        await asyncio.sleep(0)  # it has asked
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await store.write(reads(2))
    assert await members(store) == [2]


async def test_a_writer_cancelled_at_any_moment_has_written_all_or_nothing(
    store: Store, attempts: Attempts, new: NewAttempt, at: At
) -> None:
    for turns in range(0, 40, 3):
        member_id, name = turns + 1, f"after {turns}"
        begun = await attempts.begin(new(name, member_id, questions=1))
        answered = begun.answer("q0", "yes", correct=True, at=at(1))
        task = asyncio.create_task(attempts.save_answer(answered, "q0"))
        for _ in range(turns):
            await asyncio.sleep(0)  # lets the loop take one turn
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await attempts.get(name) in (begun, answered)
        assert await attempts.save_answer(answered, "q0") == answered
        assert await attempts.last_open(member_id, ["async"]) is None


async def test_an_answer_without_its_attempt_is_impossible(store: Store, at: At) -> None:
    values = {"attempt_id": "none", "question_id": "q0", "option_id": "yes", "correct": True, "hinted": False}
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await store.write(
            lambda connection: connection.execute(insert(tables.answers), values | {"answered_at": at(0)})
        )


async def test_a_count_of_commits_that_fails_stops_no_writer(store: Store, reads: Reads) -> None:
    def full(_works: int, _seconds: float) -> None:
        raise RuntimeError("no room to count")

    with capture_logs() as logs:
        async with Store(store.url, on_commit=full) as uncounted:
            await uncounted.write(reads(1))
            await uncounted.write(reads(2))
    assert await members(store) == [1, 2]
    assert [(line["event"], line["error"]) for line in logs] == [("writer failed", "no room to count")] * 2


async def test_a_store_whose_tables_were_changed_under_it_does_not_answer(store: Store) -> None:
    assert await store.answers()
    await store.write(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    assert not await store.answers()
    await store.write(lambda c: c.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{tables.VERSION}'"))


def test_an_address_is_shown_as_operators_write_it_without_what_is_secret() -> None:
    url = make_url("postgresql+psycopg://tandem:hunter2@db/scores?sslpassword=hunter3")
    assert where(url) == "postgresql://tandem:***@db/scores"
