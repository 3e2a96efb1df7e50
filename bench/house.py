"""A playground in this process and a bot in one of its own, as on Discord: they share nothing but a socket."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.orphans import tied
from bot.playground import Playground
from bot.playground.events import BotSeen, CommandsChanged, Event

ENDS_WITHIN_S = 10.0
STARTS_WITHIN_S = 60.0


def environment(playground: Playground, scratch: str, **more: str) -> dict[str, str]:
    """What a bot is told, and nothing of what this process was: its place, and where what it leaves behind may lie."""
    return {
        "PATH": os.environ.get("PATH", ""),  # noqa: TID251 - where the bot finds Node.js
        "TMPDIR": scratch,
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        **more,
    }


def scratch() -> TemporaryDirectory[str]:
    """A folder for the folders of runs: whoever is killed clears none away."""
    return TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True)


@asynccontextmanager
async def a_house() -> AsyncGenerator[tuple[Playground, Path]]:
    """The playground, its checks of bodies off for speed, with Tandem in it; and Tandem's database file."""
    async with Playground(strict=False) as playground, tandem(playground) as (_, database):
        yield playground, database


@asynccontextmanager
async def tandem(playground: Playground) -> AsyncGenerator[tuple[Process, Path]]:
    """Tandem in a playground, with a fresh database: its process and the database file."""
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        database = Path(folder) / "tandem.db"
        more = {"TANDEM_DATABASE_URL": f"sqlite:///{database}", "TANDEM_LOG_LEVEL": "ERROR"}
        async with a_bot(playground, "bot", "run", more=more) as process:
            yield process, database


@asynccontextmanager
async def a_bot(
    playground: Playground, module: str, *arguments: str, more: Mapping[str, str] | None = None
) -> AsyncGenerator[Process]:
    """`python -m module` in a playground, until the block ends."""
    with scratch() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments), env=environment(playground, folder, **(more or {}))
        )
        with tied(process.pid):
            try:
                yield process
            finally:
                await _ended(process)


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(ENDS_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def online(playground: Playground, command: str) -> None:
    """Wait until the bot in a playground is connected and has told of a command.

    Raises:
        TimeoutError: it is not within a minute.
    """
    world, changed = playground.world, asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, BotSeen | CommandsChanged):
            changed.set()

    world.subscribe(hear)
    async with asyncio.timeout(STARTS_WITHIN_S):
        while not (world.bot_online and any(known["name"] == command for known in world.commands.listed(None))):
            changed.clear()
            await changed.wait()
