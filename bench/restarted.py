"""The bot in a process of its own, killed and started again as a supervisor does it: `python -m bot run`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy import URL

from bot.playground import Playground

LONGEST_LINE = 1 << 20
"""Bytes of a line of the log: an error's holds the whole traceback."""

WITHIN_S = 120.0
"""How long a start or an end may take: long enough for a busy machine."""


class Restarted:
    """The bot, from outside.

    Attributes:
        ready: set while a bot runs that has said that it is ready.
        ready_at_s: when it was last ready, in the loop's seconds.
        ready_s: how long each start took that was left the time, in seconds.
        complaints: what was logged as an error, or said outside the log.
        warnings: the lines of warnings.
        fell: how the bot ended when nobody had ended it.
    """

    def __init__(self, playground: Playground, url: URL, environment: Mapping[str, str] | None = None) -> None:
        self._environment = {
            "PATH": os.environ.get("PATH", ""),  # noqa: TID251 - where the bot finds Node.js
            "DISCORD_TOKEN": playground.token,
            "DISCORD_API_URL": playground.api_url,
            "TANDEM_DATABASE_URL": url.render_as_string(hide_password=False),
            "TANDEM_LOG_FORMAT": "json",
            **(environment or {}),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.ready_at_s = 0.0
        self.ready_s: list[float] = []
        self.complaints: list[str] = []
        self.warnings: list[dict[str, Any]] = []
        self.fell: list[int] = []

    @classmethod
    @asynccontextmanager
    async def on(
        cls, playground: Playground, url: URL, environment: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Self]:
        """The bot, started, on that playground and that database; it is ended whatever happens."""
        bot = cls(playground, url, environment)
        try:
            await bot.start()
            yield bot
        finally:
            await bot.kill()

    async def start(self) -> None:
        """Start it, and go on at once."""
        self.ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            env=self._environment,
        )
        self._reading = asyncio.create_task(self._read(self._process, asyncio.get_running_loop().time()))

    async def until_ready(self) -> None:
        """Wait until it is; start it again if it has ended by itself.

        Raises:
            TimeoutError: it does not get ready in two minutes.
        """
        async with asyncio.timeout(WITHIN_S):
            while True:
                assert self._process is not None  # noqa: S101 - it was started
                waits = [asyncio.ensure_future(self.ready.wait()), asyncio.ensure_future(self._process.wait())]
                try:
                    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for wait in waits:
                        wait.cancel()
                if self._process.returncode is None:
                    return
                await self.kill()
                await self.start()

    async def kill(self, look: Callable[[], None] = lambda: None) -> None:
        """End it as a power cut does; `look` is called the moment before."""
        if self._process is None or self._reading is None:
            return
        if self._process.returncode is None:
            look()
            self._process.kill()
            await self._process.wait()
        elif self._process.returncode != 0:
            self.fell.append(self._process.returncode)
        await self._reading
        self._process = self._reading = None
        self.ready.clear()

    async def stop(self) -> int:
        """End it as an operator does; its exit code."""
        assert self._process is not None  # noqa: S101 - it was started
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN_S):
            return await self._process.wait()

    async def _read(self, process: asyncio.subprocess.Process, started_s: float) -> None:
        assert process.stderr is not None  # noqa: S101 - it is a pipe
        async for line in process.stderr:
            text = line.decode(errors="replace").rstrip()
            try:
                entry = json.loads(text)
                level = entry["level"]
            except (ValueError, KeyError, TypeError):
                self.complaints.append(text)
                continue
            if entry["event"] == "ready":
                self.ready_at_s = asyncio.get_running_loop().time()
                self.ready_s.append(self.ready_at_s - started_s)
                self.ready.set()
            if level in ("error", "critical"):
                self.complaints.append(text)
            elif level == "warning":
                self.warnings.append(entry)
