"""Bring a database to this version of the code, or refuse it untouched. The steps stand in `migrations/`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import StorageError

_MIGRATIONS = Path(__file__).with_name("migrations")


async def migrate(url: URL) -> None:
    """Create or upgrade the database at `url`.

    Raises:
        StorageError: the place cannot be written, the file is no database, or it is newer than this code.
    """
    if url.get_backend_name() == "sqlite" and url.database:
        await asyncio.to_thread(_writable, Path(url.database))
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, url)
    except DBAPIError as error:
        where = url.render_as_string(hide_password=True)
        raise StorageError(
            f"The database {where} cannot be used: {error.orig}. Check the file or TANDEM_DATABASE_URL."
        ) from error
    finally:
        await engine.dispose()


def _writable(file: Path) -> None:
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{file.name}.probe"
        probe.touch()
        probe.unlink()
        if file.exists():
            with file.open("r+b"):
                pass
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written ({error.strerror}). "
            "Make it writable, or point TANDEM_DATABASE_URL at a place that is."
        ) from error


def _upgrade(connection: Connection, url: URL) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    if current == script.get_current_head():
        return
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        where = url.render_as_string(hide_password=True)
        raise StorageError(
            f"The database {where} is newer than this Tandem (its version is {current}). "
            "Update Tandem, or point TANDEM_DATABASE_URL elsewhere."
        )
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # kept in the file from here on
        connection.commit()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
