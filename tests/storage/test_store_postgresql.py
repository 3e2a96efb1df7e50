"""What the store promises on PostgreSQL besides: several processes write as if each were alone, and it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import psycopg
import pytest
from sqlalchemy import URL, Connection, func, insert, select, text, update

from bench.postgres import Postgres, a_postgres
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.engine import BUSY_TIMEOUT_MS, StoreAwayError, StoreBusyError
from bot.storage.migrate import migrate
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt, address
from tests.storage.writing import Reads, held_up, members, together

ONE = tables.members.c.member_id == 1
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


def minute_of_one(connection: Connection) -> int:
    return connection.scalar(select(func.coalesce(tables.members.c.remind_minute, 0)).where(ONE)) or 0


async def test_every_connection_is_durable_has_limits_and_sees_one_moment(store: Store) -> None:
    assert await store.read(limits) == ["2s", "10s", "on", "repeatable read"]
    assert await store.write(limits) == ["2s", "10s", "on", "serializable"]


async def test_a_server_that_has_gone_silent_is_not_waited_for_without_end(store: Store) -> None:
    def parameters(connection: Connection) -> dict[str, str]:
        return connection.connection.driver_connection.info.get_parameters()

    found = await store.read(parameters)
    limits = {name: found[name] for name in ("keepalives_idle", "keepalives_count", "tcp_user_timeout")}
    assert limits == {"keepalives_idle": "5", "keepalives_count": "2", "tcp_user_timeout": "8000"}


async def test_what_one_process_has_written_the_other_reads(store: Store, other: Store, reads: Reads) -> None:
    await store.write(reads(1))
    assert await members(other) == [1]


async def test_processes_that_count_at_once_lose_nothing_and_do_nothing_twice(store: Store, other: Store) -> None:
    """Each reads a number and writes one more, as often as it can: whoever waits sees what the other has written."""
    await store.write(lambda connection: connection.execute(insert(tables.members), {"member_id": 1, "hidden": False}))
    tries = list[int]()

    def work(connection: Connection) -> None:
        tries.append(minute_of_one(connection))
        connection.execute(update(tables.members).where(ONE).values(remind_minute=tries[-1] + 1))

    async def count(process: Store) -> None:
        for _ in range(50):
            await process.write(work)

    await asyncio.gather(count(store), count(other))
    assert await store.read(minute_of_one) == 100
    assert tries == list(range(100))


async def test_what_an_operator_changes_meanwhile_by_hand_is_not_lost(store: Store, postgres: Postgres) -> None:
    await store.write(lambda connection: connection.execute(insert(tables.members), {"member_id": 1, "hidden": False}))
    tries, waits = list[int](), list[object]()

    def work(connection: Connection) -> None:
        tries.append(minute_of_one(connection))
        waits.append(connection.scalar(text("SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'")))
        if len(tries) == 1:
            with psycopg.connect(postgres.address(store.url.database or "")) as operator:
                operator.execute("UPDATE members SET remind_minute = 7")
        connection.execute(update(tables.members).where(ONE).values(remind_minute=tries[-1] + 1))

    await store.write(work)
    assert await store.read(minute_of_one) == 8
    assert tries == [0, 7]
    assert waits[0] == BUSY_TIMEOUT_MS
    assert waits[1] < BUSY_TIMEOUT_MS, "what is left of it"


async def test_a_burst_of_answers_in_several_processes_is_saved_by_all(
    store: Store, other: Store, new: NewAttempt, at: At
) -> None:
    """More at once than PostgreSQL remembers rows of: https://www.postgresql.org/docs/current/runtime-config-locks.html"""

    async def burst(process: Store, first_member: int) -> None:
        attempts = Attempts(process, remember)
        begun = [new(f"a{member}", member, questions=1) for member in range(first_member, first_member + 200)]
        begun = await asyncio.gather(*map(attempts.begin, begun))
        answered = [each.answer("q0", "yes", correct=True, at=at(1)) for each in begun]
        await asyncio.gather(*(attempts.save_answer(each, "q0") for each in answered))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.storage.store.is_conflict", lambda error: pytest.fail(f"done again: {error}"))
        await asyncio.gather(burst(store, 1_000), burst(other, 2_000))
    finished = select(func.count()).where(tables.attempts.c.finished_at.is_not(None))
    assert await store.read(lambda connection: connection.scalar(finished)) == 400


async def test_whoever_waits_for_a_row_does_not_take_the_others_along(
    store: Store, postgres: Postgres, reads: Reads
) -> None:
    await store.write(lambda connection: connection.execute(insert(tables.members), {"member_id": 1, "hidden": False}))

    def work(connection: Connection) -> None:
        connection.execute(update(tables.members).where(ONE).values(remind_minute=1))

    with psycopg.connect(postgres.address(store.url.database or "")) as operator:
        operator.execute("SELECT * FROM members FOR UPDATE")
        one, blocked, two = await together(store, reads(1), work, reads(2))
    assert (one, two) == (None, None)
    assert isinstance(blocked, StoreBusyError)
    assert await members(store) == [1, 2]
    await store.write(work)


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
