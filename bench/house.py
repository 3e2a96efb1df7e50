"""A playground in this process and the bot in one of its own, as on Discord: they share nothing but a socket."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.playground import Playground

ENDS_WITHIN_S = 10.0


@asynccontextmanager
async def a_house() -> AsyncGenerator[tuple[Playground, Path]]:
    """The playground, its checks of bodies off for speed, with the bot in it; and the bot's database file."""
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        database = Path(folder) / "tandem.db"
        async with Playground(strict=False) as playground:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                env={
                    "PATH": os.environ.get("PATH", ""),  # noqa: TID251 - where the bot finds Node.js
                    "DISCORD_TOKEN": playground.token,
                    "DISCORD_API_URL": playground.api_url,
                    "TANDEM_DATABASE_URL": f"sqlite:///{database}",
                    "TANDEM_LOG_LEVEL": "ERROR",
                },
            )
            try:
                yield playground, database
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                try:
                    async with asyncio.timeout(ENDS_WITHIN_S):
                        await process.wait()
                except TimeoutError:
                    process.kill()
                    await process.wait()
