"""What a quiz click costs Tandem, beside bots that do nothing else.

A click of Tandem's here is an answer: of a member who takes a practice quiz for the first time, from its first question
to its fifth, so that every fifth click ends a quiz and is counted into standings and sums. What lies between two
answers, `/quiz` and *Next*, is done too, but not measured. The bare bots' members press their button as often.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import psutil
from rich.console import Console

from bench.crowd import Acts, Crowd
from bench.house import a_bot, online, tandem
from bot.playground import Playground
from bot.playground.interaction import ACKNOWLEDGE_WITHIN

IN_FLIGHT = 50
STEADY_A_SECOND = 100.0
QUESTIONS = 5
"""A practice quiz has so many."""

WARMING = 20
STEADY = 60
"""So many members warm a bot up, and so many click steadily."""

PATIENCE_S = 20.0
"""For so long a crowd that has clicked at once waits for its answers."""

NEAR = 0.5
"""From so much of the bot's CPU per click on, the playground's is told below the table."""

NEXT = ("Next", "See the result")


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is measured, and which of its buttons is pressed."""

    name: str
    module: str
    press: tuple[str, ...]
    then: tuple[str, ...] = ()
    """What brings back a message that can be pressed; not measured."""


TANDEM = Bot("Tandem", "bot", ("A",), NEXT)
FLOOR = Bot("floor", "bench.bots.floor", ("A",), NEXT)
YARDSTICK = Bot("yardstick", "bench.bots.yardstick", ("Press",))


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured of one bot."""

    cpu_ms: float
    """CPU time of the bot's process per click at 50 in flight, in milliseconds, as the next two are told."""
    steady_cpu_ms: float
    a_second: float
    p99_ms: float
    """To acknowledgement."""
    playground_cpu_ms: float
    """CPU time of this process, in which the playground and the members are."""


@dataclass(frozen=True, slots=True)
class Rush:
    """Very many clicks at once."""

    clicks: int
    in_time: int
    slowest_s: float
    """To acknowledgement."""
    answered: int
    took_s: float
    """Until all were answered, or those who were not had lost patience."""
    deferred: int
    stored: int | None
    """How many answers the database holds of them; None of a bot that stores nothing."""


@dataclass(slots=True)
class Measured:
    """All that was measured, by bot."""

    rounds: dict[str, list[Figures]] = field(default_factory=dict[str, list[Figures]])
    rushes: dict[str, list[Rush]] = field(default_factory=dict[str, list[Rush]])


async def measure(rounds: int, members: int, rush: int, rushes: int, console: Console) -> Measured:
    """Measure `rounds` rounds of each bot in turn, then `rushes` times `rush` clicks at once of those that matter."""
    measured = Measured()
    for number in range(1, rounds + 1):
        for bot in (YARDSTICK, FLOOR, TANDEM):
            async with _house(bot) as (playground, process, _):
                figures = await _round(bot, playground, process, members)
            measured.rounds.setdefault(bot.name, []).append(figures)
            console.print(f"round {number}, {bot.name}: {figures.cpu_ms:.3f} ms, {figures.a_second:.0f} a second")
    for number in range(1, rushes + 1):
        for bot in (FLOOR, TANDEM):
            async with _house(bot) as (playground, _, database):
                found = await _rush(bot, playground, database, rush)
            measured.rushes.setdefault(bot.name, []).append(found)
            console.print(f"rush {number}, {bot.name}: {found.in_time} of {found.clicks}, {found.slowest_s:.2f} s")
    return measured


