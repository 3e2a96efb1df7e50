"""What the store promises on PostgreSQL besides: several processes write as if each were alone, and it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from threading import Barrier

import pytest
from sqlalchemy import URL, Connection, func, insert, select, text, update

from bot.storage import tables
from bot.storage.engine import StoreAwayError, StoreBusyError
from bot.storage.migrate import migrate
from bot.storage.store import Store
from tests.postgres import Postgres, a_postgres
from tests.storage.conftest import address
from tests.storage.writing import Reads, held_up, members

LIMITS = ("lock_timeout", "statement_timeout", "synchronous_commit", "transaction_isolation")


@pytest.fixture
def url(postgres: Postgres) -> URL:
    """The address of a database on the server."""
    return address(postgres)


@pytest.fixture
async def other(store: Store) -> AsyncGenerator[Store]:
    """The same database, opened by another process."""
    async with Store(store.url) as opened:
        yield opened


def limits(connection: Connection) -> list[object]:
    return [connection.scalar(text(f"SHOW {name}")) for name in LIMITS]


async def test_every_connection_is_durable_has_limits_and_sees_one_moment(store: Store) -> None:
    assert await store.read(limits) == ["2s", "10s", "on", "repeatable read"]
    assert await store.write(limits) == ["2s", "10s", "on", "serializable"]


async def test_what_one_process_has_written_the_other_reads(store: Store, other: Store, reads: Reads) -> None:
    await store.write(reads(1))
    assert await members(other) == [1]


async def test_two_processes_that_count_at_once_lose_nothing(store: Store, other: Store) -> None:
    """Each reads a number, waits until the other has read it too, and writes one more: one of them is done again."""
    await store.write(lambda connection: connection.execute(insert(tables.members), {"member_id": 1, "hidden": False}))
    both, this = Barrier(2), tables.members.c.member_id == 1
    tries = list[int]()

    def work(connection: Connection) -> None:
        minute = connection.scalar(select(func.coalesce(tables.members.c.remind_minute, 0)).where(this)) or 0
        tries.append(minute)
        if len(tries) <= 2:
            both.wait(timeout=10)
        connection.execute(update(tables.members).where(this).values(remind_minute=minute + 1))

    await asyncio.gather(store.write(work), other.write(work))
    assert await store.read(lambda connection: connection.scalar(select(tables.members.c.remind_minute))) == 2
    assert sorted(tries) == [0, 0, 1]


async def test_a_row_that_another_process_does_not_let_go_is_told_of(store: Store, other: Store, reads: Reads) -> None:
    async with held_up(other, reads(1)):
        with pytest.raises(StoreBusyError):
            await store.write(reads(1))
    assert await members(store) == [1]


async def test_connections_that_the_server_has_closed_are_made_anew(store: Store, other: Store, reads: Reads) -> None:
    await store.write(reads(1))
    others = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert await other.read(lambda connection: connection.scalar(others))
    await store.write(reads(2))
    assert await members(store) == [1, 2]


async def test_a_server_that_is_away_is_told_of_and_taken_up_again(reads: Reads) -> None:
    with a_postgres() as server:
        url = address(server)
        await migrate(url)
        async with Store(url) as store:
            await store.write(reads(1))
            server.kill()
            with pytest.raises(StoreAwayError):
                await store.write(reads(2))
            with pytest.raises(StoreAwayError):
                await members(store)
            server.start()
            await store.write(reads(3))
            assert await members(store) == [1, 3]
