"""Runs of demos, kept so that their buttons work next week: who asked for what, and what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.program import Program
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Trace
from bot.storage import tables
from bot.storage.keep import drop_oldest
from bot.storage.store import Store

MOST_KEPT = 200
"""How many runs are kept of one member; of more, the oldest go."""

_runs = tables.runs.c


class Runs:
    """The stored runs."""

    def __init__(self, store: Store, most_kept: int = MOST_KEPT) -> None:
        self._store, self._most_kept = store, most_kept

    async def add(self, run: KeptRun) -> None:
        """Store a run that was asked for. The member's oldest go when there are too many."""
        values = {
            "id": run.id,
            "member_id": run.member_id,
            "guild_id": run.guild_id,
            "program": run.program.to_json(),
            "runtimes": [runtime.value for runtime in run.runtimes],
            "asked_at": run.asked_at,
            "traces": _events(run.traces) if run.traces else None,
            "finished_at": run.finished_at,
        }

        def work(connection: Connection) -> None:
            connection.execute(insert(tables.runs), values)
            drop_oldest(connection, tables.runs, run.member_id, self._most_kept)

        await self._store.write(work)

    async def finish(self, run_id: str, traces: tuple[Trace, ...], finished_at: datetime) -> None:
        """Store what happened, a trace for each of the run's runtimes. Without effect if the run is gone."""
        values = {"traces": _events(traces), "finished_at": finished_at}
        query = update(tables.runs).where(_runs.id == run_id).values(values)

        def work(connection: Connection) -> None:
            connection.execute(query)

        await self._store.write(work)

    async def get(self, run_id: str) -> KeptRun | None:
        """The run with that id, or None.

        Raises:
            PlanError: it was kept by a version with other limits.
            TraceError: the same.
        """
        query = select(tables.runs).where(_runs.id == run_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return None if row is None else _run(row)


def _events(traces: tuple[Trace, ...]) -> list[Any]:
    """The events of each trace; its program and runtime stand in the row already."""
    return [[event.to_json() for event in trace.events] for trace in traces]


def _run(row: Row[Any]) -> KeptRun:
    program = Program.from_json(row.program)
    runtimes = tuple(map(Runtime, row.runtimes))
    traces = tuple(
        Trace(program, runtime, tuple(map(Event.from_json, events)))
        for runtime, events in zip(runtimes, row.traces or (), strict=False)
    )
    return KeptRun(
        row.id, row.member_id, row.guild_id, program, runtimes, row.asked_at, traces=traces, finished_at=row.finished_at
    )
