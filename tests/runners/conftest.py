"""Both event loops that the bot may run on, and a watch over what a runner may leave behind: nothing."""

from __future__ import annotations

import asyncio
import os
import select
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop

from bot.runners import child


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every async test here runs on both loops."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
async def nothing_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[None]:
    """Fail the test if its runs leave a process, a descriptor or a directory behind, or make the loop complain."""
    monkeypatch.setattr(child, "WORKS_IN", str(tmp_path))  # what works there, or its children, came from the test
    monkeypatch.setattr(child, "LETTING_GO_S", 10.0)  # a busy machine may be slow to let go
    # The first process makes the loops open descriptors that they keep.
    first = await asyncio.create_subprocess_exec("true", stdin=PIPE, stdout=PIPE, stderr=PIPE)
    await first.communicate()
    before = children(), descriptors()
    yield
    assert (children(), descriptors()) == before
    assert [pid for pid in inside(tmp_path) if not ends(pid)] == []
    assert entries(tmp_path) == []
    assert [record.getMessage() for record in caplog.get_records("call") if record.name == "asyncio"] == []


def children(parent: int | None = None) -> set[int]:
    """The processes that one, or this one, has started and not yet reaped, running or zombie."""
    found = set[int]()
    for path in Path(f"/proc/{parent or 'self'}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended
            found.update(map(int, path.read_text().split()))
    return found


def descriptors() -> int:
    """How many file descriptors are open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def entries(directory: Path) -> list[str]:
    """What stands in a directory."""
    return [path.name for path in directory.iterdir()]


def inside(directory: Path) -> Iterator[int]:
    """The processes that work in or under a directory: a runner's children are among them, whoever reaps them."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone, a zombie, or somebody else's
            if (path / "cwd").readlink().is_relative_to(directory):
                yield int(path.name)


def ends(pid: int) -> bool:
    """Whether a process that was killed ends: the signal is on its way, so this waits, but not for long."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            return bool(poll.poll(2000))
        finally:
            os.close(handle)
    return True
