"""The parts that a member has read are marked."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert

from bot.domain.lesson import PartId
from bot.storage import tables
from bot.storage.reading import PartsRead
from bot.storage.store import Store
from tests.storage.conftest import At


@pytest.fixture
def read(store: Store) -> PartsRead:
    return PartsRead(store)


async def test_marks_belong_to_a_member_and_a_lesson(read: PartsRead, at: At) -> None:
    await read.mark(1, "async", PartId.FLOW, at(1))
    await read.mark(1, "async", PartId.CODE, at(2))
    assert await read.of(1, "async") == {PartId.FLOW, PartId.CODE}
    assert await read.of(2, "async") == frozenset()
    assert await read.of(1, "sync") == frozenset()


async def test_the_first_time_counts(read: PartsRead, store: Store, at: At) -> None:
    await read.mark(1, "async", PartId.FLOW, at(1))
    await asyncio.gather(*(read.mark(1, "async", PartId.FLOW, at(2)) for _ in range(20)))
    row = await store.read(lambda connection: connection.execute(tables.parts_read.select()).one())
    assert row.read_at == at(1)


async def test_a_part_that_no_longer_exists_is_left_out(read: PartsRead, store: Store, at: At) -> None:
    await read.mark(1, "async", PartId.FLOW, at(1))
    gone = {"member_id": 1, "lesson_id": "async", "part_id": "songs", "read_at": at(1)}
    await store.write(lambda connection: connection.execute(insert(tables.parts_read), gone))
    assert await read.of(1, "async") == {PartId.FLOW}
