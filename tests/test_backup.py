"""An operator keeps copies: `python -m bot backup` and `python -m bot migrate`, as they are typed."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.errors import StorageError
from bot.settings import Settings
from bot.storage.backup import back_up
from tests.conftest import House, a_house
from tests.person import Person
from tests.program import ROOT, Ended, run
from tests.test_store_trouble import disk_of_its_own


def told(ended: Ended) -> tuple[int, str]:
    """Exit code, and the one line that was said on standard error."""
    assert "Traceback" not in ended.err
    return ended.code, ended.err.strip().removeprefix("tandem: ")


def put(file: Path, text: str) -> None:
    file.write_text(text)


def held_by(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def left_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.startswith((".copy", "copy")))


def fill(disk: Path) -> None:
    """Fill a disk to the last byte."""
    with (disk / "filling").open("wb", buffering=0) as rest, suppress(OSError):
        while rest.write(bytes(4096)):
            pass


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


async def test_a_copy_made_while_members_answer_can_be_put_in_the_place_of_the_database(
    house: House, ada: Person, copy: Path
) -> None:
    await ada.type("quiz", topic="async")
    await ada.press("A")

    ended = await run("backup", str(copy), TANDEM_DATABASE_URL=house.settings.database_url)
    assert (ended.code, ended.out, ended.err) == (0, f"The scores are in {copy}.\n", "")
    assert left_in(copy.parent) == ["copy.db"], "nothing is left beside it"
    await ada.press("Next")
    await ada.press("B")

    restored = replace(house.settings, database_url=f"sqlite:///{copy}")
    await house.restart(restored)
    again = await ada.type("quiz", topic="async")
    assert "Question 2 of 5" in again.text, "what was answered before the copy is there, and nothing after"


async def test_a_backup_replaces_nothing(settings: Settings, copy: Path) -> None:
    put(copy, "my diary")
    async with a_house(settings):
        ended = await run("backup", str(copy), TANDEM_DATABASE_URL=settings.database_url)
    assert told(ended) == (6, f"{copy} is there already, and a backup replaces nothing. Name another file.")
    assert held_by(copy) == "my diary"


async def test_a_backup_where_nothing_can_be_written(settings: Settings, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "copy.db"
    async with a_house(settings):
        ended = await run("backup", str(nowhere), TANDEM_DATABASE_URL=settings.database_url)
    assert told(ended) == (
        6,
        f"{nowhere} cannot be written (No such file or directory). Name a file in a folder that can be written to.",
    )


async def test_a_backup_where_there_is_no_room(settings: Settings, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with disk_of_its_own(stick) as mounted:
        if not mounted:
            pytest.skip("the system gives no disk of its own")
        fill(stick)
        async with a_house(settings):
            ended = await run("backup", str(stick / "copy.db"), TANDEM_DATABASE_URL=settings.database_url)
        code, said = told(ended)
        assert code == 6
        assert said.startswith(f"{stick / 'copy.db'} cannot be written (")
        assert said.endswith("Name a file where there is room.")
        assert left_in(stick) == []


def no_links(*_: object) -> None:
    """What exFAT says of a hard link; there is none of its kind that a test could be given."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


async def test_a_backup_on_a_disk_that_knows_no_hard_links(
    house: House, ada: Person, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.type("quiz", topic="async")
    monkeypatch.setattr(os, "link", no_links)
    await back_up(make_url(house.settings.database_url), copy)
    assert left_in(copy.parent) == ["copy.db"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM attempts").fetchone() == (1,)


async def test_a_backup_on_such_a_disk_replaces_nothing_either(
    house: House, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> None:
        put(copy, "my diary")
        no_links()

    monkeypatch.setattr(os, "link", meanwhile)
    with pytest.raises(StorageError, match="is there already"):
        await back_up(make_url(house.settings.database_url), copy)
    assert held_by(copy) == "my diary"
    assert left_in(copy.parent) == ["copy.db"]


async def test_a_backup_of_nothing(tmp_path: Path, copy: Path) -> None:
    ended = await run("backup", str(copy), TANDEM_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert told(ended) == (6, f"There is no database at {tmp_path / 'none.db'} yet. Check TANDEM_DATABASE_URL.")
    assert held_by(copy) is None


async def test_a_backup_of_a_file_that_is_no_database(tmp_path: Path, copy: Path) -> None:
    broken = tmp_path / "broken.db"
    put(broken, "Dear diary, " * 100)
    code, said = told(await run("backup", str(copy), TANDEM_DATABASE_URL=f"sqlite:///{broken}"))
    assert (code, said) == (6, f"{broken} could not be copied: file is not a database. Nothing was written.")
    assert held_by(copy) is None


async def test_a_postgresql_database_has_a_tool_of_its_own(copy: Path) -> None:
    ended = await run("backup", str(copy), TANDEM_DATABASE_URL="postgresql+asyncpg://ada:secret@localhost/tandem")
    assert "pg_dump" in ended.err
    assert "secret" not in ended.err
    assert told(ended)[0] == 6


async def test_a_database_is_brought_back_and_forward_again(tmp_path: Path) -> None:
    file = tmp_path / "tandem.db"

    def tables() -> set[str]:
        with closing(sqlite3.connect(file)) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    async def migrate(*to: str) -> str:
        ended = await run("migrate", *to, TANDEM_DATABASE_URL=f"sqlite:///{file}")
        assert (ended.code, ended.err) == (0, "")
        return ended.out

    newest = await migrate()
    newest_tables = tables()
    assert await migrate("0001") == "The database has version 0001.\n"
    assert tables() == {"alembic_version", "attempts", "answers", "hints", "parts_read", "runs"}
    assert await migrate() == newest
    assert tables() == newest_tables


async def test_a_version_that_there_is_not(tmp_path: Path) -> None:
    file = tmp_path / "tandem.db"
    code, said = told(await run("migrate", "0815", TANDEM_DATABASE_URL=f"sqlite:///{file}"))
    assert code == 6
    assert said.startswith("There is no version 0815 of the database. There are 0001, 0002, ")


@pytest.mark.parametrize("words", [["migrate"], ["backup", "copy.db"]], ids=" ".join)
def test_whatever_goes_wrong_with_it_the_password_of_the_database_is_not_told(words: list[str]) -> None:
    code = f"""
import sys
from bot.__main__ import main
from bot.storage import backup, migrate

async def fails(url, *_):
    raise RuntimeError("no way to " + url.render_as_string(hide_password=False))

backup.back_up = migrate.migrate = fails
sys.argv = ["bot", *{words!r}]
main()
"""
    environment = {
        **os.environ,
        "TANDEM_LOG_FORMAT": "json",
        "TANDEM_DATABASE_URL": "postgresql://ada:s3cr3t@localhost/x",
    }
    command = (sys.executable, "-c", code)
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended.stderr
    assert "no way to" in ended.stderr
    assert "s3cr3t" not in ended.stderr
