"""What a runner may read of the machine, and the command that confines it to that. How stands in `sandbox_program`."""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.runners.sandbox_program import offered

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROGRAM = str(Path(__file__).with_name("sandbox_program.py"))

_SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/ld.so.preload"),
    "/usr/share/nodejs",  # where Debian keeps part of Node.js
    *(
        "/etc/ssl/openssl.cnf",
        "/etc/pki/tls/openssl.cnf",
        "/etc/crypto-policies",
    ),  # Node.js fails where it may not look
    *("/dev/urandom", "/proc/self", "/proc/meminfo", "/sys/fs/cgroup", "/sys/devices/system/cpu"),
)
"""The libraries of the system and what they look at; what a machine does not have is passed over."""

_log = structlog.get_logger("tandem.runners")


@lru_cache(maxsize=1)
def walls() -> tuple[str, ...]:
    """What confines runners on this machine. What is missing is told to the log, once."""
    landlock, filters = offered()
    found = (*(("landlock",) if landlock else ()), *(("system calls",) if filters else ()))
    if len(found) < 2:
        _log.warning("runners are not fully confined; SECURITY.md says what that means", confined_by=found)
    return found


def confined(command: Sequence[str], executable: str) -> Sequence[str]:
    """`command`, to be run so that it can read the libraries of the system and of `executable`, and little else.

    Its first word is the executable, or a program for Python; the last one is a file that it reads. On a machine that
    confines nothing it stays as it is, and a program for Python gets the interpreter.
    """
    if not walls():
        return (sys.executable, "-I", "-S", *command) if command[0].endswith(".py") else command
    real = Path(executable).resolve()
    own = {str(real), str(real.parent.parent / "lib"), str(real.parent.parent / "lib64"), command[-1]}
    if command[0].endswith(".py"):
        own |= {str(Path(os.__file__).parent), str(sysconfig.get_config_var("DESTSHARED"))}
    readable = os.pathsep.join(path for path in sorted({*_SYSTEM, *own}) if os.pathsep not in path)
    return (sys.executable, "-I", "-S", _PROGRAM, readable, *command)
