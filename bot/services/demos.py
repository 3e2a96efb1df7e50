"""Demos: plan, run in a process of its own, keep the trace so that the buttons work next week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeAlias

from bot.domain.errors import MemberError
from bot.domain.plan import DEMOS, Plan, parse_delays, plan_for
from bot.domain.records import KeptRun
from bot.domain.trace import Trace, TraceError
from bot.runners.pool import RunnerPool
from bot.runners.run import Run
from bot.runners.source import python_source
from bot.storage.runs import Runs

LiveRun: TypeAlias = Run
"""A run under way: its progress so far, and its events as they happen."""


class GoneRunError(MemberError):
    """The run is not stored any more."""


class DemoService:
    """Runs demos for members."""

    def __init__(
        self,
        pool: RunnerPool,
        runs: Runs,
        *,
        usual_delays_ms: tuple[int, ...],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._pool, self._runs, self._usual = pool, runs, usual_delays_ms
        self._now, self._new_id = now, new_id

    @property
    def demos(self) -> tuple[str, ...]:
        """The names of all demos."""
        return tuple(DEMOS)

    def plan(self, demo: str, delays: str | None) -> Plan:
        """What a member asked to run; without `delays`, the tasks of the lesson.

        Raises:
            PlanError: the demo is unknown, or the delays cannot be used.
        """
        return plan_for(demo.strip().lower(), parse_delays(delays) if delays is not None else self._usual)

    def run(self, plan: Plan, on_wait: Callable[[int], Awaitable[None]]) -> AbstractAsyncContextManager[LiveRun]:
        """Run a plan when its turn has come; `on_wait` is told its place in line, 1 being next.

        Raises:
            RunnerError: the run could not be started, or broke off.
        """
        return self._pool.run(plan, on_wait)

    def sources(self, run: KeptRun) -> list[str]:
        """The programs that a run executed, one a phase."""
        return [python_source(phase) for phase in run.trace.plan.phases]

    async def close(self) -> None:
        """End every run, and refuse further ones."""
        await self._pool.close()

    async def keep(self, member_id: int, guild_id: int | None, trace: Trace) -> KeptRun:
        """Store a finished run."""
        run = KeptRun(self._new_id(), member_id, guild_id, trace, self._now())
        await self._runs.add(run)
        return run

    async def load(self, run_id: str) -> KeptRun:
        """A stored run.

        Raises:
            GoneRunError: it is not stored any more.
        """
        try:
            run = await self._runs.get(run_id)
        except TraceError:  # kept by a version with other limits
            run = None
        if run is None:
            raise GoneRunError("This run is not here any more. `/demo` makes a new one.")
        return run
