"""Somebody runs demos in a terminal: `python -m bot demo`."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest

from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table
from bot.domain.trace import Trace
from tests.program import ROOT, run


async def test_the_comparison_in_both_runtimes() -> None:
    ended = await run("demo", "compare", "--runtime", "both", "--delays", "100 200")
    assert ended.code == 0, ended.err
    for runtime in Runtime:
        assert f"{runtime.label} · sequential" in ended.out
        assert f"{runtime.label} · concurrent" in ended.out
    assert "await Promise.all([" in ended.out
    assert "group.create_task(task1())" in ended.out
    assert "300 ms" in ended.out  # the ideal time in turn
    assert "Node.js and Python agree." in ended.out


async def test_a_plan_of_ones_own() -> None:
    ended = await run("demo", "custom", "--plan", "(tea 100 & toast 150) > tray 50", "--runtime", "python")
    assert ended.code == 0, ended.err
    assert "await tray()" in ended.out
    assert "200 ms" in ended.out


async def test_the_bars_grow_while_it_runs() -> None:
    screen, terminal = os.openpty()
    try:
        command = (sys.executable, "-m", "bot", "demo", "sequential", "--delays", "300 300", "--runtime", "python")
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=terminal)
        os.close(terminal)
        shown = await asyncio.to_thread(_all_that_is_shown, screen)
        assert await process.wait() == 0
    finally:
        os.close(screen)
    under_way, _, result = shown.partition("overhead")
    assert under_way.count("▒") > 10
    assert "○ started" in under_way
    assert "one after the other" in result


async def test_a_trace_for_a_lesson() -> None:
    ended = await run("demo", "compare", "--delays", "50 80", "--runtime", "node", "--json")
    trace = Trace.from_json(json.loads(ended.out))
    assert trace.runtime is Runtime.NODE
    assert len(execution_table(trace)) == 8


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["paralel"], "There is no demo “paralel”. Did you mean parallel?"),
        (["compare", "--delays", "5"], "5 ms is too short. Choose from 10 to 5,000 ms."),
        (["custom"], 'A custom demo takes a plan and no delays: --plan "(a 300 & b 500) > c 200".'),
        (["compare", "--plan", "a 300"], "compare has a plan of its own. --plan goes with custom."),
        (["compare", "--runtime", "both", "--json"], "One trace is written at a time."),
    ],
)
async def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    ended = await run("demo", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


async def test_a_mistake_in_a_plan_has_a_caret_under_it() -> None:
    ended = await run("demo", "custom", "--plan", "(a 300 & b) > c 200")
    assert ended.code == 2
    plan, caret, sentence = ended.err.splitlines()
    assert plan[caret.index("^")] == ")"
    assert sentence == "Found “)”, expected how long “b” takes, in ms."


def _all_that_is_shown(screen: int) -> str:
    """What a terminal shows until its program ends."""
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(screen, 4096)
        except OSError:  # Linux says so when nobody has the other end open
            piece = b""
        if not piece:
            return b"".join(pieces).decode()
        pieces.append(piece)
