"""The program of a phase as Python text: the very text that is shown to members and that the runner executes."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from bot.domain.plan import Mode

if TYPE_CHECKING:
    from bot.domain.plan import Phase

WIDTH = 46
"""The most columns of a line: what a phone shows of a code block."""

_RESULTS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def python_source(phase: Phase) -> str:
    """The program of one phase: an async function, named as the mode, that awaits `task1()`, `task2()` and so on.

    It uses names that the runner provides and nothing that a member wrote.
    """
    calls = [f"task{number}()" for number in range(1, len(phase.tasks) + 1)]
    return _sequential(calls) if phase.mode is Mode.SEQUENTIAL else _concurrent(calls)


def _sequential(calls: list[str]) -> str:
    results = _RESULTS[: len(calls)]
    awaits = [f"    {result} = await {call}" for result, call in zip(results, calls, strict=True)]
    return "\n".join(["async def sequential():", *awaits, f"    return {_list(results)}", ""])


def _concurrent(calls: list[str]) -> str:
    arguments = [f"        {call}," for call in calls]
    return "\n".join(
        [
            "import asyncio",
            "",
            "",
            "async def concurrent():",
            "    return await asyncio.gather(",
            *arguments,
            "    )",
            "",
        ]
    )


def _list(names: tuple[str, ...]) -> str:
    short = f"[{', '.join(names)}]"
    if len(f"    return {short}") <= WIDTH:
        return short
    inner = fill(", ".join(names) + ",", WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
    return f"[\n{inner}\n    ]"
