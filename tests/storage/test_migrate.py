"""An operator starts the bot on a database: new, of today, of tomorrow, broken, or where nothing can be written."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, make_url
from sqlalchemy.engine import Connection

from bot.errors import StorageError
from bot.storage.indexes import metadata
from bot.storage.migrate import migrate
from bot.storage.store import Store
from bot.storage.tables import VERSION
from bot.storage.upgrade import alembic_config


@pytest.fixture
def url(file: Path) -> URL:
    """The address of a file."""
    return make_url(f"sqlite:///{file}")


def query(file: Path, sql: str) -> list[Any]:
    """The first column of what a query gives; a statement is committed."""
    with closing(sqlite3.connect(file)) as connection, connection:
        return [row[0] for row in connection.execute(sql)]


def content(file: Path) -> bytes:
    return file.read_bytes()


def put(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def tables(file: Path) -> set[str]:
    return set(query(file, "SELECT name FROM sqlite_master WHERE type = 'table'"))


def differences(connection: Connection) -> list[Any]:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_server_default": True}), metadata)


async def test_a_new_database_gets_exactly_the_tables_that_the_code_knows(url: URL) -> None:
    await migrate(url)
    async with Store(url) as store:
        assert await store.read(differences) == []


async def test_the_version_of_the_code_is_the_last_step(url: URL) -> None:
    await migrate(url)
    async with Store(url) as store:
        script = await store.read(lambda connection: ScriptDirectory.from_config(alembic_config(connection)))
    assert script.get_heads() == [VERSION]


async def test_indexes_that_hold_for_some_rows_only_are_as_the_code_knows_them(url: URL, file: Path) -> None:
    await migrate(url)
    found = query(file, "SELECT sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'one_%' ORDER BY name")
    assert [sql.partition(" WHERE ")[2] for sql in found] == ["first", "finished_at IS NULL", "", "ended_at IS NULL"]


async def test_a_second_start_changes_nothing(url: URL, file: Path) -> None:
    await migrate(url)
    before = content(file)
    await migrate(url)
    assert content(file) == before


async def test_two_starts_at_once_are_one_after_the_other(url: URL, file: Path) -> None:
    await asyncio.gather(migrate(url), migrate(url))
    assert query(file, "SELECT version_num FROM alembic_version") == [VERSION]


async def test_the_file_has_a_write_ahead_log_after_every_start(url: URL, file: Path) -> None:
    await migrate(url)
    assert query(file, "PRAGMA journal_mode") == ["wal"]
    assert query(file, "PRAGMA journal_mode=DELETE") == ["delete"]  # such as a copy made by VACUUM INTO
    await migrate(url)
    assert query(file, "PRAGMA journal_mode") == ["wal"]


async def test_a_start_waits_for_another_process_that_writes(url: URL, file: Path) -> None:
    await migrate(url)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(migrate(url))
            await asyncio.to_thread(other.execute, "COMMIT")


async def test_a_step_that_fails_leaves_the_database_as_it_was(url: URL, file: Path) -> None:
    file.parent.mkdir()
    query(file, "CREATE TABLE hints (mine TEXT)")
    with pytest.raises(StorageError, match="table hints already exists"):
        await migrate(url)
    assert tables(file) == {"hints"}


async def test_a_newer_database_is_refused_untouched(url: URL, file: Path) -> None:
    await migrate(url)
    query(file, "UPDATE alembic_version SET version_num = '9999'")
    before = content(file)
    with pytest.raises(StorageError) as caught:
        await migrate(url)
    assert str(caught.value) == (
        f"The database {url} is newer than this Tandem (its version is 9999). "
        "Update Tandem, or point TANDEM_DATABASE_URL elsewhere."
    )
    assert content(file) == before
    assert left_in(file.parent) == [file.name]


async def test_a_file_that_is_no_database_is_refused_untouched(url: URL, file: Path) -> None:
    put(file, "Dear diary, today I learned about promises. " * 20)
    before = content(file)
    with pytest.raises(StorageError) as caught:
        await migrate(url)
    assert str(caught.value) == (
        f"The database {url} cannot be used: file is not a database. Check the file or TANDEM_DATABASE_URL."
    )
    assert content(file) == before


async def test_a_folder_that_cannot_be_written_is_named(url: URL, file: Path) -> None:
    put(file.parent, "a file where the folder should be")
    with pytest.raises(StorageError) as caught:
        await migrate(url)
    assert str(caught.value) == (
        f"{file.parent} cannot be written (File exists). "
        "Make it writable, or point TANDEM_DATABASE_URL at a place that is."
    )


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"is a folder\. Name a file in it by TANDEM_DATABASE_URL\."):
        await migrate(make_url(f"sqlite:///{tmp_path}"))


async def test_runs_of_the_first_version_are_dropped_and_attempts_stay(url: URL, file: Path) -> None:
    await migrate(url)
    async with Store(url) as store:
        await store.write(lambda connection: command.downgrade(alembic_config(connection), "0001"))
    query(file, "INSERT INTO runs (id, member_id, trace, finished_at) VALUES ('one', 1, '{}', 0)")
    query(file, "INSERT INTO parts_read (member_id, lesson_id, part_id, read_at) VALUES (1, 'async', 'flow', 0)")

    await migrate(url)
    assert query(file, "SELECT count(*) FROM runs") == [0]
    assert query(file, "SELECT part_id FROM parts_read") == ["flow"]


async def test_the_steps_lead_down_and_up_again(url: URL, file: Path) -> None:
    await migrate(url)
    async with Store(url) as store:
        await store.write(lambda connection: command.downgrade(alembic_config(connection), "base"))
    assert tables(file) == {"alembic_version"}
    await migrate(url)
    async with Store(url) as store:
        assert await store.read(differences) == []
