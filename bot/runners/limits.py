"""What a runner may take of the machine: set on the process from outside, before it is told what to run. Linux only.

Elsewhere a process cannot be limited from outside, and a limit set between fork and exec would keep both event loops
from starting it the fast way; there the deadline and the most that may be said have to do. What a limit means:
https://man7.org/linux/man-pages/man2/setrlimit.2.html
"""

from __future__ import annotations

import math
import os
import resource
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog
from msgspec import Struct

_log = structlog.get_logger("tandem.runners")

MOST_PROCESSES = 256
"""Threads count as processes. Eight runs of Node.js with 12 workers each need fewer."""

NICER = 19
"""How much a runner that computes gives way to the bot, so that a click is answered while all cores compute.

One that waits must not: Linux wakes a nicer process up to 0.5 % of its waiting time late, another up to 0.1 %.
"""


class Limits(Struct, frozen=True):
    """The most that one process may take."""

    cpu_s: float = 10.0
    """Seconds of processor time, over all threads."""
    data_bytes: int = 512 * 1024 * 1024
    """Memory that it may write to. Node.js reserves much of it for every thread and touches little."""
    file_bytes: int = 1024 * 1024
    files: int = 512
    gives_way: bool = False

    def set_on(self, pid: int, threads_present: int | None) -> None:
        """Limit the process, and raise nothing: a limit that cannot be set leaves the others, and is told to the log.

        A process that is gone already is left alone.
        The number of processes is counted for the user, not for the runner, so it is set to `threads_present` and
        `MOST_PROCESSES` more; None leaves it. The kernel does not hold root to it. It counts those in other containers
        as well, which are not seen from here: bots in several containers of one machine need a user each.
        """
        if sys.platform != "linux":
            return
        cpu_s = math.ceil(self.cpu_s)
        values = [
            ("processor time", resource.RLIMIT_CPU, cpu_s),
            ("memory", resource.RLIMIT_DATA, self.data_bytes),
            ("file size", resource.RLIMIT_FSIZE, self.file_bytes),
            ("files", resource.RLIMIT_NOFILE, self.files),
            ("core dumps", resource.RLIMIT_CORE, 0),
        ]
        if threads_present is not None:
            values.append(("processes", resource.RLIMIT_NPROC, threads_present + MOST_PROCESSES))
        steps = [(name, partial(_lower, pid, what, most)) for name, what, most in values]
        if self.gives_way:
            steps.append(("priority", partial(_give_way, pid)))
        refused: dict[str, str] = {}
        for name, step in steps:
            try:
                step()
            except ProcessLookupError:
                return
            except (OSError, ValueError) as error:  # a sandbox around the bot; it limits the runner, too
                refused[name] = str(error)
        if refused:
            _log.warning("a runner could not be limited", refused=refused)


def threads_present(user: int) -> int | None:
    """How many threads a user has in all; None for root, whom no number limits, and where this is not Linux."""
    if sys.platform != "linux" or user == 0:
        return None
    return sum(_threads(process, user) for process in Path("/proc").glob("[0-9]*"))


def _threads(process: Path, user: int) -> int:
    with suppress(OSError):  # gone meanwhile
        if process.stat().st_uid == user:
            return len(os.listdir(process / "task"))  # noqa: PTH208 - the names are enough
    return 0


def _give_way(pid: int) -> None:
    """Make the process nicer than the bot, and its session too, among which Linux may share the time first.

    A session that is not the process's own is left alone: others live in it, and it would stay so after the run.
    """
    os.setpriority(os.PRIO_PROCESS, pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICER))
    if os.getsid(pid) != pid:
        return
    with suppress(OSError):  # the kernel may know no such groups, or have set another a moment ago
        Path(f"/proc/{pid}/autogroup").write_text(str(NICER), encoding="ascii")


def _lower(pid: int, what: int, most: int) -> None:
    """Set a limit, and no higher than it was: that only root may do."""
    if sys.platform == "linux":  # for the type checker: nothing else has prlimit
        _, hard = resource.prlimit(pid, what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.prlimit(pid, what, (most, most))
