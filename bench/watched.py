"""The bot in a process of its own that says, when asked, what it holds: `python -m bench.watched`.

A line on standard input asks; the answer is one line of JSON on standard output. It ends as the bot does, by SIGTERM.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from bench.house import ENDS_WITHIN_S, environment, scratch
from bench.log import LONGEST_LINE, LogReader
from bench.orphans import tied
from bot import app, logs
from bot.begin import GARBAGE, on_uvloop
from bot.playground import Playground
from bot.settings import read_settings

DEAF_AFTER_S = 7.0
"""How long the gateway may be silent here: much trouble is to fit into little time. Not less: discord.py reads nothing
in the 5 s that it waits before it identifies.
"""

STARTS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Report:
    """What the process holds: bytes of memory, objects that were made since it was ready, and what its tasks do."""

    rss: int
    objects: int
    tasks: list[str]


class Watched:
    """The process, from outside, and what it logs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log = LogReader()

    @classmethod
    @asynccontextmanager
    async def of(cls, playground: Playground, database: Path, shards: int) -> AsyncGenerator[Self]:
        """The bot, ready, on that playground and database, until the block ends."""
        mine = {
            "TANDEM_DATABASE_URL": f"sqlite:///{database}",
            "TANDEM_SHARD_COUNT": str(shards),
            "TANDEM_LOG_FORMAT": "json",
        }
        with scratch() as folder:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.watched"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
                env=environment(playground, folder, **mine),
            )
            bot = cls(process)
            try:
                with tied(process.pid):
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(bot.log.read(process))
                        async with asyncio.timeout(STARTS_WITHIN_S):
                            await bot.log.ready.wait()
                        yield bot
                        await bot.stop()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def report(self) -> Report:
        """Ask it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 - they are pipes
        stdin.write(b"\n")
        return Report(**json.loads(await stdout.readline()))

    async def stop(self) -> int:
        """End it as an operator does; its exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(ENDS_WITHIN_S):
            return await self._process.wait()


def _resident() -> int:
    """The bytes of memory that the process has now; where the system does not say, the most that it has had."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _tell() -> None:
    if not os.read(sys.stdin.fileno(), 1):  # whoever asked is gone
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)
        return
    gc.collect()
    tasks = sorted(getattr(task.get_coro(), "__qualname__", "?") for task in asyncio.all_tasks())
    report = Report(_resident(), len(gc.get_objects()), tasks)
    sys.stdout.write(json.dumps(asdict(report)) + "\n")
    sys.stdout.flush()


def _ready() -> None:
    """What begin does when the bot is ready: what is there by then is no garbage, and is not among the objects."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


async def _run() -> None:
    gc.disable()
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _tell)
    world = replace(app.real_world(), deaf_after_s=DEAF_AFTER_S)
    async with app.stopping_on_signals() as stop:
        await app.run(settings, settings.token.get_secret_value() if settings.token else "", world, stop, _ready)


if __name__ == "__main__":
    on_uvloop(_run())
