"""A database on disk, brought to this version, and attempts to put into it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage.attempts import Attempts
from bot.storage.migrate import migrate
from bot.storage.store import Store

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


@pytest.fixture
def url(file: Path) -> URL:
    """The address of the database."""
    return make_url(f"sqlite:///{file}")


@pytest.fixture
async def store(url: URL) -> AsyncGenerator[Store]:
    """An open database with the tables of this version."""
    await migrate(url)
    async with Store(url) as opened:
        yield opened


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
