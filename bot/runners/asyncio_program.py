"""The asyncio runner: a program of its own that runs the phases of one plan and says what happened, and when.

It reads `{"plan": …, "sources": […]}` as JSON from standard input, one source for each phase (`source.python_source`),
and writes a JSON line for each event as it happens. Started as `python -I -S`, it has the standard library alone.
Times are milliseconds of `time.perf_counter` since the first phase started: starting the interpreter, reading and
compiling lie before that. A thread writes the lines, so that what is measured never waits for a write or a reader.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from types import CodeType


class Recorder:
    """Takes the time of events as they happen. A thread writes them; leaving the recorder waits for the last."""

    def __init__(self) -> None:
        self._events: SimpleQueue[tuple[float, str, int, int | None] | None] = SimpleQueue()
        self._writer = Thread(target=self._write)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._events.put(None)
        self._writer.join()

    def record(self, kind: str, phase: int, task: int | None = None) -> None:
        """Say that this happened now."""
        self._events.put((time.perf_counter(), kind, phase, task))

    def _write(self) -> None:
        origin: float | None = None
        while event := self._events.get():
            at_s, kind, phase, task = event
            origin = at_s if origin is None else origin
            line = {"at_ms": (at_s - origin) * 1000, "kind": kind, "phase": phase, "task": task}
            try:
                print(json.dumps(line), flush=True)  # noqa: T201 - its standard output is what it is for
            except OSError:
                os._exit(1)  # the reader is gone, and the run with it


async def run(plan: dict[str, Any], programs: list[CodeType], recorder: Recorder) -> None:
    """Run every phase with its own program, one after the other."""
    for number, (phase, program) in enumerate(zip(plan["phases"], programs, strict=True)):
        names: dict[str, Any] = {
            f"task{index + 1}": traced(task["delay_ms"] / 1000, recorder, number, index)
            for index, task in enumerate(phase["tasks"])
        }
        exec(program, names)  # noqa: S102 - the text is `python_source`'s, never a member's
        main: Callable[[], Awaitable[object]] = names[phase["mode"]]
        recorder.record("phase_started", number)
        await main()
        recorder.record("phase_ended", number)


def traced(delay_s: float, recorder: Recorder, phase: int, task: int) -> Callable[[], Coroutine[Any, Any, str]]:
    """A task for a phase's program to call: it waits for its delay, and every stage of it is recorded."""

    async def body() -> str:
        recorder.record("started", phase, task)
        await asyncio.sleep(delay_s)
        recorder.record("finished", phase, task)
        return f"result of task {task + 1}"

    def call() -> Coroutine[Any, Any, str]:
        recorder.record("called", phase, task)
        return body()

    return call


def main() -> None:
    """Read what to run, run it, record it on standard output."""
    request = json.load(sys.stdin)
    programs = [compile(source, "<phase>", "exec") for source in request["sources"]]
    with Recorder() as recorder:
        asyncio.run(run(request["plan"], programs, recorder))


if __name__ == "__main__":
    main()
