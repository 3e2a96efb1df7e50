"""What an operator sees when the bot cannot start: one line that names the remedy, and an exit code for each kind."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground import Playground
from tests.program import ROOT, Ended, run


def one_line(ended: Ended, code: int, *words: str) -> None:
    """It ended with that code and one line on standard error, which holds these words."""
    assert (ended.code, ended.err.count("\n")) == (code, 1), ended.err
    assert ended.err.startswith("tandem: ")
    for word in words:
        assert word in ended.err


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'tandem.db'}"


async def test_no_token() -> None:
    one_line(await run("run"), 2, "DISCORD_TOKEN is not set", "python -m bot playground")


async def test_a_setting_that_cannot_be_used() -> None:
    one_line(await run(TANDEM_LOG_LEVEL="LOUD"), 2, "TANDEM_LOG_LEVEL", "'DEBUG'")


async def test_a_wrong_token(database: str) -> None:
    async with Playground() as discord:
        ended = await run(DISCORD_TOKEN="wr0ng", DISCORD_API_URL=discord.api_url, TANDEM_DATABASE_URL=database)
    one_line(ended, 3, "DISCORD_TOKEN", "refused the token")
    assert "wr0ng" not in ended.err


async def test_an_api_that_cannot_be_reached(database: str) -> None:
    ended = await run(DISCORD_TOKEN="x", DISCORD_API_URL="http://127.0.0.1:9/api/v10", TANDEM_DATABASE_URL=database)
    one_line(ended, 4, "http://127.0.0.1:9/api/v10 cannot be reached (Connection refused)", "DISCORD_API_URL")


async def test_a_port_that_is_taken(database: str) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        one_line(await run("--port", port, TANDEM_DATABASE_URL=database), 5, port, "--port")


async def test_a_health_port_that_is_taken(database: str) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "0.0.0.0", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        ended = await run("--port", "0", TANDEM_DATABASE_URL=database, TANDEM_METRICS_PORT=port)
        one_line(ended, 5, port, "TANDEM_METRICS_PORT")


async def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/file/tandem.db")
    one_line(ended, 6, "cannot be written", "TANDEM_DATABASE_URL")


async def test_a_database_that_is_newer_stays_untouched(tmp_path: Path, database: str) -> None:
    file = tmp_path / "tandem.db"
    with closing(sqlite3.connect(file)) as newer:
        newer.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')"
        )
    before = file.read_bytes()

    one_line(await run("playground", "--port", "0", TANDEM_DATABASE_URL=database), 6, "newer", "9999")
    assert file.read_bytes() == before
    assert names(tmp_path) == ["tandem.db"]


async def test_broken_content(tmp_path: Path, database: str) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content" / "async", content / "async")
    (content / "async" / "lesson.yaml").write_text("title: 5\n")
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=database, TANDEM_CONTENT_DIR=str(content))
    one_line(ended, 1, "content/async/lesson.yaml:1: ", "python -m bot check")


async def test_no_content(tmp_path: Path, database: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=database, TANDEM_CONTENT_DIR=nowhere)
    one_line(ended, 1, "nowhere:1: ", "expected a folder of lessons")
