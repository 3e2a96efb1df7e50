"""Runs Python programs on an asyncio whose clock jumps: a timer is due as soon as nothing else can happen before it."""

from __future__ import annotations

import asyncio
import selectors
import warnings
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.domain.plan import Doing, Task

Course = tuple[tuple[float, bool], list[tuple[str, float, float, str]]]
"""When `main` was over and whether it succeeded, and the span of each task that started, with its outcome."""


ResultT = TypeVar("ResultT")


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing, and moves the clock instead."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now_s += max(timeout or 0.0, 0.0)
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def spend(self, seconds: float) -> None:
        """Time passes, and nothing else happens."""
        self._jumping.now_s += seconds

    def time(self) -> float:
        return self._jumping.now_s


def run(source: str, tasks: tuple[Task, ...]) -> Course:
    """What happens, in milliseconds since the start, when this program runs with these tasks."""
    spans: list[tuple[str, float, float, str]] = []

    def traced(task: Task) -> Callable[[], Coroutine[Any, Any, None]]:
        async def body() -> None:
            start, outcome = _now(), "rejected" if task.fails else "fulfilled"
            try:
                if task.doing is Doing.CPU:
                    asyncio.get_running_loop().spend(task.ms / 1000)  # type: ignore[attr-defined]
                else:
                    await asyncio.sleep(task.ms / 1000)
                if task.fails:
                    raise RuntimeError(task.name)
            except asyncio.CancelledError:
                outcome = "cancelled"
                raise
            finally:
                spans.append((task.name, start, _now(), outcome))

        return body

    names: dict[str, Any] = {task.name: traced(task) for task in tasks}
    exec(source, names)

    async def main() -> tuple[float, bool]:
        try:
            await names["main"]()
        except (Exception, BaseExceptionGroup):
            return _now(), False
        return _now(), True

    with warnings.catch_warnings(), asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        warnings.simplefilter("ignore", RuntimeWarning)  # a coroutine that nobody awaits is what some plans are about
        runner.get_loop().set_exception_handler(lambda *_: None)  # so is an error that nobody looks at
        over = runner.run(main())
    return over, spans


def on_a_jumping_clock(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """What comes of a coroutine that waits for nothing but time, at once."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(main)


def _now() -> float:
    return round(asyncio.get_running_loop().time() * 1000, 3)
