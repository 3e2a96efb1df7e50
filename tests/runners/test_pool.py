"""Runs as their callers see them: real processes, well-behaved and not, on both event loops, leaving nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain.plan import Task
from bot.domain.plan_text import parse_plan
from bot.domain.program import comparison, custom
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind, TraceError
from bot.runners.pool import RunnerClosedError, RunnerPool
from bot.runners.report import RunnerDiedError, RunnerError, RunnerGarbledError
from bot.runners.run import RunnerOverstayedError
from tests.runners.conftest import inside

pytestmark = pytest.mark.usefixtures("nothing_left")

PROGRAM = comparison([200, 300])
QUICK = custom(Task("a", 10))
BEGINS = 'echo \'{"at_ms": 0, "kind": "phase_started", "phase": 0}\''
FOREVER = ("sh", "-c", f"{BEGINS}; sleep 600 & wait")
"""A runner that begins, has a child, and never ends."""

Failure = TypeVar("Failure", bound=RunnerError)


def every(command: Sequence[str]) -> dict[Runtime, Sequence[str]]:
    """The same runner for every runtime."""
    return dict.fromkeys(Runtime, command)


def python(program: str) -> Sequence[str]:
    return (sys.executable, "-I", "-S", "-c", program)


async def events_of(pool: RunnerPool) -> list[Event]:
    """Run the quick plan to its end."""
    async with pool.run(QUICK, Runtime.PYTHON) as run:
        return [event async for event in run]


async def failure(pool: RunnerPool, expected: type[Failure]) -> Failure:
    """Run the quick plan, which must break off in the expected way."""
    with pytest.raises(expected) as caught:
        await events_of(pool)
    return caught.value


@pytest.mark.parametrize("runtime", Runtime)
async def test_a_program_is_run_and_its_trace_is_what_was_streamed(runtime: Runtime) -> None:
    async with RunnerPool() as pool, pool.run(PROGRAM, runtime) as run:
        assert run.elapsed_ms == 0
        first = await anext(run)
        assert first == Event(0, Kind.PHASE_STARTED, 0)
        assert not run.progress.complete, "events come as they happen, not at the end"
        with pytest.raises(TraceError):
            _ = run.trace
        events = (first, *[event async for event in run])
        assert run.trace.events == events
        assert (run.trace.program, run.trace.runtime) == (PROGRAM, runtime)
        assert run.elapsed_ms > 0


@pytest.mark.parametrize("runtime", Runtime)
async def test_what_is_measured_is_the_program_and_not_the_start_of_its_runtime(runtime: Runtime) -> None:
    async with RunnerPool() as pool:
        begun = time.perf_counter()
        async with pool.run(QUICK, runtime) as run:
            assert [event async for event in run]
        whole_ms = (time.perf_counter() - begun) * 1000
    (timing,) = run.trace.timings
    assert 9 < timing.measured_ms < whole_ms - 10, "an interpreter takes more than 10 ms to start"


async def test_beyond_the_limit_runs_wait_their_turn_and_are_told_their_place() -> None:
    async with RunnerPool(limit=1) as pool, asyncio.TaskGroup() as group:
        places: dict[str, list[int]] = {"ada": [], "grace": [], "linus": []}
        waiting = {name: asyncio.Event() for name in places}

        async def go(name: str) -> int:
            async def told(place: int) -> None:
                places[name].append(place)
                waiting[name].set()

            async with pool.run(QUICK, Runtime.PYTHON, told) as run:
                return len([event async for event in run])

        async with pool.run(QUICK, Runtime.PYTHON) as first:
            grace, linus = group.create_task(go("grace")), group.create_task(go("linus"))
            await asyncio.gather(waiting["grace"].wait(), waiting["linus"].wait())
            assert [event async for event in first]
        assert await grace == await linus == 6
        assert await go("ada") == 6
    assert places == {"ada": [], "grace": [1], "linus": [2, 1]}


async def test_a_runner_that_dies_says_so_kindly_and_tells_the_log_why() -> None:
    program = "import sys; print('cause', file=sys.stderr); print('last words', file=sys.stderr); sys.exit(3)"
    async with RunnerPool(commands=every(python(program))) as pool:
        error = await failure(pool, RunnerDiedError)
    assert str(error) == "This run broke off before it was done. Run it again."
    assert error.detail == "exit code 3, last line of standard error: 'last words'"


async def test_a_runner_killed_from_outside_has_died() -> None:
    async with RunnerPool(commands=every(("sh", "-c", f"{BEGINS}; kill -9 $$"))) as pool:
        error = await failure(pool, RunnerDiedError)
    assert error.exit_code == -9


async def test_a_runner_that_is_not_there_has_died_before_it_ran() -> None:
    async with RunnerPool(commands=every(("/nowhere/node",))) as pool:
        error = await failure(pool, RunnerDiedError)
    assert error.exit_code is None
    assert "/nowhere/node" in error.detail


async def test_a_runner_that_overstays_is_ended() -> None:
    async with RunnerPool(grace_s=0.1, commands=every(FOREVER)) as pool:
        error = await failure(pool, RunnerOverstayedError)
    assert str(error).startswith("This run took far longer than it should, so it was ended.")
    assert error.detail == "not done after 0.11 s"


async def test_the_events_before_a_run_broke_off_are_still_told() -> None:
    nonsense = ("sh", "-c", f"{BEGINS}; echo nonsense; exec sleep 600")
    async with RunnerPool(commands=every(nonsense)) as pool, pool.run(QUICK, Runtime.PYTHON) as run:
        assert (await anext(run)).kind is Kind.PHASE_STARTED
        for _ in range(2):  # asking again gives the same answer
            with pytest.raises(RunnerGarbledError):
                await anext(run)


@pytest.mark.parametrize(
    "program",
    [
        "print('hello'); input()",
        'print(\'{"at_ms": 5, "kind": "called", "phase": 3, "task": 0}\', flush=True); input()',
        "while True: print('{}' * 1000)",
        "import sys\nwhile True: sys.stderr.write('x' * 1000)",
    ],
    ids=["no JSON", "an absurd event", "endless output", "endless errors"],
)
async def test_a_runner_that_talks_nonsense_is_ended(program: str) -> None:
    async with RunnerPool(commands=every(python(program))) as pool:
        error = await failure(pool, RunnerGarbledError)
    assert str(error) == "This run reported something impossible, so it was ended. Run it again."


async def test_the_children_of_a_runner_end_with_it() -> None:
    # The child holds the runner's standard output open. If it lived on, the run would not end before the deadline.
    async with RunnerPool(grace_s=60, commands=every(("sh", "-c", "sleep 600 & exit 4"))) as pool:
        error = await failure(pool, RunnerDiedError)
    assert error.exit_code == 4


async def test_a_runner_has_an_empty_environment() -> None:
    async with RunnerPool(commands=every(("/usr/bin/env",))) as pool:
        error = await failure(pool, RunnerDiedError)  # a variable on standard output would be garbled
    assert error.exit_code == 0


async def test_a_runner_has_a_session_of_its_own_and_works_where_the_bot_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()  # what a test of this file has instead of the real place
    program = "import os, sys; sys.exit(f'{os.getcwd()} {os.getsid(0) == os.getpid()}')"
    async with RunnerPool(commands=every(python(program))) as pool:
        error = await failure(pool, RunnerDiedError)
    assert error.detail.endswith("'/ True'")


async def test_a_caller_who_leaves_early_ends_the_run() -> None:
    async with RunnerPool(commands=every(FOREVER)) as pool:
        async with pool.run(QUICK, Runtime.PYTHON) as run:
            await anext(run)
        assert [event async for event in run] == []


async def test_a_caller_who_fails_ends_the_run() -> None:
    async def fail(pool: RunnerPool) -> None:
        async with pool.run(QUICK, Runtime.PYTHON) as run:
            await anext(run)
            raise ConnectionError

    async with RunnerPool(commands=every(FOREVER)) as pool:
        with pytest.raises(ConnectionError):
            await fail(pool)


async def test_a_cancelled_caller_ends_the_run() -> None:
    async with RunnerPool(commands=every(FOREVER)) as pool:
        begun = asyncio.Event()

        async def watch() -> None:
            async with pool.run(QUICK, Runtime.PYTHON) as run:
                async for _ in run:
                    begun.set()

        watching = asyncio.create_task(watch())
        await begun.wait()
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching


@pytest.mark.parametrize("steps", range(8))
async def test_a_caller_cancelled_while_the_runner_starts_ends_it(steps: int) -> None:
    async with RunnerPool(commands=every(FOREVER)) as pool:
        starting = asyncio.create_task(events_of(pool))
        for _ in range(steps):
            await asyncio.sleep(0)  # not a wait: one step of the loop
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting


async def test_a_caller_cancelled_twice_ends_the_run_all_the_same() -> None:
    pool = RunnerPool(commands=every(FOREVER))
    starting = asyncio.create_task(events_of(pool))
    for _ in range(2):
        await asyncio.sleep(0)
        starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await pool.close()


async def test_closing_the_pool_ends_all_runs_and_lets_no_one_in() -> None:
    pool = RunnerPool(limit=2, commands=every(FOREVER))
    begun = [asyncio.Event() for _ in range(2)]
    queued = asyncio.Event()

    async def watch(event: asyncio.Event) -> None:
        async with pool.run(QUICK, Runtime.PYTHON) as run:
            async for _ in run:
                event.set()

    async def wait_in_line() -> None:
        async def told(place: int) -> None:
            queued.set()

        async with pool.run(QUICK, Runtime.PYTHON, told):
            pytest.fail("nobody gets in after the pool is closed")

    callers = [asyncio.create_task(watch(event)) for event in begun]
    await asyncio.gather(*(event.wait() for event in begun))
    callers.append(asyncio.create_task(wait_in_line()))
    await queued.wait()

    await pool.close()
    for error in await asyncio.gather(*callers, return_exceptions=True):
        assert isinstance(error, RunnerClosedError)
        assert str(error) == "The bot is going down, and this run with it. Try again in a minute."
    await failure(pool, RunnerClosedError)
    await pool.close()


@pytest.mark.parametrize("runtime", Runtime)
async def test_a_real_runner_killed_from_outside_breaks_off_and_leaves_nothing(
    runtime: Runtime, tmp_path: Path
) -> None:
    async with RunnerPool() as pool, pool.run(custom(Task("a", 5000)), runtime) as run:
        assert [(await anext(run)).kind for _ in range(3)] == [Kind.PHASE_STARTED, Kind.CALLED, Kind.STARTED]
        (pid,) = inside(tmp_path)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(RunnerDiedError) as caught:
            await anext(run)
    assert str(caught.value) == "This run broke off before it was done. Run it again."
    assert caught.value.exit_code == -9


async def test_eight_runs_at_once_in_both_runtimes_others_waiting_and_the_pool_closed_meanwhile() -> None:
    pool = RunnerPool()
    begun, places = [asyncio.Event() for _ in range(8)], [asyncio.Event() for _ in range(2)]
    long = custom(parse_plan("a 5000 & b 2000 cpu & c 2000 thread"))

    async def watch(event: asyncio.Event, runtime: Runtime) -> None:
        async with pool.run(long, runtime) as run:
            async for _ in run:
                event.set()

    async def wait_in_line(queued: asyncio.Event) -> None:
        async def told(place: int) -> None:
            queued.set()

        async with pool.run(long, Runtime.NODE, told):
            pytest.fail("nobody gets in after the pool is closed")

    callers = [asyncio.create_task(watch(event, tuple(Runtime)[n % 2])) for n, event in enumerate(begun)]
    await asyncio.gather(*(event.wait() for event in begun))
    callers += [asyncio.create_task(wait_in_line(event)) for event in places]
    await asyncio.gather(*(event.wait() for event in places))
    await pool.close()
    errors = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(error) for error in errors] == [RunnerClosedError] * 10
