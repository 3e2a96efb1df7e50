"""What a runner may read of the machine, and the command that confines it to that. How stands in `sandbox_program`."""

from __future__ import annotations

import os
import struct
import sys
import sysconfig
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.runners.sandbox_program import offered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROGRAM = str(Path(__file__).with_name("sandbox_program.py"))

_OURS = Path(__file__).resolve().parents[2]
"""The folder of the bot and, unless told otherwise, of its database. Where pip has put it, it lies among libraries."""

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

_PROCESSES = Path("/proc")
"""What the kernel tells of each process, its environment too. Landlock by itself does not keep that from a runner."""

_NAMES_LOADER = 3
"""PT_INTERP."""

_log = structlog.get_logger("tandem.runners")


@lru_cache(maxsize=1)
def walls() -> tuple[str, ...]:
    """What confines runners on this machine. What is missing is told to the log, once."""
    landlock, filters = offered()
    found = (*(("landlock",) if landlock else ()), *(("system calls",) if filters else ()))
    if len(found) < 2:
        _log.warning("runners are not fully confined; SECURITY.md says what that means", confined_by=found)
    return found


def confined(command: Sequence[str], executable: str, *, reads_all: bool = False) -> Sequence[str]:
    """`command`, to be run so that it can read the libraries of the system and of `executable`, and little else.

    Its first word is the executable, or a program for Python; the last one is a file that it reads. With `reads_all` it
    may read all files but those of the bot and of other processes. On a machine that confines nothing it stays as it
    is, and a program for Python gets the interpreter.
    """
    for_python = command[0].endswith(".py")
    if not walls():
        return (sys.executable, "-I", "-S", *command) if for_python else command
    real = Path(executable).resolve()
    libraries = {*_SYSTEM, str(real.parent.parent / "lib"), str(real.parent.parent / "lib64")}
    if reads_all:
        libraries |= set(without(_PROCESSES, "/"))
    if for_python:
        libraries |= {str(Path(os.__file__).parent), str(sysconfig.get_config_var("DESTSHARED"))}
    readable = {path for library in libraries for path in without(_OURS, library)} | {str(real), command[-1]}
    runnable = set[str]() if for_python else {str(real), *loaders(real)}
    return (sys.executable, "-I", "-S", _PROGRAM, _list(readable), _list(runnable), *command)


def without(left_out: Path, path: str) -> list[str]:
    """A file or directory; or what there is in it, where `left_out` is a part of it that must not come with it."""
    here = Path(path).resolve()
    if not left_out.is_relative_to(here):
        return [path]  # as it is: to the runner, /proc/self is another
    kept: list[str] = []
    for part in left_out.relative_to(here).parts:
        with suppress(OSError):  # one may go through it, and not look into it
            kept += [str(entry) for entry in here.iterdir() if not left_out.is_relative_to(entry.resolve())]
        here /= part
    return kept


def loaders(program: Path) -> Iterator[str]:
    """What the kernel starts a program with, so that it finds its libraries; nothing where the program names none.

    https://man7.org/linux/man-pages/man5/elf.5.html, of 64 bits with the low half first.
    """
    with suppress(OSError, struct.error), program.open("rb") as file:
        head = file.read(64)
        if not head.startswith(b"\x7fELF\x02\x01"):
            return
        (start,), (size, count) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<HH", head, 54)
        for number in range(count):
            file.seek(start + number * size)
            kind, _, at, _, _, length = struct.unpack("<IIQQQQ", file.read(40))
            if kind == _NAMES_LOADER:
                file.seek(at)
                yield os.fsdecode(file.read(length).rstrip(b"\0"))


def _list(paths: set[str]) -> str:
    return os.pathsep.join(path for path in sorted(paths) if os.pathsep not in path)
