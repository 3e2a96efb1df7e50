"""What the runners' own programs tell of code that is written for a story, and how they end."""

from __future__ import annotations

import subprocess
from types import MappingProxyType

import pytest

from bot.domain.plan import LONGEST_MS
from bot.domain.plan_text import parse_plan
from bot.domain.program import Phase, Program, custom
from bot.domain.schedule import Runtime
from bot.domain.trace import LONGEST_DETAIL, Timing
from bot.runners.node import find_node
from bot.runners.pool import installed
from bot.runners.request import request_of
from tests.runners.recorded import record

WITHOUT_A_COMPILER = b"Warning: disabling flag --expose_wasm due to conflicting flags\n"
"""What some versions of Node.js say of `--jitless`, which goes without both."""

NODE, PYTHON = Runtime


def story(plan: str, node: str, python: str, **results: str) -> Program:
    """A program with code of its own: the body of `main` in each language."""
    code = {NODE: f"async function main() {{\n{node}\n}}", PYTHON: f"import asyncio\nasync def main():\n    {python}"}
    return Program("custom", (Phase("story", parse_plan(plan), MappingProxyType(code)),), results)


async def told(program: Program, runtime: Runtime) -> Timing:
    (timing,) = (await record(program, runtime)).timings
    return timing


@pytest.mark.parametrize("runtime", Runtime)
def test_it_ends_when_nobody_listens_any_more(runtime: Runtime) -> None:
    request = request_of(custom(parse_plan(f"a 10 > b {LONGEST_MS}")), runtime)
    command = installed()[runtime]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        program.stdout.close()
        program.stdin.write(request)
        program.stdin.flush()
        assert program.wait(timeout=4) != 0


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize(
    ("node", "python", "value"),
    [
        ("await task1();", "await task1()", None),
        ("return await task1();", "return await task1()", '"result of task 1"'),
        ("return await task2();", "return await task2()", '"a user"'),
        (
            "return await Promise.all([task1(), task2()]);",
            "return await asyncio.gather(task1(), task2())",
            '["result of task 1","a user"]',
        ),
        ("return null;", "return None", None),
        ("return {n: 1.5, yes: true};", "return {'n': 1.5, 'yes': True}", '{"n":1.5,"yes":true}'),
        ("return 'é\\u2764';", "return 'é\\u2764'", '"é❤"'),
        ("return 'x'.repeat(400);", "return 'x' * 400", '"' + "x" * (LONGEST_DETAIL - 1)),
    ],
)
async def test_what_main_returns_is_told(runtime: Runtime, node: str, python: str, value: str | None) -> None:
    timing = await told(story("task1 10 > task2 10", node, python, task2="a user"), runtime)
    assert (timing.returned, timing.threw) == (value, None)


@pytest.mark.parametrize(
    ("runtime", "code", "error"),
    [
        (NODE, "await b();", "Error: b failed"),
        (NODE, "await Promise.any([b()]);", "AggregateError: All promises were rejected"),
        (NODE, "throw new Error('one\\ntwo');", "Error: one"),
        (NODE, "throw 'words';", "words"),
        (NODE, "await a(); await a();", "Error: a was called twice"),
        (
            NODE,
            "await Promise.all(a(), b());",
            "TypeError: object is not iterable (cannot read property Symbol(Symbol.iterator))",
        ),
        (PYTHON, "await b()", "RuntimeError: b failed"),
        (
            PYTHON,
            "async with asyncio.TaskGroup() as g: g.create_task(b())",
            "ExceptionGroup (RuntimeError: b failed)",
        ),
        (PYTHON, "async with asyncio.timeout(0.01): await c()", "TimeoutError"),
        (PYTHON, "raise ValueError('one\\ntwo')", "ValueError: one"),
        (PYTHON, "await a(); await a()", "RuntimeError: a was called twice"),
        (PYTHON, "asyncio.current_task().cancel(); await a()", "CancelledError"),
    ],
)
async def test_what_main_throws_is_told_in_one_line(runtime: Runtime, code: str, error: str) -> None:
    timing = await told(story("a 10 > b 10! > c 100", code, code), runtime)
    assert (timing.returned, timing.threw) == (None, error)


@pytest.mark.parametrize("runtime", Runtime)
async def test_what_is_printed_is_told_line_by_line(runtime: Runtime) -> None:
    node = "console.log('before', 1); console.log(await a()); console.log('x\\ny'); console.log('é'.repeat(999));"
    python = "print('before', 1); print(await a()); print('x\\ny'); print('é' * 999)"
    timing = await told(story("a 10", node, python), runtime)
    assert timing.printed == ("before 1", "result of a", "x", "y", "é" * LONGEST_DETAIL)


@pytest.mark.parametrize("runtime", Runtime)
async def test_a_ticker_stalls_while_the_event_loop_computes_and_not_while_a_thread_does(runtime: Runtime) -> None:
    blocked, threaded = [await told(custom(parse_plan(f"a 400 {doing}")), runtime) for doing in ("cpu", "thread")]
    (computing,) = blocked.spans
    assert blocked.longest_stall_ms > 250
    assert not any(computing.start_ms < tick_ms < computing.end_ms for tick_ms in blocked.ticks_ms)
    assert len(threaded.ticks_ms) > 1
    waiting = await told(custom(parse_plan("a 100")), runtime)
    assert waiting.ticks_ms == ()


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("doing", ["cpu", "thread"])
async def test_computing_takes_about_as_long_as_it_says(runtime: Runtime, doing: str) -> None:
    # Others may use the machine: the quickest of some runs counts.
    runs = [await told(custom(parse_plan(f"a 100 {doing}")), runtime) for _ in range(4)]
    assert 70 < min(run.measured_ms for run in runs) < 250


@pytest.mark.parametrize("runtime", Runtime)
def test_what_nobody_awaits_or_looks_at_is_no_error_of_the_runner(runtime: Runtime) -> None:
    node = "a(); b();"
    python = "a(); asyncio.create_task(b()); await asyncio.sleep(0.05)"
    request = request_of(story("a 20! > b 20!", node, python), runtime)
    pipe = subprocess.PIPE
    with subprocess.Popen(installed()[runtime], stdin=pipe, stdout=pipe, stderr=pipe, env={}) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        program.stdin.write(request)
        program.stdin.flush()
        assert program.wait(timeout=10) == 0
        assert program.stdout.read().endswith(b"}\n")
        assert program.stderr.read().removeprefix(WITHOUT_A_COMPILER) == b""


def test_a_failure_that_nobody_awaits_ends_node_as_the_remark_on_such_runs_says() -> None:
    plan = parse_plan("~a 10! > b 300")
    functions = (
        "const a = () => new Promise((_, reject) => setTimeout(() => reject(new Error('a failed')), 10));",
        "const b = () => new Promise((resolve) => setTimeout(resolve, 300));",
    )
    source = custom(plan).phases[0].code[NODE]
    program = "\n".join([*functions, source, "main().then(() => console.log('done'));"])
    ran = subprocess.run([find_node() or "", "-e", program], env={}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Error: a failed" in ran.stderr


@pytest.mark.parametrize("runtime", Runtime)
async def test_phases_begin_afresh(runtime: Runtime) -> None:
    plan = parse_plan("a 20 thread & b 20 cpu & c 20")
    code = {runtime: Phase.generated("x", plan).code[runtime] for runtime in Runtime}
    phases = tuple(Phase(name, plan, MappingProxyType(code)) for name in ("first", "again"))
    trace = await record(Program("custom", phases), runtime)
    assert [len(timing.spans) for timing in trace.timings] == [3, 3]
    assert [timing.threw for timing in trace.timings] == [None, None]
