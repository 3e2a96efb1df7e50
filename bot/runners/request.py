"""What a runner is asked: a program as the JSON that it reads, and the time it is given. No process here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.domain.plan import Doing

if TYPE_CHECKING:
    from bot.domain.plan import Task
    from bot.domain.program import Json, Phase, Program
    from bot.domain.schedule import Runtime

SHARED = 4
"""How many times slower computing may be than on a machine of one's own: eight runs at once share two cores."""


def request_of(program: Program, runtime: Runtime) -> bytes:
    """A program as a runner reads it: a line of JSON, of phases with tasks, source, and whether a ticker runs.

    A task has a `name`, `ms`, whether it `fails`, what it is `doing` (wait, cpu, thread), the `label` that stands in
    its error, and the `result` that it gives.
    """
    phases: list[Json] = [_phase(phase, program, runtime) for phase in program.phases]
    return json.dumps({"phases": phases}).encode() + b"\n"


def longest_s(program: Program, runtime: Runtime) -> float:
    """The most seconds a program takes, its runner's own time left out, where computing shares the machine."""
    return (program.longest_ms(runtime) + SHARED * _computing_ms(program)) / 1000


def most_cpu_s(program: Program) -> float:
    """The most seconds of processor time that a program takes, its runner's own left out.

    A core whose other half is busy needs up to twice as long for the same work.
    """
    return 2 * _computing_ms(program) / 1000


def _computing_ms(program: Program) -> int:
    return sum(task.ms for phase in program.phases for task in phase.tasks if task.doing is not Doing.WAIT)


def _phase(phase: Phase, program: Program, runtime: Runtime) -> Json:
    tasks: list[Json] = [_task(task, program) for task in phase.tasks]
    ticks = any(task.doing is not Doing.WAIT for task in phase.tasks)
    return {"tasks": tasks, "source": phase.code[runtime], "ticks": ticks}


def _task(task: Task, program: Program) -> Json:
    return {
        "name": task.name,
        "ms": task.ms,
        "fails": task.fails,
        "doing": task.doing.value,
        "label": task.label,
        "result": program.results.get(task.name, f"result of {task.label}"),
    }
