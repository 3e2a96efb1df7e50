"""Runners that want more of the machine than they are given. Linux holds them to it."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.plan import Task
from bot.domain.program import custom
from bot.domain.schedule import Runtime
from bot.runners.limits import MOST_PROCESSES, NICER, Limits, threads_present
from bot.runners.node import find_node
from bot.runners.pool import RunnerPool
from bot.runners.report import RunnerDiedError
from bot.settings import ROOT

AUTOGROUP = Path("/proc/self/autogroup")
"""https://man7.org/linux/man-pages/man7/sched.7.html: the processes of a session share what the session gets."""

RUNNER = os.geteuid() or 65534
"""Who starts many processes. Root may do so: it becomes nobody."""

SANDBOXED = """\
import ctypes
import resource
import struct
import sys

from bot.runners.limits import Limits

pid, error = map(int, sys.argv[1:])
# https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
load, equal, answer = 0x20, 0x15, 0x06
steps = [
    (load, 0, 0, 16),  # the first argument of a system call
    (equal, 0, 3, pid),
    (load, 0, 0, 24),  # the second
    (equal, 0, 1, resource.RLIMIT_DATA),
    (answer, 0, 0, 0x00050000 | error),
    (answer, 0, 0, 0x7FFF0000),
]
filter = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(filter)))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # nothing here gains rights any more
assert libc.prctl(22, 2, program) == 0  # and every system call passes the filter
Limits(files=64).set_on(pid, None)
"""
"""A bot that is itself in a sandbox: the kernel refuses it one limit of a process, with the error that is given."""


@contextmanager
def limited(limits: Limits, *command: str, own_session: bool = True) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for a line on standard input, limited by then."""
    pipe = subprocess.PIPE
    apart = {"start_new_session": True} if own_session else {"process_group": 0}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **apart) as process:
        try:
            limits.set_on(process.pid, threads_present(RUNNER))
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def python(program: str) -> Sequence[str]:
    return (sys.executable, "-I", "-S", "-c", f"import sys; sys.stdin.readline()\n{program}")


def node(program: str) -> Sequence[str]:
    return (find_node() or "", "-e", f"require('fs').readSync(0, Buffer.alloc(9999)); {program}")


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    ("command", "last_words"),
    [
        (python("bytearray(2**30)"), "MemoryError"),
        (node("for (const all = [];;) all.push(Buffer.alloc(2**25, 1));"), ""),
        (node("for (const all = [];;) all.push(String(all.length).repeat(99));"), ""),
        (python("import os; big = open('big', 'wb'); os.unlink('big'); big.write(bytes(2**21))"), "File too large"),
        (python("all = [open('/dev/null') for _ in range(2**11)]"), "Too many open files"),
    ],
    ids=["memory", "memory of Node.js", "heap of Node.js", "a large file", "many files"],
)
async def test_a_runner_that_takes_too_much_dies_and_the_run_says_so(command: Sequence[str], last_words: str) -> None:
    async with RunnerPool(grace_s=60, commands={Runtime.NODE: command}) as pool:
        with pytest.raises(RunnerDiedError) as caught:
            async with pool.run(custom(Task("a", 10)), Runtime.NODE) as run:
                assert [event async for event in run]
    assert str(caught.value) == "This run broke off before it was done. Run it again."
    assert last_words in caught.value.detail


def test_computing_ends_with_its_processor_time() -> None:
    with limited(Limits(cpu_s=0.5), *python("while True: pass")) as process:
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL


def test_a_runner_cannot_fill_the_machine_with_processes() -> None:
    forks = "i=0; while [ $i -lt 2000 ]; do sleep 60 > /dev/null & i=$((i + 1)); echo $i; done"
    become = f"import os; os.setuid({RUNNER}); os.execv('/bin/sh', ['sh', '-c', {forks!r}])"
    before = threads_present(RUNNER) or 0
    with limited(Limits(), *python(become)) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("go\n")
        process.stdin.flush()
        started = 0
        for line in process.stdout:
            started = int(line)
            if started == 100:
                assert (threads_present(RUNNER) or 0) >= 100
    assert 100 < started <= MOST_PROCESSES + before, "as many more as end meanwhile of those that were there"


def test_what_computes_gives_way_and_what_waits_does_not() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for limits, expected in ((Limits(), own), (Limits(gives_way=True), min(19, own + NICER))):
        with limited(limits, *python("")) as process:
            assert os.getpriority(os.PRIO_PROCESS, process.pid) == expected


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="This kernel shares the time among processes, not among sessions.")
def test_a_session_gives_way_only_where_nobody_else_lives_in_it() -> None:
    ours = AUTOGROUP.read_text(encoding="ascii")
    until_s = time.monotonic() + 5
    while not (own := _autogroup_of_a_runner()).endswith(f" nice {NICER}\n"):
        # Linux lets all who are not root do this once in 100 ms: https://man7.org/linux/man-pages/man7/sched.7.html
        assert time.monotonic() < until_s, own
    with limited(Limits(gives_way=True), *python(""), own_session=False) as process:
        assert Path(f"/proc/{process.pid}/autogroup").read_text(encoding="ascii") == ours
    assert AUTOGROUP.read_text(encoding="ascii") == ours


def _autogroup_of_a_runner() -> str:
    with limited(Limits(gives_way=True), *python("")) as process:
        return Path(f"/proc/{process.pid}/autogroup").read_text(encoding="ascii")


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOSYS], ids=errno.errorcode.get)
def test_a_sandbox_that_refuses_one_limit_leaves_the_others(number: int) -> None:
    with limited(Limits(), *python("")) as process:
        before = resource.prlimit(process.pid, resource.RLIMIT_DATA)
        bot = [sys.executable, "-c", SANDBOXED, str(process.pid), str(number)]
        ran = subprocess.run(bot, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        (line,) = ran.stdout.splitlines()
        assert "a runner could not be limited" in line
        assert f"'memory': '[Errno {number}] {os.strerror(number)}'" in line
        assert resource.prlimit(process.pid, resource.RLIMIT_DATA) == before
        for what, most in ((resource.RLIMIT_FSIZE, 2**20), (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0)):
            assert resource.prlimit(process.pid, what) == (most, most)


def test_a_process_that_is_gone_already_is_left_alone() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    with capture_logs() as logs:
        Limits(gives_way=True).set_on(process.pid, None)
    assert logs == []


def test_root_has_no_number_of_processes() -> None:
    assert threads_present(0) is None
