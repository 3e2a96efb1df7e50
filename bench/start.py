"""How long Tandem takes from the start of its process until it is ready, and what memory it holds, beside the floor.

Ready is a bot that the playground has let in by its gateway and that has told of its commands, which both bots do
before they connect. Each is started again and again in a playground of its own, as a bot is that was there before:
Tandem finds its database and the commands that it told of. Both are measured in turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import psutil
from rich.console import Console

from bench.crowd import Crowd
from bench.house import a_bot, online
from bot.playground import Playground
from bot.playground.events import BotSeen, Event

MEGABYTE = 1 << 20
IN_FLIGHT = 50
CROWD = 500
"""So many members come at a time."""
GONE_WITHIN_S = 10.0
START_GOAL, MEMORY_GOAL_MB = 1.8, 40


@dataclass(slots=True)
class Bot:
    """A bot that is measured, and what was."""

    name: str
    arguments: tuple[str, ...]
    starts_ms: list[float] = field(default_factory=list[float])
    cpu_ms: list[float] = field(default_factory=list[float])
    """CPU time of the process until it was ready."""
    ready_mb: list[float] = field(default_factory=list[float])
    """Memory that is this process's alone (USS), once it was ready."""
    used_mb: float = 0.0
    """The same with the quizzes of very many members open."""


@dataclass(frozen=True, slots=True)
class _Place:
    playground: Playground
    environment: Mapping[str, str]


async def measure(starts: int, attempts: int, console: Console) -> tuple[Bot, Bot]:
    """Start both `starts` times in turn, after once for warmth; then let `attempts` members open a quiz in each."""
    floor, tandem = Bot("floor", ("bench.bots.floor",)), Bot("Tandem", ("bot", "run"))
    async with AsyncExitStack() as stack:
        places = [(bot, await stack.enter_async_context(_place())) for bot in (floor, tandem)]
        for number in range(starts + 1):
            for bot, place in places:
                async with _started(bot, place, measured=number > 0):
                    pass
            console.print(f"start {number} of {starts}")
        for bot, place in places:
            async with _started(bot, place, measured=False) as process:
                for done in range(0, attempts, CROWD):
                    name = f"{bot.name} {done}"
                    await Crowd(place.playground, name, min(CROWD, attempts - done)).type("quiz", IN_FLIGHT)
                bot.used_mb = _memory_mb(process)
            console.print(f"{bot.name}: {attempts:,} quizzes open")
    return floor, tandem


def table(floor: Bot, tandem: Bot, attempts: int) -> str:
    """The figures in Markdown."""
    ready_mb, open_ = median(floor.ready_mb), f"{attempts:,} quizzes open"
    return "\n".join(
        [
            "| median of the starts | floor | Tandem | ratio | goal |",
            "|---|---|---|---|---|",
            _row("start to ready", floor.starts_ms, tandem.starts_ms, f"≤ {START_GOAL}"),
            _row("CPU time of that", floor.cpu_ms, tandem.cpu_ms, ""),
            "",
            "| memory of the process alone | | above the floor that is ready | goal |",
            "|---|---|---|---|",
            f"| floor, ready | {ready_mb:.0f} MB | | |",
            _memory_row("Tandem, ready", median(tandem.ready_mb), ready_mb, ""),
            _memory_row(f"Tandem, {open_}", tandem.used_mb, ready_mb, f"≤ {MEMORY_GOAL_MB} MB"),
            _memory_row(f"floor, {open_}, each with a view that it holds", floor.used_mb, ready_mb, ""),
        ]
    )


def _memory_row(what: str, found_mb: float, ready_mb: float, goal: str) -> str:
    return f"| {what} | {found_mb:.0f} MB | {found_mb - ready_mb:.0f} MB | {goal} |"


def _row(what: str, floor: Sequence[float], tandem: Sequence[float], goal: str) -> str:
    ratio = median(tandem) / median(floor)
    return f"| {what} | {median(floor):.0f} ms | {median(tandem):.0f} ms | {ratio:.2f} | {goal} |"


@asynccontextmanager
async def _place() -> AsyncGenerator[_Place]:
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        async with Playground(strict=False) as playground:
            database = f"sqlite:///{Path(folder) / 'tandem.db'}"
            yield _Place(playground, {"TANDEM_DATABASE_URL": database, "TANDEM_LOG_LEVEL": "ERROR"})


@asynccontextmanager
async def _started(bot: Bot, place: _Place, *, measured: bool) -> AsyncGenerator[psutil.Process]:
    """A bot that is ready, until the block ends; how long that took is noted."""
    start_s = perf_counter()
    async with a_bot(place.playground, *bot.arguments, more=place.environment) as started:
        await online(place.playground, "quiz")
        took_ms = (perf_counter() - start_s) * 1000
        process = psutil.Process(started.pid)
        if measured:
            times = process.cpu_times()
            bot.starts_ms.append(took_ms)
            bot.cpu_ms.append((times.user + times.system) * 1000)
            bot.ready_mb.append(_memory_mb(process))
        yield process
    await _gone(place.playground)


def _memory_mb(process: psutil.Process) -> float:
    return process.memory_full_info().uss / MEGABYTE


async def _gone(playground: Playground) -> None:
    """Wait until the playground has seen the bot off, so that the next one is not taken for it."""
    world, changed = playground.world, asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, BotSeen):
            changed.set()

    world.subscribe(hear)
    async with asyncio.timeout(GONE_WITHIN_S):
        while world.bot_online:
            changed.clear()
            await changed.wait()
