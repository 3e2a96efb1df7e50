"""What a demo runs: phases, each a plan with the programs that carry it out. What happened when they ran is a trace."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.domain.plan import InTurn, Plan, PlanError, Task, Together, tasks_of
from bot.domain.plan_text import parse_plan, text_of
from bot.domain.schedule import Runtime, Schedule, schedule
from bot.domain.source import source_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""What `json.loads` gives."""

CUSTOM = "custom"
"""The name of demos whose plan a member wrote."""


class Phase(Struct, frozen=True):
    """A plan and its code in each runtime: the very text that is shown, and executed. It defines `main`."""

    name: str
    plan: Plan
    code: Mapping[Runtime, str]
    order: tuple[str, ...] = ()
    """The names of the tasks as they are counted, where that is not the order in which the plan names them."""

    @classmethod
    def generated(cls, name: str, plan: Plan) -> Phase:
        """A phase whose code is written from its plan."""
        return cls(name, plan, MappingProxyType({runtime: source_of(plan, runtime) for runtime in Runtime}))

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, in the order in which they are counted."""
        tasks = tasks_of(self.plan)
        return tuple(sorted(tasks, key=lambda task: self.order.index(task.name))) if self.order else tasks

    def ideal(self, runtime: Runtime) -> Schedule:
        """What happens when on a machine that needs no time of its own."""
        return schedule(self.plan, runtime)

    def to_json(self) -> dict[str, Json]:
        """This phase as plain values, its plan as text."""
        code: dict[str, Json] = {runtime.value: source for runtime, source in self.code.items()}
        order: dict[str, Json] = {"order": list(self.order)} if self.order else {}
        return {"name": self.name, "plan": text_of(self.plan), "code": code, **order}

    @classmethod
    def from_json(cls, value: Json) -> Phase:
        """The phase of which `to_json` gave `value`; PlanError if it is none."""
        match value:
            case {"name": str(name), "plan": str(plan), "code": dict(code), "order": list(order), **rest} if not rest:
                names = tuple(map(str, order))
            case {"name": str(name), "plan": str(plan), "code": dict(code), **rest} if not rest:
                names = ()
            case _:
                raise PlanError(_NO_PHASE)
        known = {Runtime(key): source for key, source in code.items() if key in set(Runtime)}
        texts = {runtime: source for runtime, source in known.items() if isinstance(source, str)}
        if len(texts) != len(code) or len(texts) != len(Runtime):
            raise PlanError(_NO_PHASE)
        parsed = parse_plan(plan, longest=None)
        if names and sorted(names) != sorted(task.name for task in tasks_of(parsed)):
            raise PlanError(_NO_PHASE)
        return cls(name, parsed, MappingProxyType(texts), names)


_NO_PHASE = "This program cannot be read: a phase is a name, a plan, and code for each runtime, no more."


class Program(Struct, frozen=True):
    """A demo's phases, run one after the other, all with tasks of the same names."""

    demo: str
    phases: tuple[Phase, ...]
    results: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a task gives back, by its name, where it is not “result of …”."""

    def __post_init__(self) -> None:
        if not self.demo or not self.phases:
            raise PlanError("A program needs the name of its demo and at least one phase.")
        if any([task.name for task in phase.tasks] != [task.name for task in self.tasks] for phase in self.phases):
            raise PlanError("Every phase of a demo has the same tasks, named in the same order.")
        if unknown := set(self.results) - {task.name for task in self.tasks}:
            raise PlanError(f"There is no task “{min(unknown)}” to have a result.")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the first phase. Those of the others have the same names."""
        return self.phases[0].tasks

    def longest_ms(self, runtime: Runtime) -> float:
        """What all phases take, with all that runs on behind them, on a machine that needs no time of its own."""
        return sum(phase.ideal(runtime).over_ms for phase in self.phases)

    def to_json(self) -> dict[str, Json]:
        """This program as plain values, for storage."""
        phases: list[Json] = [phase.to_json() for phase in self.phases]
        results: dict[str, Json] = dict(self.results)
        return {"demo": self.demo, "phases": phases, "results": results}

    @classmethod
    def from_json(cls, value: Json) -> Program:
        """The program of which `to_json` gave `value`; PlanError if it is none."""
        match value:
            case {"demo": str(demo), "phases": list(phases), "results": dict(results), **rest} if not rest:
                texts = {name: text for name, text in results.items() if isinstance(text, str)}
                if len(texts) == len(results):
                    return cls(demo, tuple(Phase.from_json(phase) for phase in phases), MappingProxyType(texts))
            case _:
                pass
        raise PlanError("This program cannot be read: it is a demo, phases and results, no more.")


def custom(plan: Plan) -> Program:
    """The program of a plan that a member wrote."""
    return Program(CUSTOM, (Phase.generated("your plan", plan),))


def comparison(durations_ms: Sequence[int]) -> Program:
    """The lesson's comparison: the same tasks in turn, then together. They are called task 1, task 2 and so on.

    Raises:
        PlanError: there are fewer than two durations, or they are outside the limits.
    """
    tasks = tuple(Task(f"task{number}", ms) for number, ms in enumerate(durations_ms, 1))
    return Program(
        "compare", (Phase.generated("sequential", InTurn(tasks)), Phase.generated("concurrent", Together(tasks)))
    )
