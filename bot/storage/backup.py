"""A copy of the database while the bot runs, by SQLite's online backup."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from bot.errors import StorageError
from bot.storage.engine import BUSY_TIMEOUT_MS, is_sqlite, where

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


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
            _put(copy, file)
    except FileExistsError as error:
        raise StorageError(f"{file} is there already, and a backup replaces nothing. Name another file.") from error
    except OSError as error:
        where_to = "where there is room" if error.errno in _NO_ROOM else "in a folder that can be written to"
        raise StorageError(f"{file} cannot be written ({error.strerror}). Name a file {where_to}.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise StorageError(f"{file} cannot be written ({error}). Name a file where there is room.") from error
        raise StorageError(f"{source} could not be copied: {error}. Nothing was written.") from error


def _copy(source: Path, copy: Path) -> None:
    """Copy all pages in one step: with a write-ahead log that holds up nobody, and nothing is copied twice."""
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


def _put(copy: Path, file: Path) -> None:
    """Give the copy its name, where nothing has come into being meanwhile."""
    try:
        os.link(copy, file)  # unlike a rename, it replaces nothing
    except FileExistsError:
        raise
    except OSError:  # there are no hard links on exFAT, on many shares, and in some folders that a container is given
        file.open("xb").close()  # the name is ours now
        try:
            copy.replace(file)
        except BaseException:
            file.unlink()
            raise
    with suppress(OSError):  # not every file system has folders that can be told to be on disk
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
