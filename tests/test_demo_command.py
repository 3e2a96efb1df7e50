"""Somebody runs demos in a terminal: `python -m bot demo`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table
from bot.domain.trace import Trace
from tests.program import ROOT, run
from tests.runners.conftest import children, ends


async def test_the_comparison_in_both_runtimes() -> None:
    ended = await run("demo", "compare", "--runtime", "both", "--delays", "500 500")
    assert ended.code == 0, ended.err
    for runtime in Runtime:
        assert f"{runtime.label} · sequential" in ended.out
        assert f"{runtime.label} · concurrent" in ended.out
    assert "await Promise.all([" in ended.out
    assert "group.create_task(task1())" in ended.out
    assert "1,000 ms" in ended.out  # the ideal time in turn
    assert "Node.js and Python agree." in ended.out


async def test_a_story_is_told_only_where_the_delays_keep_to_it() -> None:
    kept = await run("demo", "any", "--runtime", "python", "--delays", "40 60 90")
    assert "Task 1 is the first to end" in kept.out
    assert "Notice: " in kept.out

    another = await run("demo", "any", "--runtime", "python", "--delays", "90 60 40")
    assert "The first success wins" in another.out
    assert "Task 1 is the first to end" not in another.out
    assert "Notice: " not in another.out


async def test_a_plan_of_ones_own() -> None:
    ended = await run("demo", "custom", "--plan", "(tea 100 & toast 150) > tray 70", "--runtime", "python")
    assert ended.code == 0, ended.err
    assert "await tray()" in ended.out
    assert "220 ms" in ended.out


async def test_the_bars_grow_while_it_runs() -> None:
    screen, terminal = os.openpty()
    try:
        command = (sys.executable, "-m", "bot", "demo", "sequential", "--delays", "1000 1000", "--runtime", "python")
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=terminal)
        os.close(terminal)
        shown = await asyncio.to_thread(_shown_until, screen)
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
        (["frobnicate"], "There is no demo “frobnicate”. There are sequential, parallel, compare,"),
        (["custom"], 'Write your plan too, such as demo custom --plan "(a 300 & b 500) > c 200".'),
        (
            ["custom", "--plan", "a 300", "--delays", "5"],
            "A plan of your own has its times in it. Leave the delays out.",
        ),
        (
            ["compare", "--plan", "a 300"],
            'compare has a plan of its own. Yours goes with custom: demo custom --plan "(a 300 & b 500) > c 200".',
        ),
        (["compare", "--runtime", "both", "--json"], "One trace is written at a time."),
    ],
)
async def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    ended = await run("demo", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


async def test_a_name_may_have_capitals_as_on_discord() -> None:
    ended = await run("demo", " Parallel", "--delays", "50 50", "--runtime", "python")
    assert ended.code == 0, ended.err
    assert "Notice:" in ended.out


async def test_a_demo_with_a_fault_is_missed_and_its_faults_are_told(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    for broken, key in (("demos/race.yaml", "place"), ("async/lesson.yaml", "title")):
        path = content / broken
        path.write_text(path.read_text(encoding="utf-8").replace(f"{key}:", f"{key[:-1]}:", 1), encoding="utf-8")
    ended = await run("demo", "race", "--runtime", "python", TANDEM_CONTENT_DIR=str(content))
    assert ended.code == 2
    *faults, sentence = ended.err.splitlines()
    assert len(faults) == 2, faults
    assert all(fault.startswith("content/demos/race.yaml:") for fault in faults)
    assert sentence.startswith("There is no demo “race”.")
    others = await run("demo", "any", "--delays", "50 50 50", "--runtime", "python", TANDEM_CONTENT_DIR=str(content))
    assert (others.code, others.err) == (0, "")


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_ends_the_run_and_leaves_nothing(runtime: Runtime, number: signal.Signals) -> None:
    screen, terminal = os.openpty()
    try:
        command = (sys.executable, "-m", "bot", "demo", "custom", "--plan", "a 5000", "--runtime", runtime)
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=terminal, stderr=terminal)
        os.close(terminal)
        await asyncio.to_thread(_shown_until, screen, "○ started")
        (runner,) = children(process.pid)
        process.send_signal(number)
        rest = await asyncio.to_thread(_shown_until, screen)
        assert await process.wait() == 128 + number
    finally:
        os.close(screen)
    assert ends(runner)
    assert "Traceback" not in rest


async def test_a_mistake_in_a_plan_has_a_caret_under_it() -> None:
    ended = await run("demo", "custom", "--plan", "(a 300 & b) > c 200")
    assert ended.code == 2
    plan, caret, sentence = ended.err.splitlines()
    assert plan[caret.index("^")] == ")"
    assert sentence == "Found “)”, expected how long “b” takes, in ms."


def _shown_until(screen: int, words: str | None = None) -> str:
    """What a terminal shows until these words, or until its program ends."""
    pieces: list[bytes] = []
    while words is None or words.encode() not in b"".join(pieces):
        try:
            piece = os.read(screen, 4096)
        except OSError:  # Linux says so when nobody has the other end open
            piece = b""
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces).decode(errors="replace")


@pytest.mark.parametrize("more", [[], ["--json"]])
async def test_a_reader_who_has_seen_enough_ends_it_quietly(more: list[str]) -> None:
    command = [sys.executable, "-m", "bot", "demo", "compare", "--delays", "50 60", *more]
    reader, writer = os.pipe()
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=writer, stderr=asyncio.subprocess.PIPE)
    os.close(writer)
    os.close(reader)
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (128 + signal.SIGPIPE, b"")
