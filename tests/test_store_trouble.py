"""The database cannot be written: its disk is full, or another process holds it. Members are told, and it goes on."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from bot.playground import Playground
from bot.storage.engine import StoreAwayError, StoreBusyError, StoreError, StoreFullError
from tests.person import Failed, Person, Seen
from tests.program import Program, program

Trouble = Callable[[Program, Path], AbstractContextManager[None]]


@contextmanager
def locked(_bot: Program, file: Path) -> Generator[None]:
    """Another process holds the database for longer than anybody waits."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def no_longer_files(bot: Program, _file: Path) -> Generator[None]:
    """The system lets the bot write no more, as where a quota is used up."""
    process = psutil.Process(bot.pid)
    before = process.rlimit(resource.RLIMIT_FSIZE)
    process.rlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    process.rlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def full_disk(_bot: Program, file: Path) -> Generator[None]:
    """Somebody has filled the disk to the last byte."""
    filling = file.with_name("filling")
    with filling.open("wb", buffering=0) as rest, suppress(OSError):
        while rest.write(bytes(4096)):
            pass
    assert os.statvfs(file.parent).f_bavail == 0
    yield
    filling.unlink()


@contextmanager
def disk_of_its_own(folder: Path) -> Generator[bool]:
    """A small disk for a folder; whether there is one: the system gives it to root alone, as CI is, if at all."""
    asked = ("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder)
    mounted = os.geteuid() == 0 and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    if os.environ.get("CI") == "true":
        assert mounted, "CI must have a disk that can be filled"
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(("umount", "--lazy", folder), check=True)


def troubles() -> list[tuple[Trouble, StoreError]]:
    """What can be made to happen here, and what members are told of it. A disk that says it is full, where there is no
    small one to be had, is tried with a limit of SQLite's own: see the tests of the store.
    """
    found: list[tuple[Trouble, StoreError]] = [(locked, StoreBusyError()), (no_longer_files, StoreAwayError())]
    with TemporaryDirectory() as folder, disk_of_its_own(Path(folder)) as mounted:
        return [*found, (full_disk, StoreFullError())] if mounted else found


@pytest.fixture
async def discord() -> AsyncGenerator[Playground]:
    """A Discord somewhere else."""
    async with Playground() as playground:
        yield playground


@pytest.fixture
def file(tmp_path: Path) -> Generator[Path]:
    """Where the database is going to be."""
    with disk_of_its_own(tmp_path):
        yield tmp_path / "tandem.db"


@pytest.mark.parametrize(("trouble", "error"), troubles())
async def test_members_are_told_and_nothing_is_half_saved_and_it_goes_on(
    discord: Playground, file: Path, trouble: Trouble, error: StoreError
) -> None:
    environment = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "TANDEM_DATABASE_URL": f"sqlite:///{file}",
        "TANDEM_LOG_FORMAT": "json",
    }
    async with Person.at(discord.url, "Ada") as ada, program(**environment) as bot:
        await bot.says('"ready"')
        question = await ada.type("quiz")
        with trouble(bot, file):
            for _ in range(2):
                told = await answered(ada, question)
                assert (told.text, told.private) == (str(error), True)
            logged = [json.loads(await bot.says('"trouble"')) for _ in range(2)]
        assert answers(file) == []
        assert "Next" in (await ada.press("B", question)).labels
        assert len(answers(file)) == 1

        bot.signal(signal.SIGTERM)
        ended = await bot.ended()
    assert {(line["level"], line["error"]) for line in logged} == {("warning", type(error).__name__)}
    assert all(line["cause"] for line in logged)
    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert [line for line in lines if line["level"] in ("error", "critical")] == []
    assert ended.code == 0
    alarms = [line for line in lines if line["event"] in ("database fails", "database works again")]
    assert [line["event"] for line in alarms] == ["database fails", "database works again"]  # not with every click
    assert str(file.parent if isinstance(error, StoreFullError) else file) in alarms[0]["problem"]
    assert alarms[0]["cause"] == logged[0]["cause"]


async def answered(ada: Person, question: Seen) -> Seen:
    """What the member is told who presses A, and again where a busy machine took longer than the 3 s that there are."""
    async with asyncio.timeout(60):
        while True:
            with suppress(Failed):
                return await ada.press("A", question, aside=True)


def answers(file: Path) -> list[tuple[str]]:
    """The options that are stored."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT option_id FROM answers").fetchall()
