"""What rankings and a teacher's insights take with millions of answers, against thousands.

Both databases are used at the same time, each by a bot of its own in a playground of its own, and asked in turn. A time
is what a member waits: from the command, or the press of a button, until the answer stands on their page.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import aiohttp
from rich.console import Console
from sqlalchemy import make_url

from bench.answers import fill, people_of
from bench.house import a_bot, online
from bench.member import Member
from bot.catalog.loader import load
from bot.playground import Playground
from bot.settings import ROOT
from bot.storage.migrate import migrate

COMPONENTS_V2 = 1 << 15
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""

GOAL = 1.5


class WrongPageError(Exception):
    """The bot showed something else than what was asked for, so that its time means nothing."""


@dataclass(frozen=True, slots=True)
class Side:
    """A member before a bot with so many answers in its database."""

    answers: int
    member: Member
    playground: Playground

    async def typed(self, command: str, **options: str) -> tuple[float, str]:
        """Use a command; how many milliseconds that took, and what stands there then."""
        start_s = perf_counter()
        message = await self.member.type(command, **options)
        return (perf_counter() - start_s) * 1000, json.dumps(self.member.messages[message])

    async def turned(self, page: int, scope: str) -> tuple[float, str]:
        """Turn a leaderboard to a page, counted from 0."""
        message = await self._leaderboard(custom_id := f"score.page:{self.member.id}:{page}:on:{scope}:always:")
        before = self.member.messages[message]
        start_s = perf_counter()
        await self.member.press(message, custom_id)
        await self.member.until(lambda: self.member.messages[message] is not before)
        return (perf_counter() - start_s) * 1000, json.dumps(self.member.messages[message])

    async def _leaderboard(self, custom_id: str) -> str:
        """A message of the bot's with a button that leads to a page far away, as if one had turned all pages before."""
        button = {"type": 2, "style": 2, "label": "Next", "custom_id": custom_id}
        body = {"flags": COMPONENTS_V2, "components": [{"type": 1, "components": [button]}]}
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bot {self.playground.token}"}) as session,
            session.post(f"{self.playground.api_url}/channels/{self.member.channel}/messages", json=body) as answer,
        ):
            answer.raise_for_status()
            message = str((await answer.json())["id"])
        await self.member.until(lambda: message in self.member.messages)
        return message


Act = Callable[[Side], Awaitable[tuple[float, str]]]
Figures = Mapping[str, Sequence[Sequence[float]]]
"""Of everything that was measured, the milliseconds on each side."""


def _typed(command: str, shows: str, **options: str) -> Act:
    async def act(side: Side) -> tuple[float, str]:
        took_ms, shown = await side.typed(command, **options)
        return took_ms, _checked(shown, shows)

    return act


def _turned(scope: str, where: Callable[[int], int]) -> Act:
    """Turn to a page; `where` tells which, of how many there are."""

    async def act(side: Side) -> tuple[float, str]:
        people = people_of(side.answers)
        pages = -(-(people if scope == "everywhere" else -(-people // 2)) // 10)
        took_ms, shown = await side.turned(where(pages), scope)
        return took_ms, _checked(shown, rf"\"{where(pages) + 1:,} of {pages:,}\"")

    return act


def _checked(shown: str, expected: str) -> str:
    if not re.search(expected, shown):
        raise WrongPageError(f"expected {expected} in {shown}")
    return shown


ACTS: Mapping[str, Act] = {
    "`/leaderboard`": _typed("leaderboard", r"\"1 of [\d,]+\""),
    "… a page in the middle": _turned("server", lambda pages: pages // 2),
    "… the last page": _turned("server", lambda pages: pages - 1),
    "`/leaderboard` of a topic": _typed("leaderboard", r"\"1 of [\d,]+\"", topic="async"),
    "`/leaderboard` of this week": _typed("leaderboard", "this week", period="week"),
    "`/leaderboard` everywhere": _typed("leaderboard", r"\"1 of [\d,]+\"", scope="everywhere"),
    "… a page in the middle, everywhere": _turned("everywhere", lambda pages: pages // 2),
    "`/insights`": _typed("insights", r"[\d,]+ answers in this server", topic="async"),
}


async def measure(few: int, many: int, rounds: int, console: Console) -> Figures:
    """Ask both sides for everything `rounds` times, in turn, after once for warmth."""
    figures: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ACTS}
    async with _side(few, console) as small, _side(many, console) as large:
        console.print("Asking both in turn")
        for number in range(rounds + 1):
            for name, act in ACTS.items():
                for side, found in zip((small, large), figures[name], strict=True):
                    took_ms, _ = await act(side)
                    if number:
                        found.append(took_ms)
    return figures


def table(few: int, many: int, figures: Figures) -> str:
    """The figures in Markdown."""
    lines = [
        f"| median of what a member waits | {few:,} answers | {many:,} answers | ratio | goal |",
        "|---|---|---|---|---|",
    ]
    for name, (small, large) in figures.items():
        ratio = median(large) / median(small)
        lines.append(f"| {name} | {median(small):.1f} ms | {median(large):.1f} ms | {ratio:.2f} | ≤ {GOAL} |")
    return "\n".join(
        [
            *lines,
            "",
            f"{people_of(few):,} and {people_of(many):,} members gave 20 answers each, half of them in one server.",
        ]
    )


@asynccontextmanager
async def _side(answers: int, console: Console) -> AsyncGenerator[Side]:
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        file = Path(folder) / "tandem.db"
        async with Playground(strict=False) as playground:
            await _fill(file, answers, playground, console)
            more = {"TANDEM_DATABASE_URL": f"sqlite:///{file}", "TANDEM_LOG_LEVEL": "ERROR"}
            async with a_bot(playground, "bot", "run", more=more):
                await online(playground, "leaderboard")
                async with Member.at(playground.url, 0) as member:
                    yield Side(answers, member, playground)


async def _fill(file: Path, answers: int, playground: Playground, console: Console) -> None:
    start_s = perf_counter()
    await migrate(make_url(f"sqlite:///{file}"))
    world, lesson = playground.world, load(ROOT / "content").lessons["async"]
    about: tuple[Any, ...] = (world.guild.id, world.people[0].user.id, datetime.now(UTC))
    await asyncio.to_thread(fill, file, answers, lesson, *about)
    console.print(f"{answers:,} answers put into a database: {perf_counter() - start_s:.0f} s")
