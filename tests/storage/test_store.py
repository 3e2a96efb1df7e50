"""What an open database promises: what was written is on disk, whole, and in nobody's way."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.store import BUSY_TIMEOUT_MS, Store
from tests.storage.conftest import At, NewAttempt

SAFE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}
"""https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL."""


async def pragmas(connection: AsyncConnection) -> dict[str, object]:
    return {name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in SAFE}


async def read(connection: AsyncConnection, at: At) -> None:
    """Write that a member has read a part."""
    values = {"member_id": 1, "lesson_id": "async", "part_id": "flow", "read_at": at(0)}
    await connection.execute(insert(tables.parts_read).values(values))


async def count(store: Store) -> int:
    async with store.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.parts_read)) or 0


async def test_every_connection_is_durable_and_patient(store: Store) -> None:
    async with store.reading() as one, store.reading() as two, store.writing() as three:
        assert [await pragmas(connection) for connection in (one, two, three)] == [SAFE] * 3


async def test_what_was_written_is_there_after_a_restart(store: Store, at: At) -> None:
    async with store.writing() as connection:
        await read(connection, at)
    async with Store(store.url) as again:
        assert await count(again) == 1


async def test_a_block_that_raises_writes_nothing(store: Store, at: At) -> None:
    async def write() -> None:
        async with store.writing() as connection:
            await read(connection, at)
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="the lights went out"):
        await write()
    assert await count(store) == 0


async def test_a_reader_is_not_held_up_and_sees_only_what_is_done(store: Store, at: At) -> None:
    async with store.writing() as connection:
        await read(connection, at)
        assert await count(store) == 0
    assert await count(store) == 1


async def test_writers_take_turns(store: Store, at: At) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with store.writing() as connection:
            order.append(f"{name} in")
            await connection.execute(select(tables.runs))
            order.append(f"{name} out")

    await asyncio.gather(write("a"), write("b"), write("c"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_another_process_that_writes_is_waited_for(store: Store, at: At) -> None:
    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(write_one(store, at))
        assert await count(store) == 0  # by now the writer is on its way, and readers are not held up
        other.execute("COMMIT")
        await waiting
    assert await count(store) == 1


async def write_one(store: Store, at: At) -> None:
    async with store.writing() as connection:
        await read(connection, at)


async def test_a_writer_cancelled_in_the_middle_leaves_nothing(store: Store, at: At) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with store.writing() as connection:
            await read(connection, at)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(store) == 0
    await write_one(store, at)
    assert await count(store) == 1


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
        async with store.writing() as connection:
            await connection.execute(insert(tables.answers).values(values | {"answered_at": at(0)}))
