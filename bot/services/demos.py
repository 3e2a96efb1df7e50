"""Demos: what a member may run, the run in a process of its own, and what is kept of it so that buttons work next week.

A run is stored when it is asked for and again when it is done, so whatever becomes of the bot, it can be gone on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.demo import Demo
from bot.domain.errors import MemberError
from bot.domain.plan import PlanError
from bot.domain.predict import PREDICT
from bot.domain.program import Program
from bot.domain.proof import PROOF
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace, TraceError
from bot.runners.node import NodeMissingError
from bot.runners.pool import RunnerPool
from bot.runners.run import Run
from bot.services.choosing import choose_program, choose_runtimes
from bot.storage.runs import Runs

LiveRun: TypeAlias = Run
"""A run under way in one runtime: its progress so far, and its events as they happen."""

_PRIVATE = frozenset({PREDICT, PROOF})
"""Whose programs are run where only the member sees it."""

MOST_AT_ONCE = 3
"""How many runs of one member may wait or be under way, so that nobody fills all places."""


class GoneRunError(MemberError):
    """The run is not stored any more."""


class OthersRunError(MemberError):
    """The run was made in private, by another member."""

    def __init__(self) -> None:
        super().__init__("This run is somebody else's. `/demo` makes your own.")


class UnfinishedRunError(MemberError):
    """The run never came to its end, so there is nothing to show of it."""


class BusyError(MemberError):
    """The member has as many runs waiting or under way as one may have, or this very one."""


class UnderWayError(MemberError):
    """The run is under way, so it need not be run again."""

    def __init__(self) -> None:
        super().__init__("This run is still in line or under way. Press again in a minute to see its result.")


class Picture(Struct, frozen=True):
    """The timeline of a run as PNG, and what it shows in words."""

    png: bytes
    alt: str


class DemoService:
    """Runs demos for members."""

    def __init__(
        self,
        pool: RunnerPool,
        runs: Runs,
        demos: Mapping[str, Demo],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._pool, self._runs, self._demos = pool, runs, demos
        self._now, self._new_id = now, new_id
        self._under_way: dict[str, tuple[int, KeptRun]] = {}

    @property
    def has_node(self) -> bool:
        """Whether there is a Node.js to run with."""
        return self._pool.has_node

    @property
    def demos(self) -> Sequence[Demo]:
        """The demos of the catalogue, in their order."""
        return tuple(self._demos.values())

    def demo(self, demo_id: str) -> Demo | None:
        """The demo of that name; None if the catalogue has none, as of a member's own plan."""
        return self._demos.get(demo_id)

    def program(self, name: str, durations: str | None = None, plan: str | None = None) -> Program:
        """What a member asked to run; without `durations`, with those of the catalogue.

        Raises:
            UnknownDemoError: there is no such demo; the sentence suggests the nearest.
            PlanError: the plan or the durations cannot be used.
        """
        return choose_program(self._demos, name, durations, plan)

    def runtimes(self, choice: str | None, first: Runtime) -> tuple[Runtime, ...]:
        """Where a member wants to run: `node`, `python` or `both`; without a choice, in `first` if it is there.

        Raises:
            NodeMissingError: Node.js was chosen and is not there; the sentence says how to get it.
            MemberError: there is no such choice.
        """
        return choose_runtimes(choice, has_node=self.has_node, first=first)

    def present(self, runtimes: tuple[Runtime, ...]) -> tuple[Runtime, ...]:
        """Those of the runtimes that are there; all of them if none is, so that running says what is missing."""
        return tuple(runtime for runtime in runtimes if runtime is not Runtime.NODE or self.has_node) or runtimes

    @asynccontextmanager
    async def ask(
        self, member_id: int, guild_id: int | None, program: Program, runtimes: tuple[Runtime, ...]
    ) -> AsyncGenerator[KeptRun]:
        """A run that is stored before it begins. It counts as the member's until it is over, or the context is left.

        Raises:
            BusyError: the member has too many already, or runs this program there already.
            NodeMissingError: it needs Node.js, which is not there.
        """
        self._check(runtimes)
        run = KeptRun(self._new_id(), member_id, guild_id, program, runtimes, self._now())
        with self._counted(member_id, run):
            await self._runs.add(run)
            yield run

    @asynccontextmanager
    async def go_on(self, member_id: int, run_id: str) -> AsyncGenerator[KeptRun]:
        """A stored run: finished, or cut off and to be run again, which counts as an asked run does.

        Raises:
            BusyError: the member has too many already, or runs this program there already.
            GoneRunError: it is not stored any more.
            NodeMissingError: it needs Node.js, which is not there.
            OthersRunError: as `load`.
            UnderWayError: it is under way.
        """
        if run_id in self._under_way:
            raise UnderWayError
        run = await self.load(member_id, run_id)
        if run.traces:
            yield run
            return
        self._check(run.runtimes)
        with self._counted(member_id, run):
            yield run

    def over(self, run: KeptRun) -> None:
        """Count a run no more, whatever has become of it: nothing of it is under way."""
        _, counted = self._under_way.get(run.id, (0, None))
        if counted is run:  # it may have been begun anew meanwhile
            del self._under_way[run.id]

    def run(
        self, kept: KeptRun, runtime: Runtime, on_wait: Callable[[int], Awaitable[None]] | None = None
    ) -> AbstractAsyncContextManager[LiveRun]:
        """Run it in one of its runtimes when its turn has come; `on_wait` is told its place in line, 1 being next.

        Raises:
            MemberError: the run could not be started, or broke off.
        """
        return self._pool.run(kept.program, runtime, on_wait)

    async def finish(self, kept: KeptRun, traces: Sequence[Trace]) -> KeptRun:
        """Store what happened, a trace for each runtime."""
        done, now = tuple(traces), self._now()
        await self._runs.finish(kept.id, done, now)
        return replace(kept, traces=done, finished_at=now)

    async def load(self, member_id: int, run_id: str) -> KeptRun:
        """A stored run, finished or not. A demo was run before the channel, so anybody there may look at it.

        Raises:
            GoneRunError: it is not stored any more.
            OthersRunError: it is of a prediction or a proof, which another member has made in private.
        """
        try:
            run = await self._runs.get(run_id)
        except (PlanError, TraceError):  # kept by a version with other limits
            run = None
        if run is None:
            raise GoneRunError("This run is not here any more. `/demo` makes a new one.")
        if run.program.demo in _PRIVATE and run.member_id != member_id:
            raise OthersRunError
        return run

    async def finished(self, member_id: int, run_id: str) -> KeptRun:
        """A stored run that came to its end.

        Raises:
            GoneRunError: it is not stored any more.
            OthersRunError: as `load`.
            UnfinishedRunError: it never ended.
        """
        run = await self.load(member_id, run_id)
        if not run.traces:
            raise UnfinishedRunError("This run never came to its end. Press *Run again*, or try `/demo`.")
        return run

    async def picture(self, run: KeptRun) -> Picture:
        """The timeline of a finished run. It is drawn in a thread, so that clicks are answered meanwhile."""
        return await asyncio.to_thread(drawn, run.traces)

    async def close(self) -> None:
        """End every run, and refuse further ones."""
        await self._pool.close()

    @contextmanager
    def _counted(self, member_id: int, run: KeptRun) -> Generator[None]:
        if run.id in self._under_way:
            raise UnderWayError
        theirs = [other for member, other in self._under_way.values() if member == member_id]
        if any((other.program, other.runtimes) == (run.program, run.runtimes) for other in theirs):
            raise BusyError("You have this very run under way. Wait for it to end, then try again.")
        if len(theirs) >= MOST_AT_ONCE:
            raise BusyError(f"You have {MOST_AT_ONCE} runs under way. Wait for one of them to end, then try again.")
        self._under_way[run.id] = member_id, run
        try:
            yield
        finally:
            self.over(run)

    def _check(self, runtimes: tuple[Runtime, ...]) -> None:
        if Runtime.NODE in runtimes and not self.has_node:
            raise NodeMissingError


def drawn(traces: Sequence[Trace]) -> Picture:
    """The timeline of runs of one program. It takes some 30 ms: call it in a thread."""
    from bot.pictures import timeline  # noqa: PLC0415 - Pillow is slow to import, and the bot starts without it

    return Picture(timeline.draw(traces), timeline.describe(traces))
