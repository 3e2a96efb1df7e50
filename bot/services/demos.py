"""Demos: what a member may run, the run in a process of its own, and what is kept of it so that buttons work next week.

A run is stored when it is asked for and again when it is done, so whatever becomes of the bot, it can be gone on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import TypeAlias

from bot.domain.demo import Demo, parse_durations
from bot.domain.errors import MemberError
from bot.domain.plan import PlanError
from bot.domain.plan_text import parse_plan
from bot.domain.program import CUSTOM, Program, custom
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace, TraceError
from bot.runners.node import NodeMissingError
from bot.runners.pool import RunnerPool
from bot.runners.run import Run
from bot.storage.runs import Runs

LiveRun: TypeAlias = Run
"""A run under way in one runtime: its progress so far, and its events as they happen."""

BOTH = "both"
"""The choice of all runtimes, one after the other: each is measured alone."""

MOST_AT_ONCE = 3
"""How many runs of one member may wait or be under way, so that nobody fills all places."""

EXAMPLE = "/demo custom plan:(a 300 & b 500) > c 200"


class UnknownDemoError(MemberError):
    """There is no demo of that name."""


class GoneRunError(MemberError):
    """The run is not stored any more."""


class UnfinishedRunError(MemberError):
    """The run never came to its end, so there is nothing to show of it."""


class BusyError(MemberError):
    """The member has as many runs waiting or under way as one may have, or this very one."""


class UnderWayError(MemberError):
    """The run is under way, so it need not be run again."""

    def __init__(self) -> None:
        super().__init__("This run is still in line or under way. Press again in a minute to see its result.")


@dataclass(frozen=True, slots=True)
class Picture:
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
        name = name.strip().lower()
        if name == CUSTOM:
            return _custom(durations, plan)
        demo = self._demos.get(name)
        if demo is None:
            close = get_close_matches(name, [*self._demos, CUSTOM], n=1, cutoff=0.5)
            hint = f"Did you mean `{close[0]}`?" if close else "Choose one from the list that appears as you type."
            raise UnknownDemoError(f"There is no demo “{name[:40]}”. {hint}")
        if plan is not None:
            raise PlanError(f"`{name}` has a plan of its own. Yours goes with custom: `{EXAMPLE}`.")
        return demo.program(None if durations is None else parse_durations(durations))

    def runtimes(self, choice: str | None = None) -> tuple[Runtime, ...]:
        """Where a member wants to run: `node`, `python` or `both`; without a choice, in Node.js if it is there.

        Raises:
            NodeMissingError: Node.js was chosen and is not there; the sentence says how to get it.
            MemberError: there is no such choice.
        """
        if choice is None:
            return (Runtime.NODE if self.has_node else Runtime.PYTHON,)
        if choice == BOTH:
            found = tuple(Runtime)
        elif choice in set(Runtime):
            found = (Runtime(choice),)
        else:
            raise MemberError(f"There is no runtime “{choice[:40]}”. Choose node, python or both.")
        self._check(found)
        return found

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
            UnderWayError: it is under way.
        """
        if run_id in self._under_way:
            raise UnderWayError
        run = await self.load(run_id)
        if run.traces:
            yield run
            return
        self._check(run.runtimes)
        with self._counted(member_id, run):
            yield run

    def over(self, run: KeptRun) -> None:
        """Count a run no more, whatever has become of it: nothing of it is under way."""
        self._under_way.pop(run.id, None)

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

    async def load(self, run_id: str) -> KeptRun:
        """A stored run, finished or not.

        Raises:
            GoneRunError: it is not stored any more.
        """
        try:
            run = await self._runs.get(run_id)
        except (PlanError, TraceError):  # kept by a version with other limits
            run = None
        if run is None:
            raise GoneRunError("This run is not here any more. `/demo` makes a new one.")
        return run

    async def finished(self, run_id: str) -> KeptRun:
        """A stored run that came to its end.

        Raises:
            GoneRunError: it is not stored any more.
            UnfinishedRunError: it never ended.
        """
        run = await self.load(run_id)
        if not run.traces:
            raise UnfinishedRunError("This run never came to its end. Press *Run again*, or try `/demo`.")
        return run

    async def picture(self, run: KeptRun) -> Picture:
        """The timeline of a finished run. It is drawn in a thread, so that clicks are answered meanwhile."""
        return await asyncio.to_thread(_picture, run.traces)

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

    async def close(self) -> None:
        """End every run, and refuse further ones."""
        await self._pool.close()

    def _check(self, runtimes: tuple[Runtime, ...]) -> None:
        if Runtime.NODE in runtimes and not self.has_node:
            raise NodeMissingError


def _custom(durations: str | None, plan: str | None) -> Program:
    if plan is None:
        raise PlanError(f"Write your plan too, such as `{EXAMPLE}`.")
    if durations is not None:
        raise PlanError("A plan of your own has its times in it. Leave the delays out.")
    return custom(parse_plan(plan))


def _picture(traces: Sequence[Trace]) -> Picture:
    from bot.pictures import timeline  # noqa: PLC0415 - Pillow is slow to import, and the bot starts without it

    return Picture(timeline.draw(traces), timeline.describe(traces))
