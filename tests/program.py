"""The bot as its operator runs it: `python -m bot`, a process of its own, with an environment of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE_S = 20.0


@dataclass
class Ended:
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str


class Program:
    """A running `python -m bot`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[str] = []

    async def says(self, word: str) -> str:
        """Wait for a line on standard error that holds `word`."""
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            while line := (await self._process.stderr.readline()).decode():
                self.said.append(line)
                if word in line:
                    return line
        raise AssertionError(f"it ended without saying {word!r}: {''.join(self.said)}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> Ended:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE_S):
            out, err = await self._process.communicate()
        return Ended(self._process.returncode or 0, out.decode(), "".join(self.said) + err.decode())


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@asynccontextmanager
async def program(*arguments: str, **environment: str) -> AsyncGenerator[Program]:
    """Run `python -m bot` with these arguments and variables; it is ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def run(*arguments: str, **environment: str) -> Ended:
    """Run `python -m bot` to its end."""
    async with program(*arguments, **environment) as started:
        return await started.ended()
