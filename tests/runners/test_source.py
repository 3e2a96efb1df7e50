"""The program of a phase: what is shown is what runs."""

from __future__ import annotations

import asyncio
from textwrap import dedent

import pytest

from bot.domain.plan import plan_for
from bot.runners.source import WIDTH, python_source


def shown(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_tasks_in_sequence_are_awaited_in_turn() -> None:
    (phase,) = plan_for("sequential", [400, 600]).phases
    assert python_source(phase) == shown(
        """
        async def sequential():
            first = await task1()
            second = await task2()
            return [first, second]
        """
    )


def test_tasks_together_are_gathered() -> None:
    (phase,) = plan_for("parallel", [400, 600]).phases
    assert python_source(phase) == shown(
        """
        import asyncio


        async def concurrent():
            return await asyncio.gather(
                task1(),
                task2(),
            )
        """
    )


@pytest.mark.parametrize("tasks", range(1, 9))
@pytest.mark.parametrize("demo", ["sequential", "parallel"])
def test_every_program_fits_a_phone_and_returns_all_results_in_order(demo: str, tasks: int) -> None:
    (phase,) = plan_for(demo, [10] * tasks).phases
    source = python_source(phase)
    assert max(map(len, source.splitlines())) <= WIDTH

    async def result(number: int) -> int:
        return number

    names = {f"task{n}": lambda n=n: result(n) for n in range(1, tasks + 1)}
    exec(source, names)
    assert list(asyncio.run(names[phase.mode]())) == list(range(1, tasks + 1))
