"""Alembic at work: the steps in `migrations/`, run on a connection. Whether they are needed is asked in `migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL
from sqlalchemy.engine import Connection

from bot.errors import StorageError
from bot.storage.engine import where

_MIGRATIONS = Path(__file__).with_name("migrations")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for the steps of Tandem, to be run on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def bring(connection: Connection, url: URL, to: str) -> None:
    """Take the steps, forward or back, that lead the database at `url` to a version.

    Raises:
        StorageError: it is newer than this code, or there is no such version.
    """
    config = alembic_config(connection)
    known = sorted(revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions())
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StorageError(
            f"The database {where(url)} is newer than this Tandem (its version is {current}). "
            "Update Tandem, or point TANDEM_DATABASE_URL elsewhere."
        )
    if to not in known:
        raise StorageError(f"There is no version {to} of the database. There are {', '.join(known)}.")
    if current is not None and to < current:
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
