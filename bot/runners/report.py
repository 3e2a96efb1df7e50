"""What a runner's output means: lines to events, and whether the run was sound. No process and no waiting here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.domain.errors import MemberError
from bot.domain.trace import Event, Progress, TraceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.program import Program
    from bot.domain.schedule import Runtime

MOST_BYTES = 256 * 1024
"""A runner that says more than this, on both its outputs together, is broken.

Two phases of 12 tasks need 7,000 bytes. A ticker beside 20 s of computing says 60 bytes every 50 ms: 25,000 bytes,
twice for two phases, and four times as much on a machine shared by eight: 200,000. That leaves room for printed lines.
"""

STDERR = 2
_LAST_WORDS = 500


class RunnerError(MemberError):
    """A run did not give a trace. `detail` is for the log, not for members."""

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(sentence)
        self.detail = detail


class RunnerDiedError(RunnerError):
    """The runner ended before its program did, or could not start. `exit_code` is None if it never ran."""

    def __init__(self, exit_code: int | None, detail: str) -> None:
        super().__init__("This run broke off before it was done. Run it again.", detail)
        self.exit_code = exit_code


class RunnerGarbledError(RunnerError):
    """The runner said what no run of its program can say, or far too much."""

    def __init__(self, detail: str) -> None:
        super().__init__("This run reported something impossible, so it was ended. Run it again.", detail)


class Report:
    """Takes what a runner writes and tells the events in it, each checked against the program."""

    def __init__(self, program: Program, runtime: Runtime) -> None:
        self.progress = Progress(program, runtime)
        self._heard = 0
        self._rest = b""
        self._errors = b""

    def hear(self, fd: int, data: bytes) -> Iterator[Event]:
        """Each event completed by `data`, which came on file descriptor `fd`.

        Raises:
            RunnerGarbledError: it is not a JSON line of an event that can happen now, or it is too much.
        """
        self._heard += len(data)
        if self._heard > MOST_BYTES:
            raise RunnerGarbledError(f"more than {MOST_BYTES} bytes of output")
        if fd == STDERR:
            self._errors += data
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            yield self._event(line)

    def end(self, exit_code: int) -> None:
        """Say that the runner has ended; RunnerDiedError unless all is well."""
        if exit_code != 0 or not self.progress.complete:
            last = self._errors.decode(errors="replace").strip().rpartition("\n")[2]
            detail = f"exit code {exit_code}, last line of standard error: {last[-_LAST_WORDS:]!r}"
            raise RunnerDiedError(exit_code, detail)

    def _event(self, line: bytes) -> Event:
        try:
            event = Event.from_json(json.loads(line))
            self.progress.add(event)
        except (ValueError, RecursionError, TraceError) as error:
            raise RunnerGarbledError(f"{error}: {line[:_LAST_WORDS]!r}") from error
        return event
