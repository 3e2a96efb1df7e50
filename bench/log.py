"""What a bot says on standard error, read line by line as it comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

LONGEST_LINE = 1 << 20
"""Bytes of a line of the log: an error's holds the whole traceback."""


class LogReader:
    """Keeps what is of interest, of one process after another.

    Attributes:
        complaints: what was logged as an error, or said outside the log.
        warnings: the lines of warnings.
        ready: set while a bot runs that has said that it is ready.
    """

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.warnings: list[dict[str, Any]] = []
        self.ready = asyncio.Event()

    async def read(self, process: asyncio.subprocess.Process, on_ready: Callable[[], None] = lambda: None) -> None:
        """Read to the end; the process was started with `LONGEST_LINE`."""
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
                on_ready()
                self.ready.set()
            if level in ("error", "critical"):
                self.complaints.append(text)
            elif level == "warning":
                self.warnings.append(entry)
