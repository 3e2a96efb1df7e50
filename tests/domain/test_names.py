"""No task can take the place of a name that the programs need: a member's task is a function beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from hypothesis import given

from bot.catalog.loader import load
from bot.domain.plan import LONGEST_NAME, RESERVED, Plan, tasks_of
from bot.domain.program import Phase
from bot.domain.schedule import Runtime
from bot.domain.source import source_of
from bot.settings import ROOT
from tests.domain.plans import plans

COULD_BE_A_TASK = re.compile(rf"[a-z][a-z0-9]{{0,{LONGEST_NAME - 1}}}")
PHASES = {
    f"{demo_id}-{phase.name}": phase
    for demo_id, demo in load(ROOT / "content").demos.items()
    for phase in demo.program().phases
}


def names_in_python(source: str) -> set[str]:
    """Every name that is read or set, and those of functions; what stands behind a dot is no name."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(name) | ast.AsyncFunctionDef(name) | ast.ExceptHandler(name=str(name)) | ast.alias(name):
                found.add(name)
            case _:
                pass
    return found


def names_in_node(source: str) -> set[str]:
    """Every word, but for what stands in quotes, in comments, behind a dot or before a colon."""
    bare = re.sub(r'"[^"]*"|//.*', "", source)
    return set(re.findall(r"(?<![.\w])[A-Za-z_]\w*\b(?!\s*:)", bare))


def set_in(runtime: Runtime, source: str) -> set[str]:
    """The names that a program gives to things of its own."""
    if runtime is Runtime.NODE:
        return set(re.findall(r"(?<=const )\w+|(?<=function )\w+|\w+(?=\)? =>)", source))
    nodes = ast.walk(ast.parse(source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


NAMES = {Runtime.NODE: names_in_node, Runtime.PYTHON: names_in_python}


def takeable(names: set[str]) -> Iterator[str]:
    """Those that a member might call a task."""
    return (name for name in sorted(names) if COULD_BE_A_TASK.fullmatch(name) and name not in RESERVED)


@pytest.mark.parametrize("runtime", Runtime)
@given(plan=plans())
def test_no_name_in_a_program_written_from_a_plan_can_be_a_task(runtime: Runtime, plan: Plan) -> None:
    names = NAMES[runtime](source_of(plan, runtime))
    assert list(takeable(names - {task.name for task in tasks_of(plan)})) == []


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
def test_the_programs_of_the_catalogue_need_no_name_that_could_be_a_task(phase: Phase, runtime: Runtime) -> None:
    source, tasks = phase.code[runtime], {task.name for task in phase.tasks}
    own = set_in(runtime, source)
    assert list(takeable(NAMES[runtime](source) - own - tasks)) == []
    assert own.isdisjoint(tasks)


@pytest.mark.parametrize(
    ("runtime", "source", "names"),
    [
        (
            Runtime.PYTHON,
            "async def main():\n    for x in range(2):\n        await a.b(x)",
            {"main", "x", "range", "a"},
        ),
        (Runtime.NODE, 'await all({ length: 2 }, a.b, "c d"); // e', {"await", "all", "a"}),
    ],
)
def test_names_are_found_where_they_stand(runtime: Runtime, source: str, names: set[str]) -> None:
    assert NAMES[runtime](source) == names
