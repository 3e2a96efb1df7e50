"""What an open database promises: what was written is on disk, whole, and in nobody's way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.store import BUSY_TIMEOUT_MS, MOST_TOGETHER, Store, StoreBusyError
from tests.storage.conftest import At, NewAttempt

SAFE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
"""https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL."""

Reads = Callable[[int], Callable[[Connection], None]]


def pragmas(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SAFE}


@pytest.fixture
def reads(at: At) -> Reads:
    """Work that writes that a member has read a part."""

    def by(member_id: int) -> Callable[[Connection], None]:
        values = {"member_id": member_id, "lesson_id": "async", "part_id": "flow", "read_at": at(0)}

        def work(connection: Connection) -> None:
            connection.execute(insert(tables.parts_read), values)

        return work

    return by


@pytest.fixture
def commits() -> Generator[list[Connection]]:
    """A connection for every transaction that was committed."""
    seen: list[Connection] = []

    def committed(connection: Connection) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", committed)
    yield seen
    event.remove(Engine, "commit", committed)


async def members(store: Store) -> list[int]:
    """Who has read the part, in the order in which it was written."""
    query = select(tables.parts_read.c.member_id)
    return await store.read(lambda connection: list(connection.scalars(query)))


@asynccontextmanager
async def held_up(store: Store, first: Callable[[Connection], None] = lambda _: None) -> AsyncGenerator[None]:
    """A writer that has done `first` and is in the middle of its work until the block ends: others wait for it."""
    begun, over = Event(), Event()

    def work(connection: Connection) -> None:
        first(connection)
        begun.set()
        assert over.wait(timeout=10)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(work))
        try:
            assert await asyncio.to_thread(begun.wait, 10)
            yield
        finally:
            over.set()


async def together(store: Store, *work: Callable[[Connection], None]) -> list[BaseException | None]:
    """What becomes of work that waits for the same writer, so that it is committed together: nothing, or an error."""
    async with held_up(store):
        asked = [asyncio.ensure_future(store.write(each)) for each in work]
        await asyncio.sleep(0)  # they have asked
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_every_connection_is_durable_and_patient(store: Store) -> None:
    asked = (store.read(pragmas), store.read(pragmas), store.write(pragmas))
    assert await asyncio.gather(*asked) == [SAFE] * 3


async def test_what_was_written_is_there_after_a_restart(store: Store, reads: Reads) -> None:
    await store.write(reads(1))
    async with Store(store.url) as again:
        assert await members(again) == [1]


async def test_what_waits_when_it_is_closed_is_written_and_nothing_more(store: Store, reads: Reads) -> None:
    async with held_up(store, reads(1)):
        waiting = asyncio.create_task(store.write(reads(2)))
        await asyncio.sleep(0)  # it has asked
        ending = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreBusyError):
            await store.write(reads(3))
        assert not ending.done()
    await ending

    file = Path(store.url.database or "")
    assert not file.with_name(f"{file.name}-wal").exists(), "the log is folded back"
    with closing(sqlite3.connect(file)) as after:
        assert after.execute("SELECT member_id FROM parts_read").fetchall() == [(1,), (2,)]
    await waiting


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


async def test_where_the_database_fails_nobody_pays_for_the_work_of_another(store: Store, reads: Reads) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself when the disk is full
        connection.exec_driver_sql("SELECT * FROM nothing")

    one, failed, two = await together(store, reads(1), work, reads(2))
    assert (one, two) == (None, None)
    assert isinstance(failed, OperationalError)
    assert await members(store) == [1, 2]


async def test_where_a_commit_fails_nobody_pays_for_the_work_of_another(store: Store, at: At, reads: Reads) -> None:
    orphan = {"attempt_id": "none", "question_id": "q0", "shown_at": at(0)}

    def work(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the commit
        connection.execute(insert(tables.hints), orphan)

    one, failed, two = await together(store, reads(1), work, reads(2))
    assert (one, two) == (None, None)
    assert isinstance(failed, IntegrityError)
    assert await members(store) == [1, 2]


async def test_another_process_that_writes_is_waited_for(store: Store, reads: Reads) -> None:
    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.write(reads(1)))
        assert await members(store) == []  # readers are not held up
        other.execute("COMMIT")
        await waiting
    assert await members(store) == [1]


async def test_another_process_that_does_not_let_go_is_told_of_to_all_that_wait(store: Store, reads: Reads) -> None:
    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = [store.write(reads(member_id)) for member_id in range(3)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(error) for error in told] == [StoreBusyError] * 3
    await store.write(reads(1))
    assert await members(store) == [1]


async def test_whoever_comes_late_to_a_held_database_is_told_with_the_others(store: Store, reads: Reads) -> None:
    clock = asyncio.get_running_loop().time

    async def told_at(write: Coroutine[None, None, object]) -> float:
        with pytest.raises(StoreBusyError):
            await write
        return clock()

    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        first = asyncio.create_task(told_at(store.write(reads(1))))
        await asyncio.wait({first}, timeout=BUSY_TIMEOUT_MS / 2000)
        second_s = await told_at(store.write(reads(2)))
        assert second_s - await first < BUSY_TIMEOUT_MS / 2000, "a wait of its own would be as long as the first one's"


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


@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_a_writer_cancelled_at_any_moment_has_written_all_or_nothing(
    store: Store, attempts: Attempts, new: NewAttempt, at: At, turns: int
) -> None:
    begun = await attempts.begin(new(questions=1))
    answered = begun.answer("q0", "yes", correct=True, at=at(1))
    task = asyncio.create_task(attempts.save_answer(answered, "q0"))
    for _ in range(turns):
        await asyncio.sleep(0)  # lets the loop take one turn
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await attempts.get("one") in (begun, answered)
    assert await attempts.save_answer(answered, "q0") == answered
    assert await attempts.last_open(1, ["async"]) is None


async def test_an_answer_without_its_attempt_is_impossible(store: Store, at: At) -> None:
    values = {"attempt_id": "none", "question_id": "q0", "option_id": "yes", "correct": True, "hinted": False}
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await store.write(
            lambda connection: connection.execute(insert(tables.answers), values | {"answered_at": at(0)})
        )
