"""The bot in a process of its own, killed and started again as a supervisor does it: `python -m bot run`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Self

from sqlalchemy import URL

from bench.house import environment, scratch
from bench.log import LONGEST_LINE, LogReader
from bench.orphans import Tie
from bot.playground import Playground

WITHIN_S = 120.0
"""How long a start or an end may take: long enough for a busy machine."""


class Restarted:
    """The bot, from outside, and what it logs.

    Attributes:
        ready_at_s: when it was last ready, in the loop's seconds.
        ready_s: how long each start took that was left the time, in seconds.
        kills: how often it was killed, and not dead already.
        fell: how the bot ended each time that nobody had ended it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._tie: Tie | None = None
        self.log = LogReader()
        self.ready_at_s = 0.0
        self.ready_s: list[float] = []
        self.kills = 0
        self.fell: list[int] = []

    @classmethod
    @asynccontextmanager
    async def on(cls, playground: Playground, url: URL, more: Mapping[str, str] | None = None) -> AsyncGenerator[Self]:
        """The bot, started, on that playground and that database; it is ended whatever happens."""
        mine = {
            "TANDEM_DATABASE_URL": url.render_as_string(hide_password=False),
            "TANDEM_LOG_FORMAT": "json",
            **(more or {}),
        }
        with scratch() as folder:
            bot = cls(environment(playground, folder, **mine))
            try:
                await bot.start()
                yield bot
            finally:
                await bot.kill()

    async def start(self) -> None:
        """Start it, and go on at once."""
        self.log.ready.clear()
        started_s = asyncio.get_running_loop().time()

        def ready() -> None:
            self.ready_at_s = asyncio.get_running_loop().time()
            self.ready_s.append(self.ready_at_s - started_s)

        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            env=self._environment,
        )
        self._tie = Tie(self._process.pid)
        self._reading = asyncio.create_task(self.log.read(self._process, ready))

    async def until_ready(self) -> None:
        """Wait until it is; start it again if it has ended by itself.

        Raises:
            TimeoutError: it does not get ready in two minutes.
        """
        async with asyncio.timeout(WITHIN_S):
            while True:
                assert self._process is not None  # noqa: S101 - it was started
                waits = [asyncio.ensure_future(self.log.ready.wait()), asyncio.ensure_future(self._process.wait())]
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
        """End it as a power cut does; `look` is called the moment before. One that has ended by itself is noted."""
        if (process := self._process) is None:
            return
        lives = process.returncode is None
        if lives:
            look()
            with suppress(ProcessLookupError):
                process.kill()
        code = await process.wait()
        if lives and code == -signal.SIGKILL:
            self.kills += 1
        else:
            self.fell.append(code)
        await self._over()

    async def stop(self) -> int:
        """End it as an operator does; its exit code."""
        assert self._process is not None  # noqa: S101 - it was started
        if self._process.returncode is not None:
            self.fell.append(self._process.returncode)
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN_S):
            code = await self._process.wait()
        await self._over()
        return code

    async def _over(self) -> None:
        """It has ended: read what it has said to the last line."""
        assert self._reading is not None  # noqa: S101 - it was started
        assert self._tie is not None  # noqa: S101
        self._tie.loosen()
        await self._reading
        self._process = self._reading = self._tie = None
        self.log.ready.clear()
