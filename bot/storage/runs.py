"""Runs of demos, kept so that their buttons work next week: who ran what, and its trace."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.domain.records import KeptRun
from bot.domain.trace import Trace
from bot.storage import tables
from bot.storage.store import Store


class Runs:
    """The stored runs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, run: KeptRun) -> None:
        """Store a finished run."""
        values = {
            "id": run.id,
            "member_id": run.member_id,
            "guild_id": run.guild_id,
            "trace": run.trace.to_json(),
            "finished_at": run.finished_at,
        }
        async with self._store.writing() as connection:
            await connection.execute(insert(tables.runs).values(values))

    async def get(self, run_id: str) -> KeptRun | None:
        """The run with that id."""
        async with self._store.reading() as connection:
            row = (await connection.execute(select(tables.runs).where(tables.runs.c.id == run_id))).first()
        if row is None:
            return None
        return KeptRun(row.id, row.member_id, row.guild_id, Trace.from_json(row.trace), row.finished_at)
