"""What a demo is going to run: tasks and their delays, in sequence or together. What happened is a trace.

A plan is checked when it is made, so whoever holds one may run it. Every time here is in milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.domain.errors import MemberError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_TASKS = 8
LONGEST_NAME = 12
SHORTEST_MS = 10
LONGEST_MS = 5_000
MOST_IN_ALL_MS = 20_000

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""What `json.loads` gives."""


class PlanError(MemberError):
    """The plan cannot be run. The sentence says what was found and what is expected."""


class Mode(StrEnum):
    """How the tasks of a phase are awaited."""

    SEQUENTIAL = "sequential"
    CONCURRENT = "concurrent"


DEMOS: Mapping[str, tuple[Mode, ...]] = MappingProxyType(
    {
        "sequential": (Mode.SEQUENTIAL,),
        "parallel": (Mode.CONCURRENT,),
        "compare": (Mode.SEQUENTIAL, Mode.CONCURRENT),
    }
)
"""The demos by name, each with the modes of its phases in their order."""


@dataclass(frozen=True, slots=True)
class Task:
    """One wait with a short name."""

    name: str
    delay_ms: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.name) <= LONGEST_NAME:
            raise PlanError(f"A task's name has 1 to {LONGEST_NAME} characters, not {len(self.name)}.")
        _check_delay(self.delay_ms)

    def to_json(self) -> dict[str, Json]:
        """This task as plain values."""
        return {"name": self.name, "delay_ms": self.delay_ms}

    @classmethod
    def from_json(cls, value: Json) -> Task:
        """The task of which `to_json` gave `value`; PlanError if it is none."""
        match value:
            case {"name": str(name), "delay_ms": int(delay_ms), **rest} if not rest:
                return cls(name, delay_ms)
            case _:
                raise PlanError("This plan cannot be read: a task is a name and a delay_ms, no more.")


@dataclass(frozen=True, slots=True)
class Phase:
    """Tasks that are run in one mode."""

    mode: Mode
    tasks: tuple[Task, ...]

    def __post_init__(self) -> None:
        _check_together([task.delay_ms for task in self.tasks])

    @property
    def sum_ms(self) -> int:
        """What all delays take one after the other."""
        return sum(task.delay_ms for task in self.tasks)

    @property
    def ideal_ms(self) -> int:
        """What this phase takes on a machine that needs no time of its own: the sum, or the longest delay."""
        if self.mode is Mode.SEQUENTIAL:
            return self.sum_ms
        return max(task.delay_ms for task in self.tasks)

    def to_json(self) -> dict[str, Json]:
        """This phase as plain values."""
        return {"mode": self.mode.value, "tasks": [task.to_json() for task in self.tasks]}

    @classmethod
    def from_json(cls, value: Json) -> Phase:
        """The phase of which `to_json` gave `value`; PlanError if it is none."""
        match value:
            case {"mode": str(mode), "tasks": list(tasks), **rest} if not rest and mode in set(Mode):
                return cls(Mode(mode), tuple(Task.from_json(task) for task in tasks))
            case _:
                modes = " or ".join(Mode)
                raise PlanError(f"This plan cannot be read: a phase is a mode ({modes}) and tasks, no more.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A demo's phases, run one after the other, all with the same tasks."""

    demo: str
    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        if not self.demo or not self.phases:
            raise PlanError("A plan needs the name of its demo and at least one phase.")
        if any(phase.tasks != self.tasks for phase in self.phases):
            raise PlanError("Every phase of a plan runs the same tasks.")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that every phase runs."""
        return self.phases[0].tasks

    @property
    def ideal_ms(self) -> int:
        """What all phases take on a machine that needs no time of its own."""
        return sum(phase.ideal_ms for phase in self.phases)

    def to_json(self) -> dict[str, Json]:
        """This plan as plain values, for storage and for the runners."""
        return {"demo": self.demo, "phases": [phase.to_json() for phase in self.phases]}

    @classmethod
    def from_json(cls, value: Json) -> Plan:
        """The plan of which `to_json` gave `value`; PlanError if it is none."""
        match value:
            case {"demo": str(demo), "phases": list(phases), **rest} if not rest:
                return cls(demo, tuple(Phase.from_json(phase) for phase in phases))
            case _:
                raise PlanError("This plan cannot be read: a plan is a demo and phases, no more.")


def plan_for(demo: str, delays_ms: Sequence[int]) -> Plan:
    """The plan of a demo with these delays, its tasks named "task 1", "task 2" and so on.

    Raises:
        PlanError: no demo has that name (the nearest is suggested), or the delays are outside the limits.
    """
    if demo not in DEMOS:
        near = get_close_matches(demo.lower(), DEMOS, n=1)
        known = ", ".join(DEMOS)
        hint = f"Did you mean {near[0]}?" if near else f"There are {known}."
        raise PlanError(f"There is no demo “{_clip(demo)}”. {hint}")
    tasks = tuple(Task(f"task {number}", delay) for number, delay in enumerate(delays_ms, 1))
    return Plan(demo, tuple(Phase(mode, tasks) for mode in DEMOS[demo]))


def parse_delays(text: str) -> tuple[int, ...]:
    """The delays that a member wrote, such as `300, 500 200ms`: commas or spaces between, `ms` if they like.

    Raises:
        PlanError: the first mistake, with what was found and what is expected.
    """
    words = _BETWEEN.split(_UNIT.sub("", text).strip(", \t\n"))
    delays = [_delay(word) for word in words if word]
    for delay in delays:
        _check_delay(delay)
    _check_together(delays)
    return tuple(delays)


_UNIT = re.compile(r"(?<=[0-9])\s*ms\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[,\s]+")
_NUMBER = re.compile(r"(-?)0*([0-9]+)")
_EXAMPLE = "300, 500, 200"
_DELAY_LIMITS = f"Choose from {SHORTEST_MS} to {LONGEST_MS:,} ms."


def _delay(word: str) -> int:
    number = _NUMBER.fullmatch(word)
    if number is None:
        raise PlanError(f"“{_clip(word)}” is not a whole number of milliseconds. Write delays such as {_EXAMPLE}.")
    sign, digits = number.groups()
    if len(digits) > 9:  # int() refuses thousands of digits
        raise PlanError(f"“{_clip(word)}” is far beyond a task. {_DELAY_LIMITS}")
    return int(sign + digits)


def _check_delay(delay_ms: int) -> None:
    if isinstance(delay_ms, bool) or not SHORTEST_MS <= delay_ms <= LONGEST_MS:
        wrong = "short" if delay_ms < SHORTEST_MS else "long"
        raise PlanError(f"{delay_ms:,} ms is too {wrong} for a task. {_DELAY_LIMITS}")


def _check_together(delays_ms: Sequence[int]) -> None:
    if not delays_ms:
        raise PlanError(f"There is no delay. Write 1 to {MOST_TASKS} of them, such as {_EXAMPLE}.")
    if len(delays_ms) > MOST_TASKS:
        raise PlanError(f"{len(delays_ms)} tasks are too many. Leave some out: a demo runs up to {MOST_TASKS}.")
    if sum(delays_ms) > MOST_IN_ALL_MS:
        raise PlanError(
            f"The delays add up to {sum(delays_ms):,} ms, which is too long. "
            f"Shorten some: a demo takes at most {MOST_IN_ALL_MS:,} ms in all."
        )


def _clip(word: str) -> str:
    """At most 20 printable characters of what a member wrote, so that a sentence stays one."""
    shown = "".join(char for char in word if char.isprintable())
    return shown if len(shown) <= 20 else f"{shown[:19]}…"
