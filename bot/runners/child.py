"""A process from its start to its last trace: it and its children, its pipes and limits. POSIX only.

Everything is decided in the event loop's callbacks, so that a process told to end does end and is cleaned up after,
even if whoever waited for it was cancelled. What its output means is not known here.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from bot.runners.limits import Limits, threads_present

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LETTING_GO_S = 1.0
"""How long the end of a killed process is waited for."""

WORKS_IN = "/"
"""The directory of every process: it has no files, and here it may make none, unless the bot is root."""


class Child(asyncio.SubprocessProtocol):
    """A process with an empty environment, in a session of its own.

    `on_output` gets the file descriptor (1 or 2) and the bytes. `on_end` is called once, when nothing is left: with
    the exit code, negative for a signal, or None if the process could not be started.
    """

    def __init__(self, on_output: Callable[[int, bytes], None], on_end: Callable[[int | None], None]) -> None:
        self._on_output = on_output
        self._on_end = on_end
        self._spawning: asyncio.Task[None] | None = None
        self._request = b""
        self._limits = Limits()
        self._threads_present: int | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._doomed = False
        self._exited = False
        self._gone = asyncio.Event()

    async def start(self, command: Sequence[str], request: bytes, limits: Limits) -> None:
        """Start `command` within `limits` and give it `request` on standard input, which stays open; OSError if not."""
        self._request = request
        self._limits = limits
        self._spawning = asyncio.create_task(self._spawn(command))
        self._spawning.add_done_callback(self._spawned)
        # Neither loop cleans up well after a start cancelled half way. So it is never cancelled; `kill` sees to it.
        await asyncio.shield(self._spawning)

    def kill(self) -> None:
        """End the process and its children now; what they still have to say is dropped."""
        self._doomed = True
        if self._transport is None:
            return  # not there yet, or gone
        if self._exited:
            self._transport.close()
        else:
            _kill_group(self._transport)

    async def end(self) -> None:
        """End the process and its children, and wait until nothing is left of them.

        One that the kernel does not let go of within `LETTING_GO_S` is not waited for any longer.
        """
        self.kill()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), LETTING_GO_S)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Limit it and hand over the request, or kill what is not wanted any more."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        if self._doomed:
            self.kill()
            return
        self._limits.set_on(self._transport.get_pid(), self._threads_present)
        stdin = _stdin(self._transport)
        if not stdin.is_closing():  # the process may be dead already
            stdin.write(self._request)  # and left open: it closes when the bot is gone, which ends the runner

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Pass on what the process writes, while anyone wants it."""
        if not self._doomed:
            self._on_output(fd, data)

    def process_exited(self) -> None:
        """End the children that the process left behind; they may hold its pipes open."""
        self._exited = True
        if self._transport is None:
            return
        _kill_group(self._transport)
        if self._doomed:
            self._transport.close()
        elif not (stdin := _stdin(self._transport)).is_closing():  # the loop may have seen its other end close
            stdin.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up: the process is reaped and its pipes are closed."""
        if self._transport is None:
            return
        transport, self._transport = self._transport, None
        transport.close()
        self._clean_up(transport.get_returncode())

    async def _spawn(self, command: Sequence[str]) -> None:
        self._threads_present = await asyncio.to_thread(threads_present, os.geteuid())
        await asyncio.get_running_loop().subprocess_exec(
            lambda: self, *command, cwd=WORKS_IN, env={}, start_new_session=True
        )

    def _spawned(self, spawning: asyncio.Task[None]) -> None:
        if spawning.cancelled() or spawning.exception() is not None:
            self._clean_up(None)

    def _clean_up(self, exit_code: int | None) -> None:
        self._gone.set()
        self._on_end(exit_code)


def _stdin(transport: asyncio.SubprocessTransport) -> asyncio.WriteTransport:
    return cast("asyncio.WriteTransport", transport.get_pipe_transport(0))


def _kill_group(transport: asyncio.SubprocessTransport) -> None:
    # A session's first process leads a group of its own number, which stays taken while any member lives.
    # macOS answers PermissionError where only the dead are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(transport.get_pid(), signal.SIGKILL)
