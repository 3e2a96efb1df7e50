"""A database on disk, brought to this version, and attempts to put into it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, event, insert, make_url

from bench.postgres import Postgres
from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.migrate import _migrate, migrate
from bot.storage.store import Store
from bot.storage.tables import VERSION
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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables of this version, to be copied: that takes a fraction of making them."""
    made = tmp_path_factory.mktemp("migrated") / "tandem.db"
    _migrate(make_url(f"sqlite:///{made}"), VERSION)
    return made


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """The same on the server: the name of a database."""
    made = postgres.database()
    _migrate(postgres.store_url(made), VERSION)
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, file: Path) -> URL:
    """The address of a database on either engine in turn: one with its tables for a test that asks for the store, for
    others one that is not there yet, or has none.
    """
    migrated = "store" in request.fixturenames
    if request.param == "sqlite":
        if migrated:
            file.parent.mkdir()
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        return make_url(f"sqlite:///{file}")
    server: Postgres = request.getfixturevalue("postgres")
    template = request.getfixturevalue("migrated_database") if migrated else "template0"
    return server.store_url(server.database(template))


def address(server: Postgres) -> URL:
    """The address of a fresh, empty database, as the store is handed it."""
    return server.store_url()


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
