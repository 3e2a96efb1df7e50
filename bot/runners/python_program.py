"""The Python runner: a program of its own that runs the phases of one request and says what happened, and when.

It reads the request as a line of JSON from standard input (`request.py` says what stands in it), and writes a JSON line
for each event as it happens. When standard input ends, so does the program: whoever asked is gone. Started as
`python -I -S`, it has the standard library alone. Times are milliseconds of `time.perf_counter` since the first phase
started: starting the interpreter and compiling lie before that.
A thread writes the lines, so that what is measured never waits for a write or a reader.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from hashlib import pbkdf2_hmac
from queue import SimpleQueue
from threading import Barrier, Lock, Thread
from typing import TYPE_CHECKING, Any, NoReturn, Self, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from types import CodeType

TICK_S = 0.05
"""As in `trace`, in seconds."""

LONGEST_DETAIL = 300
"""Characters, as in `trace`."""

PIECE = 500
"""Iterations of the hash between two looks at the clock: a fraction of a millisecond."""

Json = dict[str, Any]


def compute(ms: float) -> None:
    """Compute a hash for so many milliseconds of this thread's processor time. Other threads can run meanwhile.

    Not a fixed number of iterations: processors change their pace, and a task is to take as long as it says wherever a
    core is free. Where none is, it takes longer.
    """
    until_s = time.thread_time() + ms / 1000
    while time.thread_time() < until_s:
        pbkdf2_hmac("sha256", b"tandem", b"salt", PIECE, 32)


def abandon() -> NoReturn:
    """End because nobody is there any more, whatever other threads do."""
    os._exit(1)


class Recorder:
    """Takes the time of events as they happen. A thread writes them; leaving the recorder waits for the last."""

    def __init__(self) -> None:
        self._events: SimpleQueue[tuple[float, Json] | None] = SimpleQueue()
        self._taking = Lock()
        self._writer = Thread(target=self._write)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._events.put(None)
        self._writer.join()

    def record(self, phase: int, kind: str, task: int | None = None, detail: str | None = None) -> None:
        """Say that this happened now, in whatever thread. The lock keeps time from going back between threads."""
        with self._taking:
            self._events.put((time.perf_counter(), {"kind": kind, "phase": phase, "task": task, "detail": detail}))

    def _write(self) -> None:
        origin: float | None = None
        while event := self._events.get():
            at_s, told = event
            origin = at_s if origin is None else origin
            line = {"at_ms": (at_s - origin) * 1000} | {key: value for key, value in told.items() if value is not None}
            try:
                print(json.dumps(line), flush=True)  # noqa: T201 - its standard output is what it is for
            except OSError:
                abandon()  # the reader is gone, and the run with it


class Phase:
    """One phase: the functions that its program calls."""

    def __init__(self, number: int, request: Json, recorder: Recorder) -> None:
        self._number = number
        self._tasks: list[Json] = request["tasks"]
        self._ticks: bool = request["ticks"]
        self._code: CodeType = compile(request["source"], "<program>", "exec")
        self._recorder = recorder
        self._called = set[int]()

    def run(self) -> None:
        """Run it as `asyncio.run` does, which cancels what `main` has left behind and waits for threads."""
        names: dict[str, Any] = {"print": self._print}
        names |= {task["name"]: self._function(index, task) for index, task in enumerate(self._tasks)}
        exec(self._code, names)  # noqa: S102 - nothing in the text is a member's but the names of tasks
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            loop.set_exception_handler(_ignore)  # an error that nobody awaited is no line on standard error
            if threads := sum(task["doing"] == "thread" for task in self._tasks):
                loop.set_default_executor(_warm(threads))
            runner.run(self._main(names["main"]))
        self._record("phase_ended")

    async def _main(self, main: Callable[[], Awaitable[object]]) -> None:
        ticker = asyncio.create_task(self._tick()) if self._ticks else None
        self._record("phase_started")
        try:
            value = await main()
        except (Exception, asyncio.CancelledError) as error:
            self._record("threw", detail=in_words(error))
        else:
            self._record("returned", detail=as_json(value))
        del ticker  # it is kept until here, and ends with the loop

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._record("ticked")

    def _record(self, kind: str, task: int | None = None, detail: str | None = None) -> None:
        self._recorder.record(self._number, kind, task, detail)

    def _print(self, *values: object, sep: str = " ", **_: object) -> None:
        for line in sep.join(map(str, values)).split("\n"):
            self._record("printed", detail=line[:LONGEST_DETAIL])

    def _function(self, index: int, task: Json) -> Callable[[], Coroutine[Any, Any, str] | str]:
        """What the program calls: it returns a coroutine, or computes at once where it is made for a thread."""

        def call() -> None:
            if index in self._called:
                raise RuntimeError(f"{task['label']} was called twice")
            self._called.add(index)
            self._record("called", index)

        def computed() -> str:
            self._record("started", index)
            compute(task["ms"])
            return self._end(index, task)

        async def computing() -> str:
            return computed()

        async def waiting() -> str:
            self._record("started", index)
            try:
                await asyncio.sleep(task["ms"] / 1000)
            except asyncio.CancelledError:
                self._record("cancelled", index)
                raise
            return self._end(index, task)

        def in_thread() -> str:
            call()
            return computed()

        def on_loop() -> Coroutine[Any, Any, str]:
            call()
            coroutine = computing() if task["doing"] == "cpu" else waiting()
            coroutine.__name__ = task["name"]
            return coroutine

        return in_thread if task["doing"] == "thread" else on_loop

    def _end(self, index: int, task: Json) -> str:
        self._record("rejected" if task["fails"] else "fulfilled", index)
        if task["fails"]:
            raise RuntimeError(f"{task['label']} failed")
        return task["result"]


def in_words(error: BaseException) -> str:
    """Type and message of an error in one line; a group is told by the errors in it."""
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        inside = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return f"{name} ({', '.join(map(in_words, inside))})"[:LONGEST_DETAIL]
    message, *_ = str(error).split("\n")
    return f"{name}: {message}"[:LONGEST_DETAIL] if message else name


def as_json(value: object) -> str | None:
    """A value as compact JSON, errors and coroutines in words; None for no value."""

    def plain(part: object) -> str:
        if isinstance(part, BaseException):
            return in_words(part)
        return "a coroutine" if inspect.isawaitable(part) else str(part)

    if value is None:
        return None
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=plain)[:LONGEST_DETAIL]


def _warm(threads: int) -> ThreadPoolExecutor:
    """An executor whose threads are all there already."""
    executor, barrier = ThreadPoolExecutor(threads), Barrier(threads)
    for waiting in [executor.submit(barrier.wait) for _ in range(threads)]:
        waiting.result()
    return executor


def _ignore(loop: asyncio.AbstractEventLoop, context: Json) -> None:
    pass


def _end_with_the_asker() -> None:
    """Wait until standard input ends, which it does however the asker ended."""
    while os.read(0, 4096):  # `sys.stdin` is locked by whoever reads it, also while the interpreter shuts down
        pass
    abandon()


def main() -> None:
    """Read what to run, run it, record it on standard output."""
    warnings.simplefilter("ignore")  # that a coroutine was never awaited is what some programs show
    requests: list[Json] = json.loads(sys.stdin.readline())["phases"]
    Thread(target=_end_with_the_asker, daemon=True).start()
    with Recorder() as recorder:
        for phase in [Phase(number, request, recorder) for number, request in enumerate(requests)]:
            phase.run()


if __name__ == "__main__":
    main()
