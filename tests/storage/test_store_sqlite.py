"""What an open SQLite file promises besides: durable, patient with other processes, and whole when it is closed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, event, insert, make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage import tables
from bot.storage.engine import BUSY_TIMEOUT_MS, StoreBusyError, StoreFullError
from bot.storage.store import MOST_TOGETHER, Store
from tests.storage.conftest import At
from tests.storage.writing import Reads, held_up, members, together

SAFE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
"""https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL."""


@pytest.fixture
def url(file: Path) -> URL:
    """The address of a file."""
    return make_url(f"sqlite:///{file}")


def pragmas(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SAFE}


async def test_every_connection_is_durable_and_patient(store: Store) -> None:
    asked = (store.read(pragmas), store.read(pragmas), store.write(pragmas))
    assert await asyncio.gather(*asked) == [SAFE] * 3


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
    with pytest.raises(StoreBusyError):
        await members(store)


async def test_where_the_database_fails_nobody_pays_for_the_work_of_another(store: Store, reads: Reads) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself when the disk is full
        connection.exec_driver_sql("SELECT * FROM nothing")

    one, failed, two = await together(store, reads(1), work, reads(2))
    assert (one, two) == (None, None)
    assert isinstance(failed, OperationalError)
    assert await members(store) == [1, 2]


async def test_a_full_disk_is_told_of_to_all_and_taken_up_again(store: Store, at: At, reads: Reads) -> None:
    def work(connection: Connection) -> None:
        rows = [{"member_id": 2, "lesson_id": "async", "part_id": f"p{n}", "read_at": at(0)} for n in range(5_000)]
        connection.execute(insert(tables.parts_read), rows)

    def no_room(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are

    event.listen(Engine, "begin", no_room)
    try:
        told = await together(store, reads(1), work, reads(3))
    finally:
        event.remove(Engine, "begin", no_room)
    assert [type(error) for error in told] == [StoreFullError] * 3
    assert "full" in str(told[0].__cause__)
    assert await members(store) == []

    def room(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")

    await store.write(room)
    await store.write(work)
    await store.write(reads(1))
    assert {*await members(store)} == {1, 2}


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
        asked = [asyncio.ensure_future(store.write(reads(number))) for number in range(MOST_TOGETHER + 3)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert store.waiting == 0, "those that go together next need not wait as long again"
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(error) for error in told] == [StoreBusyError] * len(asked)
        assert len({*map(id, told)}) == len(asked), "where an error is raised adds to it: each has its own"
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
