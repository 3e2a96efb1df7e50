"""How exact the measurements of demos are, and what they cost the bot's clicks.

The overhead is what a run of the two-task comparison takes beyond its ideal time. It is read from the traces that the
bot has stored, so it is the very figure that members see.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from itertools import count
from math import ceil
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from rich.console import Console
from sqlalchemy import make_url

from bench.house import a_house
from bench.member import Frame, Member
from bot.domain.lesson import LISTED
from bot.domain.schedule import Runtime
from bot.storage.runs import Runs
from bot.storage.store import Store

LOAD = 200
"""Clicks a second that are asked of the bot while runs are measured."""
PROBE = 20
"""Clicks a second while their latency is measured: few, so that none waits for another."""
MEMBERS = 4
UNDER_WAY = "▒"
"""What the bar of a task under way is made of."""

BUTTON = 2
"""https://discord.com/developers/docs/components/reference#component-object-component-types"""

EIGHT = (
    ("blocked", Runtime.NODE, "2000 3000"),
    ("blocked", Runtime.PYTHON, "2000 3000"),
    ("threads", Runtime.NODE, "2000 3000"),
    ("threads", Runtime.PYTHON, "2000 3000"),
    ("compare", Runtime.NODE, "3000 3000"),
    ("limit", Runtime.PYTHON, "3000 3000 3000 3000 3000"),
    ("await-in-loop", Runtime.NODE, "3000 3000 3000"),
    ("sequential", Runtime.PYTHON, "3000 3000 3000"),
)
"""What is under way while clicks are measured: two that block their loops, two that compute in threads, and waits. Each
takes 9 seconds or more.
"""

ROUND_S = 5.0
"""For so long all eight are under way once they have begun."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, in milliseconds."""

    overheads: dict[tuple[Runtime, bool], list[float]]
    """Of each phase of the comparison, by runtime, and by whether the bot was clicked meanwhile."""
    clicks: dict[bool, list[float]]
    """From a click to its acknowledgement, by whether eight runs were under way."""
    answered: list[float]
    """Clicks a second that the bot did answer while runs were measured."""


async def measure(runs: int, clicked_s: float, console: Console) -> Figures:
    """Measure `runs` runs of the comparison in each runtime, idle and clicked; then clicks, twice for `clicked_s`."""
    figures = Figures({}, {}, [])
    async with a_house() as (playground, database), AsyncExitStack() as stack:
        members = [await stack.enter_async_context(Member.at(playground.url, n)) for n in range(MEMBERS)]
        await _until_it_answers(members[0])
        for clicked in (False, True):
            for runtime in Runtime:
                console.print(f"{runtime.label}, {_state(clicked)}: {runs} runs")
                async with _clicks(members, LOAD if clicked else 0) as latencies:
                    known, start_s = _stored(database), perf_counter()
                    for _ in range(runs):
                        await _run(members[0], "compare", runtime)
                    if clicked:
                        figures.answered.append(len(latencies) / (perf_counter() - start_s))
                figures.overheads[runtime, clicked] = await _overheads(database, _stored(database) - known)
        for busy in (False, True):
            console.print(f"Clicks, {'eight runs at once' if busy else 'no runs'}")
            figures.clicks[busy] = []
            for _ in range(ceil(clicked_s / ROUND_S)):
                async with _runs_at_once(members, EIGHT if busy else ()), _clicks(members, PROBE) as latencies:
                    await asyncio.sleep(ROUND_S)
                figures.clicks[busy] += latencies
    return figures


def table(figures: Figures) -> str:
    """The figures in Markdown."""
    lines = ["| overhead of a phase of `compare` | median | 95th percentile | goal |", "|---|---|---|---|"]
    for (runtime, clicked), found in figures.overheads.items():
        what = f"{runtime.label}, {_state(clicked)}"
        lines.append(f"| {what} | {median(found):.1f} ms | {_p95(found):.1f} ms | median ≤ 5 ms |")
    answered = " and ".join(f"{a_second:.0f}" for a_second in figures.answered)
    idle, busy = figures.clicks[False], figures.clicks[True]
    ratio = median(busy) / median(idle)
    lines += [
        "",
        "Overhead: measured less ideal. `compare` has the delays of the catalogue, in turn and together.",
        f"Clicked: {LOAD} quiz clicks a second were asked of the bot, {answered} a second were answered.",
        "",
        f"| a quiz click, {PROBE} a second | median | 95th percentile | ratio of medians | goal |",
        "|---|---|---|---|---|",
        f"| no runs | {median(idle):.1f} ms | {_p95(idle):.1f} ms | 1 | |",
        f"| eight runs at once | {median(busy):.1f} ms | {_p95(busy):.1f} ms | {ratio:.2f} | ≤ 1.2 |",
    ]
    return "\n".join(lines)


