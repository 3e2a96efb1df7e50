"""Demos in a terminal: the same programs, runners and words as on Discord, with live bars. Nothing is kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from rich.console import Console, Group
from rich.live import Live
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from bot.domain.demo import Demo, parse_durations
from bot.domain.errors import MemberError
from bot.domain.plan_text import PlanTextError, parse_plan
from bot.domain.program import CUSTOM, Program, custom
from bot.domain.schedule import Runtime
from bot.domain.timeline import bars, progress
from bot.domain.trace import Trace
from bot.domain.verdict import verdict
from bot.runners.pool import RunnerPool
from bot.runners.run import Run

BOTH = "both"

REDRAWN_EVERY_S = 0.1

_LANGUAGES = {Runtime.NODE: "js", Runtime.PYTHON: "python"}
_COLOURS = {"█": "green", "▒": "yellow", "▓": "cyan", "░": "magenta", "×": "bold red"}


def program_of(demos: Mapping[str, Demo], name: str, delays: str | None, plan: str | None) -> Program:
    """What the command line asks for.

    Raises:
        MemberError: there is no such demo, or its delays or its plan cannot be used.
    """
    if name == CUSTOM and plan is not None and delays is None:
        return custom(parse_plan(plan))
    if name == CUSTOM:
        raise MemberError('A custom demo takes a plan and no delays: --plan "(a 300 & b 500) > c 200".')
    if name not in demos:
        near = get_close_matches(name.lower(), [*demos, CUSTOM], n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join([*demos, CUSTOM])}."
        raise MemberError(f"There is no demo “{name}”. {hint}")
    if plan is not None:
        raise MemberError(f"{name} has a plan of its own. --plan goes with custom.")
    return demos[name].program(None if delays is None else parse_durations(delays))


def runtimes_of(choice: str | None, pool: RunnerPool) -> tuple[Runtime, ...]:
    """Where to run: `node`, `python` or `both`; without a choice in Node.js, or in Python where there is none."""
    if choice is None:
        return (Runtime.NODE if pool.has_node else Runtime.PYTHON,)
    return tuple(Runtime) if choice == BOTH else (Runtime(choice),)


async def perform(program: Program, choice: str | None, demo: Demo | None, console: Console) -> None:
    """Run a program in each runtime, one after the other, with live bars, and tell what was measured.

    Raises:
        MemberError: a runtime is missing, or a run broke off.
    """
    if demo is not None:
        console.print(Text.assemble((demo.title, "bold"), f"\n{demo.story}\n"))
    traces: list[Trace] = []
    async with RunnerPool() as pool:
        for runtime in runtimes_of(choice, pool):
            for phase in program.phases:
                console.print(Text(f"{runtime.label} · {phase.name}", "bold"))
                console.print(Syntax(phase.code[runtime], _LANGUAGES[runtime], background_color="default"))
            async with pool.run(program, runtime) as run:
                traces.append(await _live(run, console))
    console.print(Group(_drawn(bars(traces, _width(console))), _figures(traces), Text(verdict(traces), "bold")))
    if demo is not None:
        console.print(Text(f"Notice: {demo.notice}", "italic"))


async def record(program: Program, choice: str | None) -> None:
    """Run a program and write its trace to standard output as JSON, as lessons keep it.

    Raises:
        MemberError: the runtime is missing, or the run broke off.
    """
    async with RunnerPool() as pool:
        runtime, *others = runtimes_of(choice, pool)
        if others:
            raise MemberError("One trace is written at a time. Choose --runtime node or --runtime python.")
        async with pool.run(program, runtime) as run:
            async for _ in run:
                pass
        json.dump(run.trace.to_json(), sys.stdout, indent=1)
        sys.stdout.write("\n")


def complain(error: MemberError, console: Console) -> None:
    """Say what is wrong, with a caret under the place if it is a plan's."""
    if isinstance(error, PlanTextError):
        console.print(Text(error.shown))
    console.print(Text(str(error), "red"))


async def _live(run: Run, console: Console) -> Trace:
    """Redraw the bars while a run lives; its trace."""
    over = asyncio.Event()
    with Live(console=console, auto_refresh=False, transient=True) as live:

        async def redraw() -> None:
            while not over.is_set():
                events = run.progress.events
                drawn = progress(run.program, run.runtime, events, run.elapsed_ms, _width(console))
                live.update(_drawn(drawn), refresh=True)
                try:
                    async with asyncio.timeout(REDRAWN_EVERY_S):
                        await over.wait()
                except TimeoutError:
                    continue

        broken: MemberError | None = None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(redraw())
            try:
                async for _ in run:
                    pass
            except MemberError as error:  # raised below: a group would wrap it
                broken = error
            finally:
                over.set()
    if broken is not None:
        raise broken
    return run.trace


def _figures(traces: Sequence[Trace]) -> Table:
    table = Table("", "measured", "ideal", "overhead", "speed-up", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for timings in zip(*(trace.timings for trace in traces), strict=True):
        for trace, timing in zip(traces, timings, strict=True):
            table.add_row(
                f"{trace.runtime.label} · {timing.phase.name}",
                f"{timing.measured_ms:,.1f} ms",
                f"{timing.ideal_ms:,.0f} ms",
                f"{timing.overhead_ms:,.1f} ms",
                f"{timing.speed_up:.2f}×",
            )
    return table


def _drawn(drawing: str) -> Text:
    text = Text(drawing)
    for glyph, colour in _COLOURS.items():
        text.highlight_words([glyph], colour)
    return text


def _width(console: Console) -> int:
    return max(46, min(console.width - 1, 100))