def table(measured: Measured) -> str:
    """The figures in Markdown, with what they are held against."""
    lines = [
        "| medians of the rounds | yardstick | floor | Tandem | to the floor | to the yardstick | goal |",
        "|---|---|---|---|---|---|---|",
        _row("CPU of the bot per click", measured, lambda f: f.cpu_ms, "{:.3f} ms", "≤ 1.25 and ≤ 0.9"),
        _row(f"clicks a second, {IN_FLIGHT} in flight", measured, lambda f: f.a_second, "{:.0f}", "≥ 0.8 (floor)"),
        _row(f"99th percentile, {IN_FLIGHT} in flight", measured, lambda f: f.p99_ms, "{:.1f} ms", "≤ 1.4 (floor)"),
        _row(f"CPU per click, {STEADY_A_SECOND:.0f} a second", measured, lambda f: f.steady_cpu_ms, "{:.3f} ms", ""),
        _row("CPU of the playground per click", measured, lambda f: f.playground_cpu_ms, "{:.3f} ms", ""),
        "",
        "| clicks at once | in time | slowest acknowledged | answered | deferred | stored | goal |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, rushes in measured.rushes.items():
        lines += [_rush_row(name, rush) for rush in rushes]
    return "\n".join([*lines, *_shared(measured)])


def _shared(measured: Measured) -> Iterator[str]:
    """What the playground does to the figures, where it has about as much to do for a click as the bot."""
    own, of_bot = (
        median(map(figure, measured.rounds[TANDEM.name]))
        for figure in (lambda f: f.playground_cpu_ms, lambda f: f.cpu_ms)
    )
    if own > NEAR * of_bot:
        yield ""
        yield (
            "The playground, which is Discord and all members in one process, spends"
            f" {own / of_bot:.2f} times as much CPU on a click as Tandem: clicks a second and the 99th percentile are"
            " partly its own."
        )


def _row(what: str, measured: Measured, figure: Callable[[Figures], float], form: str, goal: str) -> str:
    found = {name: median(map(figure, rounds)) for name, rounds in measured.rounds.items()}
    told = [form.format(found[bot.name]) for bot in (YARDSTICK, FLOOR, TANDEM)]
    ratios = [f"{found[TANDEM.name] / found[bot.name]:.2f}" for bot in (FLOOR, YARDSTICK)]
    return f"| {' | '.join([what, *told, *ratios, goal])} |"


def _rush_row(name: str, rush: Rush) -> str:
    goal = "all in time and stored" if rush.stored is not None else ""
    told = [
        f"{name}, {rush.clicks:,}",
        f"{rush.in_time:,}",
        f"{rush.slowest_s:.2f} s",
        f"{rush.answered:,} in {rush.took_s:.2f} s",
        f"{rush.deferred:,}",
        "" if rush.stored is None else f"{rush.stored:,}",
        goal,
    ]
    return f"| {' | '.join(told)} |"


@asynccontextmanager
async def _house(bot: Bot) -> AsyncGenerator[tuple[Playground, psutil.Process, Path | None]]:
    """A playground with a bot that is ready, the bot's process, and its database if it has one."""
    async with Playground(strict=False) as playground:
        if bot is TANDEM:
            async with tandem(playground) as (process, database):
                await online(playground, "quiz")
                yield playground, psutil.Process(process.pid), database
        else:
            async with a_bot(playground, bot.module) as process:
                await online(playground, "quiz")
                yield playground, psutil.Process(process.pid), None


async def _round(bot: Bot, playground: Playground, process: psutil.Process, members: int) -> Figures:
    await _warm(bot, playground)
    steady_s, clicks = 0.0, 0
    async for crowd in _phases(bot, playground, "Steady", STEADY):
        before_s = _cpu_s(process)
        await crowd.press_steadily(bot.press, STEADY_A_SECOND)
        steady_s, clicks = steady_s + _cpu_s(process) - before_s, clicks + STEADY
    acts, cpu_s, own_cpu_s, this = list[Acts](), 0.0, 0.0, psutil.Process()
    async for crowd in _phases(bot, playground, "Player", members):
        before_s, own_s = _cpu_s(process), _cpu_s(this)
        with _no_garbage():
            acts.append(await crowd.press(bot.press, IN_FLIGHT))
        cpu_s, own_cpu_s = cpu_s + _cpu_s(process) - before_s, own_cpu_s + _cpu_s(this) - own_s
    waited_s = [waited for each in acts for waited in each.waited_s]
    return Figures(
        cpu_ms=cpu_s / len(waited_s) * 1000,
        steady_cpu_ms=steady_s / clicks * 1000,
        a_second=len(waited_s) / sum(each.took_s for each in acts),
        p99_ms=_p99(waited_s) * 1000,
        playground_cpu_ms=own_cpu_s / len(waited_s) * 1000,
    )


async def _warm(bot: Bot, playground: Playground) -> None:
    """Let a bot do everything once, so that nothing is measured that happens once."""
    async for crowd in _phases(bot, playground, "Warm", WARMING):
        await crowd.press(bot.press, IN_FLIGHT)


async def _phases(bot: Bot, playground: Playground, name: str, count: int) -> AsyncGenerator[Crowd]:
    """A fresh crowd before as many fresh questions as a quiz has, one after another."""
    crowd = Crowd(playground, name, count)
    await crowd.type("quiz", IN_FLIGHT)
    for _ in range(QUESTIONS):
        yield crowd
        if bot.then:
            await crowd.press(bot.then, IN_FLIGHT)


async def _rush(bot: Bot, playground: Playground, database: Path | None, clicks: int) -> Rush:
    await _warm(bot, playground)
    before = _stored(database)
    crowd = Crowd(playground, "Player", clicks)
    await crowd.type("quiz", IN_FLIGHT)
    with _no_garbage():
        acts = await crowd.press_at_once(bot.press, PATIENCE_S)
    in_time = sum(waited <= ACKNOWLEDGE_WITHIN for waited in acts.waited_s)
    stored = None if database is None else _stored(database) - before
    return Rush(clicks, in_time, max(acts.waited_s), acts.answered, acts.took_s, acts.deferred, stored)


@contextmanager
def _no_garbage() -> Generator[None]:
    """Look for garbage now, and not meanwhile: this process is Discord, and its pauses are not the bot's."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _stored(database: Path | None) -> int:
    """How many answers the database holds."""
    if database is None:
        return 0
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT count(*) FROM answers").fetchone()[0]


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _p99(found: Sequence[float]) -> float:
    return quantiles(found, n=100)[-1]