def _state(clicked: bool) -> str:
    return "the bot clicked" if clicked else "the bot idle"


def _p95(found: Sequence[float]) -> float:
    return quantiles(found, n=20)[-1]


async def _until_it_answers(member: Member) -> None:
    """Wait for the bot's start: until its commands are there to be typed."""
    async with asyncio.timeout(30):
        while True:
            try:
                await member.type("help")
            except RuntimeError:
                await asyncio.sleep(0.2)
            else:
                return


async def _run(member: Member, demo: str, runtime: Runtime) -> None:
    """Run a demo as the catalogue has it, and wait for the message that tells what was measured."""
    message = await member.type("demo", demo=demo, runtime=runtime.value)
    while "Steps" not in labels(member.messages[message]):
        await member.changes(message)


@asynccontextmanager
async def _clicks(members: Sequence[Member], a_second: int) -> AsyncGenerator[list[float]]:
    """Members who take quizzes, so many clicks a second in all; how long each click waited.

    Everybody has every listed quiz open, and clicks in them in turn: an answer, the next question, and so on for ever.
    """
    latencies: list[float] = []
    if not a_second:
        yield latencies
        return
    quizzes = [
        (member, await member.type("quiz", topic="async", kind=kind.value)) for member in members for kind in LISTED
    ]
    every_s = len(quizzes) / a_second
    clock = asyncio.get_running_loop().time
    start_s = clock()

    async def take(number: int, member: Member, message: str) -> None:
        for click in count():
            await asyncio.sleep(start_s + number / a_second + click * every_s - clock())
            latencies.append(await member.press(message, next_button(member.messages[message])))

    async with asyncio.TaskGroup() as tasks:
        taking = [tasks.create_task(take(number, *quiz)) for number, quiz in enumerate(quizzes)]
        yield latencies
        for task in taking:
            task.cancel()


def next_button(message: Frame) -> str:
    """What somebody presses who takes a quiz again and again; the button's `custom_id`."""
    buttons = labels(message)
    return next(buttons[label] for label in ("A", "Next", "See the result", "Retry") if label in buttons)


def labels(message: Frame) -> dict[str, str]:
    """The labels of the buttons that can be pressed, each with its `custom_id`."""
    return {button["label"]: button["custom_id"] for button in _buttons(message["components"])}


def _buttons(components: Sequence[Frame]) -> Iterator[Frame]:
    """The buttons that can be pressed."""
    for component in components:
        if component["type"] == BUTTON and not component.get("disabled"):
            yield component
        yield from _buttons(component.get("components", ()))


@asynccontextmanager
async def _runs_at_once(members: Sequence[Member], demos: Sequence[tuple[str, Runtime, str]]) -> AsyncGenerator[None]:
    """Runs that are all under way meanwhile; they are waited for at the end."""
    messages: list[tuple[Member, str]] = []
    for number, (demo, runtime, delays) in enumerate(demos):
        member = members[number % len(members)]
        messages.append((member, await member.type("demo", demo=demo, runtime=runtime.value, delays=delays)))
    for member, message in messages:
        while UNDER_WAY not in json.dumps(member.messages[message], ensure_ascii=False):
            await member.changes(message)
    yield
    for member, message in messages:
        while "Steps" not in labels(member.messages[message]):
            await member.changes(message)


def _stored(database: Path) -> set[str]:
    """The ids of the runs that the bot has stored and that are done."""
    with closing(sqlite3.connect(database)) as connection:
        return {run for (run,) in connection.execute("SELECT id FROM runs WHERE finished_at IS NOT NULL")}


async def _overheads(database: Path, runs: set[str]) -> list[float]:
    """The overhead of each phase of these runs, in milliseconds."""
    async with Store(make_url(f"sqlite:///{database}")) as store:
        kept = [await Runs(store).get(run) for run in runs]
    traces = [trace for run in kept if run is not None for trace in run.traces]
    return [timing.overhead_ms for trace in traces for timing in trace.timings]
