"""How exact the measurements of demos are, and what they cost the bot's clicks.

The overhead is what a run of the two-task comparison takes beyond its ideal time. It is read from the traces that the
bot has stored, so it is the very figure that members see.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from sqlalchemy import make_url

from bench.house import a_house
from bench.member import Member
from bot.domain.schedule import Runtime
from bot.storage.runs import Runs
from bot.storage.store import Store

DELAYS = "40 60"
"""Short, since the overhead does not hang on how long the waits are."""

CLICKS_A_SECOND = 200
MEMBERS = 4
CLICKED_S = 15.0
"""How long clicks are measured for, with runs and without."""

EIGHT = ("blocked", "blocked", "threads", "compare", "mixed", "limit", "timeout", "missing-await")
"""What runs while clicks are measured: two that block their loops, two that compute in threads, and waits."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, in milliseconds."""

    overheads: dict[tuple[Runtime, bool], list[float]]
    """Of each phase of the comparison, by runtime, and by whether the bot was clicked meanwhile."""
    clicks: dict[bool, list[float]]
    """From a click to its acknowledgement, by whether eight runs were under way."""


async def measure(runs: int, console: Console) -> Figures:
    """Measure everything. `runs` runs of the comparison in each runtime, idle and clicked."""
    figures = Figures({}, {})
    async with a_house() as (playground, database), AsyncExitStack() as stack:
        members = [await stack.enter_async_context(Member.at(playground.url, n)) for n in range(MEMBERS)]
        await _until_it_answers(members[0])
        for clicked in (False, True):
            for runtime in Runtime:
                console.print(f"{runtime.label}, {_state(clicked)}: {runs} runs")
                async with _clicks(members, CLICKS_A_SECOND if clicked else 0):
                    known = _stored(database)
                    for _ in range(runs):
                        await _run(members[0], "compare", runtime, DELAYS)
                figures.overheads[runtime, clicked] = await _overheads(database, _stored(database) - known)
        for busy in (False, True):
            console.print(f"Clicks, {'eight runs at once' if busy else 'no runs'}")
            async with _runs_at_once(members, EIGHT if busy else ()), _clicks(members, CLICKS_A_SECOND) as latencies:
                await asyncio.sleep(CLICKED_S)
            figures.clicks[busy] = latencies
    return figures


def table(figures: Figures) -> str:
    """The figures in Markdown."""
    lines = ["| overhead, measured less ideal | median | 95th percentile | goal |", "|---|---|---|---|"]
    for (runtime, clicked), found in figures.overheads.items():
        what = f"{runtime.label}, {_state(clicked)}"
        lines.append(f"| {what} | {median(found):.1f} ms | {_p95(found):.1f} ms | median ≤ 5 ms |")
    idle, busy = figures.clicks[False], figures.clicks[True]
    ratio = median(busy) / median(idle)
    lines += [
        "",
        f"| a click, {CLICKS_A_SECOND} a second | median | 95th percentile | ratio of medians | goal |",
        "|---|---|---|---|---|",
        f"| no runs | {median(idle):.1f} ms | {_p95(idle):.1f} ms | 1 | |",
        f"| eight runs at once | {median(busy):.1f} ms | {_p95(busy):.1f} ms | {ratio:.2f} | ≤ 1.2 |",
    ]
    return "\n".join(lines)


def _state(clicked: bool) -> str:
    return f"{CLICKS_A_SECOND} clicks a second" if clicked else "the bot idle"


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


async def _run(member: Member, demo: str, runtime: Runtime, delays: str | None = None) -> None:
    """Run a demo, and wait for the message that tells what was measured."""
    given = {"delays": delays} if delays else {}
    message = await member.type("demo", demo=demo, runtime=runtime.value, **given)
    await member.until(lambda: "demo.steps:" in json.dumps(member.messages[message]))


@asynccontextmanager
async def _clicks(members: Sequence[Member], a_second: int) -> AsyncGenerator[list[float]]:
    """Members who step through the execution table, so many clicks a second in all; how long each click waited."""
    latencies: list[float] = []
    if not a_second:
        yield latencies
        return
    messages = 5  # a member's, each clicked in turn, so that no click waits for the one before
    every_s = len(members) * messages / a_second

    async def step(member: Member, message_id: str, start_s: float) -> None:
        clock = asyncio.get_running_loop().time
        for number in range(1_000_000):
            await asyncio.sleep(start_s + number * every_s - clock())
            custom_id = "lesson.step:async:0:back" if number % 2 else "lesson.step:async:1:on"
            latencies.append(await member.press(message_id, custom_id))

    opened: list[tuple[Member, str]] = []
    for member in members:
        for _ in range(messages):
            message_id = await member.type("lesson", topic="async", part="steps")
            await member.press(message_id, "lesson.step:async:0")
            opened.append((member, message_id))
    async with asyncio.TaskGroup() as tasks:
        now_s = asyncio.get_running_loop().time()
        clicking = [tasks.create_task(step(*each, now_s + number / a_second)) for number, each in enumerate(opened)]
        yield latencies
        for task in clicking:
            task.cancel()


@asynccontextmanager
async def _runs_at_once(members: Sequence[Member], demos: Sequence[str]) -> AsyncGenerator[None]:
    """Runs that are always under way: when one is done, it is run again."""

    async def again(member: Member, demo: str) -> None:
        while True:
            await _run(member, demo, Runtime.PYTHON)

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(again(members[n % len(members)], demo)) for n, demo in enumerate(demos)]
        yield
        for task in running:
            task.cancel()


def _stored(database: Path) -> set[str]:
    """The ids of the runs that the bot has stored and that are done."""
    with closing(sqlite3.connect(database)) as connection:
        return {run for (run,) in connection.execute("SELECT id FROM runs WHERE finished_at IS NOT NULL")}


async def _overheads(database: Path, runs: set[str]) -> list[float]:
    """The overhead of each phase of these runs, in milliseconds."""
    async with Store(make_url(f"sqlite+aiosqlite:///{database}")) as store:
        kept = [await Runs(store).get(run) for run in runs]
    traces = [trace for run in kept if run is not None for trace in run.traces]
    return [timing.overhead_ms for trace in traces for timing in trace.timings]
