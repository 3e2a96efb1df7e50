"""A database of before there were standings gets them from the attempts that were finished by then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL, make_url

from bot.domain.board import ALL_LESSONS, EVERYWHERE, BoardKey
from bot.domain.records import Standing
from bot.storage.migrate import migrate
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from bot.storage.upgrade import alembic_config

SUNDAY = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 0, 1, tzinfo=UTC)


@pytest.fixture
def url(file: Path) -> URL:
    """The address of a file."""
    return make_url(f"sqlite:///{file}")


def stored(file: Path, *rows: tuple[int, int | None, str, bool, datetime | None, int | None]) -> None:
    """Attempts as the version before stored them: member, server, lesson, first, end, score of five."""
    names = "id, member_id, guild_id, lesson_id, kind, layout, first, started_at, finished_at, score, total"
    with closing(sqlite3.connect(file)) as connection, connection:
        for number, (member, guild, lesson, first, end, score) in enumerate(rows):
            ended = None if end is None else int(end.timestamp() * 1000)
            values = (f"id{number}", member, guild, lesson, f"kind{number}", "[]", first, 0, ended, score, 5)
            connection.execute(f"INSERT INTO attempts ({names}) VALUES ({', '.join('?' * 11)})", values)


async def test_points_of_before_are_summed_up_once(url: URL, file: Path) -> None:
    await migrate(url)
    async with Store(url) as store:
        await store.write(lambda connection: command.downgrade(alembic_config(connection), "0002"))
    stored(
        file,
        (1, 10, "async", True, SUNDAY, 3),
        (1, 10, "threads", True, MONDAY, 4),
        (1, 10, "async", False, MONDAY, 5),  # practice
        (2, None, "async", True, SUNDAY, 5),  # in a direct message
        (3, 10, "async", True, None, None),  # left half done
        (4, 11, "async", True, MONDAY, 1),
    )
    await migrate(url)
    await migrate(url)

    async with Store(url) as store:

        async def board(guild_id: int, lesson_id: str, period: str) -> list[Standing]:
            found = await Ranking(store).page(BoardKey(guild_id, lesson_id, period), 0, 0, 10)
            return list(found.standings)

        assert await board(10, ALL_LESSONS, "always") == [Standing(1, 1, 7, 10)]
        assert await board(10, "async", "always") == [Standing(1, 1, 3, 5)]
        assert await board(10, ALL_LESSONS, "2026-W09") == [Standing(1, 1, 3, 5)]
        assert await board(10, ALL_LESSONS, "2026-W10") == [Standing(1, 1, 4, 5)]
        assert await board(10, ALL_LESSONS, "2026-03") == [Standing(1, 1, 7, 10)]
        assert await board(11, "async", "always") == [Standing(1, 4, 1, 5)]
        everywhere = await board(EVERYWHERE, "async", "always")
        assert everywhere == [Standing(1, 2, 5, 5), Standing(2, 1, 3, 5), Standing(3, 4, 1, 5)]
