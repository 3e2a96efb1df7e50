"""What an operator sees when the bot cannot start: one line that names the remedy, and an exit code for each kind."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import app
from bot.errors import UnreachableError
from bot.playground import Playground
from bot.settings import Settings
from tests.program import PATIENCE_S, ROOT, Ended, program, run


def expect_one_line(ended: Ended, code: int, *words: str) -> None:
    """It ended with that code and one line on standard error, which holds these words."""
    assert (ended.code, ended.err.count("\n")) == (code, 1), ended.err
    assert ended.err.startswith("tandem: ")
    for word in words:
        assert word in ended.err


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@asynccontextmanager
async def an_api(answers: dict[str, Any]) -> AsyncGenerator[str]:
    """An HTTP server that answers some paths, and all others with a page that says nothing; its address."""

    async def answer(request: web.Request) -> web.Response:
        if request.path in answers:
            return web.Response(body=json.dumps(answers[request.path]).encode(), content_type="application/json")
        return web.Response(text="<h1>It works</h1>", content_type="text/html")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


ACCOUNT = {"id": "1", "username": "bot", "discriminator": "0", "avatar": None}
APPLICATION = {
    "id": "1",
    "name": "bot",
    "icon": None,
    "description": "",
    "verify_key": "",
    "flags": 0,
    "owner": ACCOUNT,
    "bot_public": False,
    "bot_require_code_grant": False,
}
LOGIN = {"/users/@me": ACCOUNT, "/oauth2/applications/@me": APPLICATION}


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tandem.db'}"


async def test_no_token() -> None:
    expect_one_line(await run("run"), 8, "DISCORD_TOKEN is not set", "python -m bot playground")


async def test_a_setting_that_cannot_be_used() -> None:
    expect_one_line(await run(TANDEM_LOG_LEVEL="LOUD"), 8, "TANDEM_LOG_LEVEL", "'DEBUG'")


async def test_a_wrong_token(database: str) -> None:
    async with Playground() as discord:
        ended = await run(DISCORD_TOKEN="wr0ng", DISCORD_API_URL=discord.api_url, TANDEM_DATABASE_URL=database)
    expect_one_line(ended, 3, "DISCORD_TOKEN", "refused the token")
    assert "wr0ng" not in ended.err


async def test_an_api_that_cannot_be_reached(database: str) -> None:
    ended = await run(DISCORD_TOKEN="x", DISCORD_API_URL="http://127.0.0.1:9/api/v10", TANDEM_DATABASE_URL=database)
    expect_one_line(ended, 4, "http://127.0.0.1:9/api/v10 cannot be reached (Connection refused)", "DISCORD_API_URL")


async def test_an_api_that_is_none(database: str) -> None:
    async with an_api({}) as url:
        ended = await run(DISCORD_TOKEN="x", DISCORD_API_URL=url, TANDEM_DATABASE_URL=database)
    expect_one_line(ended, 4, f"{url} does not speak Discord's API")


async def test_a_gateway_that_nobody_can_name(database: str) -> None:
    async with an_api(LOGIN) as url:
        ended = await run(DISCORD_TOKEN="x", DISCORD_API_URL=url, TANDEM_DATABASE_URL=database)
    expect_one_line(ended, 4, url)


async def test_an_api_that_never_answers_can_be_waited_for_and_left(database: str) -> None:
    heard = asyncio.Event()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, program(DISCORD_TOKEN="x", DISCORD_API_URL=url, TANDEM_DATABASE_URL=database) as bot:
        async with asyncio.timeout(PATIENCE_S):
            await heard.wait()
        bot.signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            ended = await bot.ended()
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err


async def test_a_gateway_that_cannot_be_reached(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = {"total": 1, "remaining": 1, "reset_after": 0, "max_concurrency": 1}
    gateway = {"url": "ws://127.0.0.1:9", "shards": 1, "session_start_limit": limit}
    answers = {**LOGIN, "/gateway/bot": gateway, "/applications/1/commands": []}
    monkeypatch.setattr(app, "CONNECT_WITHIN_S", 0.5)
    async with an_api(answers) as url:
        with pytest.raises(UnreachableError, match=r"did not let the bot in within 0\.5 s"):
            await app.run(replace(settings, api_url=url), "x", app.real_world(), asyncio.Event())


async def test_a_port_that_is_taken(database: str) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        expect_one_line(await run("--port", port, TANDEM_DATABASE_URL=database), 5, port, "--port")


async def test_a_health_port_that_is_taken(database: str) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "0.0.0.0", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        ended = await run("--port", "0", TANDEM_DATABASE_URL=database, TANDEM_METRICS_PORT=port)
        expect_one_line(ended, 5, port, "TANDEM_METRICS_PORT")


async def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=f"sqlite:///{tmp_path}/file/tandem.db")
    expect_one_line(ended, 6, "cannot be written", "TANDEM_DATABASE_URL")


async def test_a_database_that_is_newer_stays_untouched(tmp_path: Path, database: str) -> None:
    file = tmp_path / "tandem.db"
    with closing(sqlite3.connect(file)) as newer:
        newer.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')"
        )
    before = file.read_bytes()

    expect_one_line(await run("playground", "--port", "0", TANDEM_DATABASE_URL=database), 6, "newer", "9999")
    assert file.read_bytes() == before
    assert names(tmp_path) == ["tandem.db"]


async def test_broken_content(tmp_path: Path, database: str) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content" / "async", content / "async")
    (content / "async" / "lesson.yaml").write_text("title: 5\n")
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=database, TANDEM_CONTENT_DIR=str(content))
    expect_one_line(ended, 7, "content/async/lesson.yaml:1: ", "python -m bot check")


async def test_no_content(tmp_path: Path, database: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    ended = await run("playground", "--port", "0", TANDEM_DATABASE_URL=database, TANDEM_CONTENT_DIR=nowhere)
    expect_one_line(ended, 7, "nowhere:1: ", "expected a folder of lessons")
