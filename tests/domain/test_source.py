"""The code of a plan reads well on a phone, and is a program."""

from __future__ import annotations

import ast
import json
import subprocess

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.domain.plan import Plan, Task, Together, Until, Within
from bot.domain.plan_text import parse_plan
from bot.domain.schedule import Runtime
from bot.domain.source import WIDTH, source_of
from bot.runners.node import find_node
from tests.domain.plans import plans


def code(text: str, runtime: Runtime) -> str:
    return source_of(parse_plan(text), runtime)


def test_a_pair_and_then_a_third_in_node() -> None:
    assert (
        code("(a 300 & b 500) > c 200", Runtime.NODE)
        == """\
async function main() {
  await Promise.all([
    a(),
    b(),
  ]);
  await c();
}
"""
    )


def test_a_pair_and_then_a_third_in_python() -> None:
    assert (
        code("(a 300 & b 500) > c 200", Runtime.PYTHON)
        == """\
import asyncio


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(a())
        group.create_task(b())
    await c()
"""
    )


def test_a_part_within_a_part_is_a_function_of_its_own() -> None:
    assert (
        code("(a 300 > b 500) & c 200", Runtime.NODE)
        == """\
async function turnNo1() {
  await a();
  await b();
}

async function main() {
  await Promise.all([
    turnNo1(),
    c(),
  ]);
}
"""
    )


def test_two_deadlines_in_a_row_declare_nothing_twice() -> None:
    source = code("a 300 within 200 > b 300 within 200 > (c 100 & d 100) limit 1", Runtime.NODE)
    assert source.count("function timedNo") == 2
    main = source[source.index("async function main") :]
    assert "const" not in main


@given(plans())
def test_python_code_is_python_and_fits_a_phone(plan: Plan) -> None:
    source = source_of(plan, Runtime.PYTHON)
    assert "main" in {node.name for node in ast.parse(source).body if isinstance(node, ast.AsyncFunctionDef)}
    assert max(map(len, source.splitlines())) <= WIDTH


@settings(max_examples=3, phases=[Phase.explicit, Phase.generate])
@given(st.lists(plans(), min_size=60, max_size=100))
def test_node_code_is_javascript_and_fits_a_phone(many: list[Plan]) -> None:
    sources = [source_of(plan, Runtime.NODE) for plan in many]
    program = "JSON.parse(process.argv[1]).forEach((source) => new Function(`'use strict';${source}`))"
    command = [find_node() or "", "-e", program, json.dumps(sources)]
    ran = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert max(len(line) for source in sources for line in source.splitlines()) <= WIDTH


def test_the_longest_names_and_times_fit_a_phone_too() -> None:
    long, other = Task("abcdefghijkl", 5000), Task("mnopqrstuvwx", 5000)
    shapes: list[Plan] = [Together((long, other), until) for until in Until]
    shapes += [Together((long, other), limit=2), Within(long, 5000), Together((Within(long, 4999), other))]
    shapes += [parse_plan("(abcdefghijkl 5000 thread | mnopqrstuvwx 5000 thread) any")]
    for plan in shapes:
        for runtime in Runtime:
            assert max(map(len, source_of(plan, runtime).splitlines())) <= WIDTH
