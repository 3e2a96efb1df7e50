"""A database on disk, brought to this version, and attempts to put into it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, event, insert, make_url

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.migrate import migrate
from bot.storage.store import Store
from tests.postgres import Postgres
from tests.storage.writing import Reads

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

NewAttempt = Callable[..., Attempt]
At = Callable[[int], datetime]


@pytest.fixture(scope="session")
def at() -> At:
    """A moment, so many seconds after noon."""
    return lambda seconds: NOON + timedelta(seconds=seconds)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is going to be: in a folder that is not there yet."""
    return tmp_path / "data" / "tandem.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, file: Path) -> URL:
    """The address of a database that is not there yet, or has no tables: on either engine in turn."""
    if request.param == "sqlite":
        return make_url(f"sqlite:///{file}")
    return address(request.getfixturevalue("postgres"))


def address(server: Postgres) -> URL:
    """The address of a fresh database, as the store is handed it."""
    return make_url(server.url()).set(drivername="postgresql+psycopg")


@pytest.fixture
async def store(url: URL) -> AsyncGenerator[Store]:
    """An open database with the tables of this version."""
    await migrate(url)
    async with Store(url) as opened:
        yield opened


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


@pytest.fixture
def attempts(store: Store) -> Attempts:
    """The attempts in the database."""
    return Attempts(store, remember)


@pytest.fixture(scope="session")
def new() -> NewAttempt:
    """An attempt that has just been laid out; the database has not seen it."""

    def make(
        attempt_id: str = "one",
        member_id: int = 1,
        *,
        guild_id: int | None = 10,
        kind: QuizKind = QuizKind.PRACTICE,
        questions: int = 2,
        at: datetime = NOON,
    ) -> Attempt:
        layout = tuple(Asked(f"q{number}", ("yes", "no", "maybe")) for number in range(questions))
        return Attempt(attempt_id, member_id, guild_id, "async", kind, layout, first=False, started_at=at)

    return make
