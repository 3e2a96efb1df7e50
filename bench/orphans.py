"""Processes that are started here end with this one, even where it is killed and can end nothing itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class Tie:
    """Ends a process when this one is gone: then the pipe is closed that a shell reads from."""

    def __init__(self, pid: int, signal: str = "KILL") -> None:
        self._shell = subprocess.Popen(  # noqa: S603 - the words are ours
            ("/bin/sh", "-c", f"read -r _; kill -{signal} {pid}"), stdin=subprocess.PIPE, start_new_session=True
        )

    def loosen(self) -> None:
        """The process has ended, or may live on."""
        self._shell.kill()
        self._shell.communicate()


@contextmanager
def tied(pid: int) -> Iterator[None]:
    """A process that is ended should this one be killed before the block ends."""
    tie = Tie(pid)
    try:
        yield
    finally:
        tie.loosen()
