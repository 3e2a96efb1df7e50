"""A copy of the database while the bot runs, by SQLite's online backup."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from bot.errors import StorageError
from bot.storage.engine import BUSY_TIMEOUT_MS, is_sqlite, where


async def back_up(url: URL, file: Path) -> None:
    """Copy the database at `url` into `file`: one moment of it, checked, and there whole or not at all.

    https://www.sqlite.org/backup.html

    Raises:
        StorageError: it is no SQLite file, it cannot be read, or `file` is there already or cannot be written.
    """
    await asyncio.to_thread(_back_up, url, file)


def _back_up(url: URL, file: Path) -> None:
    if not is_sqlite(url):
        raise StorageError(f"{where(url)} is a PostgreSQL database. Back it up with its own tool: pg_dump -Fc.")
    if file.exists():
        raise StorageError(f"{file} is there already, and a backup replaces nothing. Name another file.")
    source = Path(url.database or "")
    if not source.is_file():
        raise StorageError(f"There is no database at {source} yet. Check TANDEM_DATABASE_URL.")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
            copy = Path(folder) / file.name
            _copy(source, copy)
            os.link(copy, file)  # unlike a rename, it fails where something has come into being meanwhile
    except FileExistsError as error:
        raise StorageError(f"{file} is there already, and a backup replaces nothing. Name another file.") from error
    except OSError as error:
        raise StorageError(f"{file} cannot be written ({error.strerror}). Name a file where there is room.") from error
    except sqlite3.Error as error:
        raise StorageError(f"{source} could not be copied: {error}. Nothing was written.") from error


def _copy(source: Path, copy: Path) -> None:
    """Copy all pages in one step: in a write-ahead log that holds up nobody, and nothing of it has to be copied anew."""
    with (
        closing(
            sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_MS / 1000)
        ) as open_,
        closing(sqlite3.connect(copy)) as target,
    ):
        open_.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        said = [row[0] for row in target.execute("PRAGMA integrity_check")]
        if said != ["ok"]:
            raise sqlite3.DatabaseError(f"the copy is not whole ({said[0]})")
    with copy.open("rb") as written:
        os.fsync(written.fileno())
