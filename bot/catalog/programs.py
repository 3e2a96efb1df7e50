"""Programs in content files, those of demos and of proofs: what is wrong with them, and what they become."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from bot.catalog.schema import DemoModel, PhaseModel
from bot.catalog.yaml_file import Fault, Key, YamlFile
from bot.domain.demo import Demo, DemoPhase, is_flat
from bot.domain.plan import Plan, PlanError, tasks_of
from bot.domain.plan_text import PlanTextError, parse_plan
from bot.domain.program import CUSTOM
from bot.domain.proof import PROOF
from bot.domain.schedule import Runtime

RESERVED = (CUSTOM, PROOF)
"""What no demo may be called: programs of these names are no demos."""

_MAIN = {
    Runtime.NODE: re.compile(r"^async function main\(\) \{", re.MULTILINE),
    Runtime.PYTHON: re.compile(r"^async def main\(\):", re.MULTILINE),
}
_MAIN_IN_WORDS = {Runtime.NODE: "async function main() {", Runtime.PYTHON: "async def main():"}


def demo_faults(file: YamlFile) -> Iterator[Fault]:
    """The faults within a demo's file that the schema cannot know."""
    phases = _list(file.data.get("phases"))
    yield from program_faults(file, ("phases",), phases, same_order=True)  # a member's durations are for all phases
    if file.data.get("any_number") is not True:
        return
    for index, phase in _models(phases):
        plan = _plan(phase.plan)
        if phase.code is not None or (isinstance(plan, Plan) and not is_flat(plan)):
            said = "any number of tasks is asked for, expected tasks in turn, or together, and no code"
            yield file.fault(("phases", index), said)


def program_faults(file: YamlFile, at: Key, phases: Sequence[Any], *, same_order: bool) -> Iterator[Fault]:
    """The faults of the phases that stand at a key; with `same_order`, their plans name their tasks in one order."""
    tasks: list[str] | None = None
    names: set[str] = set()
    for index, phase in _models(phases):
        key: Key = (*at, index)
        if phase.name in names:
            yield file.fault((*key, "name"), f"“{phase.name}” stands twice, expected it once")
        names.add(phase.name)
        plan = _plan(phase.plan)
        if isinstance(plan, PlanError):
            place = f" It is at character {plan.at + 1}." if isinstance(plan, PlanTextError) else ""
            yield file.fault((*key, "plan"), f"this is no plan. {plan}{place}")
            continue
        found = [task.name for task in tasks_of(plan)]
        if tasks is not None and (found != tasks if same_order else sorted(found) != sorted(tasks)):
            said = f"the tasks are {', '.join(found)}, expected those of the phase before: {', '.join(tasks)}"
            yield file.fault((*key, "plan"), said)
            continue
        tasks = tasks or found
        for runtime in Runtime:
            source = phase.code.of(runtime) if phase.code else None
            if source is not None:
                yield from _code_faults(file, (*key, "code", runtime.value), runtime, source, found)


def demo_of(demo_id: str, model: DemoModel) -> Demo:
    """The demo that a file describes."""
    return Demo(demo_id, model.title, model.story, model.notice, phases_of(model.phases), model.any_number)


def phases_of(models: Sequence[PhaseModel]) -> tuple[DemoPhase, ...]:
    """The phases that a file describes; PlanError if one has no plan."""
    return tuple(DemoPhase(model.name, parse_plan(model.plan), _programs(model)) for model in models)


def _programs(model: PhaseModel) -> Mapping[Runtime, str] | None:
    if model.code is None:
        return None
    sources = {runtime: model.code.of(runtime) for runtime in Runtime}
    return {runtime: source for runtime, source in sources.items() if source is not None}


def _code_faults(file: YamlFile, key: Key, runtime: Runtime, source: str, tasks: Sequence[str]) -> Iterator[Fault]:
    if not _MAIN[runtime].search(source):
        yield file.fault(key, f"main is missing, expected a line that reads “{_MAIN_IN_WORDS[runtime]}”")
    for task in tasks:
        if not re.search(rf"\b{task}\b", source):
            yield file.fault(key, f"“{task}” is not called, expected every task of the plan")
    if runtime is Runtime.PYTHON:
        try:
            ast.parse(source)
        except SyntaxError as error:
            row = min((error.lineno or 1) - 1, source.count("\n"))
            yield file.fault(key, f"this is no Python ({error.msg}), expected a program", row)


def _plan(text: str) -> Plan | PlanError:
    try:
        return parse_plan(text)
    except PlanError as error:
        return error


def _models(phases: Sequence[Any]) -> Iterator[tuple[int, PhaseModel]]:
    """The phases of the right shape. What is wrong with the others, the schema says."""
    for index, phase in enumerate(phases):
        try:
            yield index, PhaseModel.model_validate(phase)
        except ValidationError:
            continue


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
