"""Demos in a terminal: the same programs, runners and words as on Discord, with live bars. Nothing is kept."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from bot.catalog.loader import DEMOS
from bot.catalog.yaml_file import Fault
from bot.domain.awaited import compares
from bot.domain.demo import Demo
from bot.domain.errors import MemberError
from bot.domain.plan_text import PlanTextError
from bot.domain.program import CUSTOM, Program
from bot.domain.remarks import remarks, sayings
from bot.domain.timeline import bars, progress
from bot.domain.trace import Trace
from bot.domain.verdict import verdict
from bot.runners.pool import RunnerPool
from bot.runners.run import Run
from bot.services.choosing import Manner, UnknownDemoError, choose_program, choose_runtimes

REDRAWN_EVERY_S = 0.1

_COLOURS = {"█": "green", "▒": "yellow", "▓": "cyan", "░": "magenta", "×": "bold red"}


def program_of(demos: Mapping[str, Demo], name: str, delays: str | None, plan: str | None) -> Program:
    """What the command line asks for.

    Raises:
        UnknownDemoError: there is no such demo.
        PlanError: its delays or its plan cannot be used.
    """
    names = f"There are {', '.join([*demos, CUSTOM])}."
    return choose_program(demos, name, delays, plan, Manner('demo custom --plan "(a 300 & b 500) > c 200"', names))


class Screen(Console):
    """Where demos are shown. A reader who has seen enough, such as `head`, is no fault."""

    def on_broken_pipe(self) -> None:
        """Let `unless_told_to_end` end the run: `Console` would leave the program on the spot."""
        raise BrokenPipeError


async def unless_told_to_end(main: Coroutine[Any, Any, None]) -> int:
    """Do `main`. If a signal or its reader ends it, what it began is cleaned up. The exit code, as shells have it."""
    loop, doing, told = asyncio.get_running_loop(), asyncio.ensure_future(main), list[int]()

    def end(number: int) -> None:
        if not told:  # cleaning up is not cut off
            told.append(number)
            doing.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end, number)
    await asyncio.wait([doing])
    if doing.cancelled():
        return 128 + told[0]
    try:
        doing.result()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain on its way out
        return 128 + signal.SIGPIPE
    return 0


async def perform(program: Program, choice: str | None, demo: Demo | None, console: Console) -> None:
    """Run a program in each runtime, one after the other, with live bars, and tell what was measured.

    Raises:
        MemberError: a runtime is missing, or a run broke off.
    """
    traces: list[Trace] = []
    async with RunnerPool() as pool:
        runtimes = choose_runtimes(choice, has_node=pool.has_node)
        told = demo is not None and demo.tells_of(program, runtimes)
        if demo is not None:
            console.print(Text.assemble((demo.title, "bold"), f"\n{demo.story}\n" if told else "\n"))
        for runtime in runtimes:
            for phase in program.phases:
                console.print(Text(f"{runtime.label} · {phase.name}", "bold"))
                console.print(Syntax(phase.code[runtime], runtime.suffix, background_color="default"))
            async with pool.run(program, runtime) as run:
                traces.append(await _live(run, console))
    console.print(Group(_drawn(bars(traces, _width(console))), _figures(traces), Text(verdict(traces), "bold")))
    for said in sayings(traces):
        console.print(Text(f"{said.who} {said.words} {said.when}".rstrip()))
    for remark in remarks(traces):
        console.print(Text(remark, "dim"))
    if demo is not None and told:
        console.print(Text(f"Notice: {demo.notice}", "italic"))


async def record(program: Program, choice: str | None) -> None:
    """Run a program and write its trace to standard output as JSON, as lessons keep it.

    Raises:
        MemberError: the runtime is missing, or the run broke off.
    """
    async with RunnerPool() as pool:
        runtime, *others = choose_runtimes(choice, has_node=pool.has_node)
        if others:
            raise MemberError("One trace is written at a time. Choose --runtime node or --runtime python.")
        async with pool.run(program, runtime) as run:
            async for _ in run:
                pass
        json.dump(run.trace.to_json(), sys.stdout, indent=1)
        sys.stdout.write("\n")


def complain(error: MemberError, faults: Sequence[Fault], console: Console) -> None:
    """Say what is wrong, with a caret under the place if it is a plan's, and why a demo may be missing."""
    if isinstance(error, UnknownDemoError):
        for fault in faults:
            if PurePath(fault.file).parent.name == DEMOS:
                console.print(Text(str(fault)), soft_wrap=True)
    if isinstance(error, PlanTextError):
        console.print(Text(error.shown))
    console.print(Text(re.sub("`(.+?)`", r"\1", str(error)), "red"))  # Discord would show these words as code


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
                f"{timing.measured_ms:z,.1f} ms",
                f"{timing.ideal_ms:,.0f} ms",
                f"{timing.overhead_ms:z,.1f} ms",
                f"{timing.speed_up:.2f}×" if compares(timing) else "–",
            )
    return table


def _drawn(drawing: str) -> Text:
    text = Text(drawing)
    for glyph, colour in _COLOURS.items():
        text.highlight_words([glyph], colour)
    return text


def _width(console: Console) -> int:
    return max(46, min(console.width - 1, 100))
