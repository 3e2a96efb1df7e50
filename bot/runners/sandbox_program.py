"""Confines its own process to what a runner needs, then becomes the runner. A program of its own; Linux only.

Started as `python -I -S sandbox_program.py READABLE COMMAND...`, it has the standard library alone. READABLE lists the
files and directories that may be read and run, with colons between. A COMMAND that ends in `.py` is a program whose
`main` is called in this very process, so that no second interpreter has to start; anything else takes this one's place.

What is forbidden stays so for the process and whatever it starts, root or not, and nobody can lift it:
- Landlock: to read any other file, to write any, to look into or signal any process that is not confined with it.
  https://docs.kernel.org/userspace-api/landlock.html
- A filter of system calls: to make a socket, and to reach into other processes or the keys that the kernel keeps.
  https://docs.kernel.org/userspace-api/seccomp_filter.html
What the kernel does not have is left out, and `offered` says so; what it has and refuses ends the program.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from stat import S_ISDIR

TYPE_CHECKING = False  # as `typing` has it, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446  # on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR = 1, 2, 4, 8, 16
_FILES_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All that may be done to files, as far as a version of Landlock knows it; one between knows what the last one did."""
_CONNECT_FROM, _CONNECT_TO, _SCOPES_FROM = 4, (1 << 2) - 1, 6
"""Version 4 knows of TCP, 6 of signals and abstract sockets; both have two rights each."""

_NO_NEW_PRIVILEGES, _GET_FILTER, _SET_FILTER, _MODE_FILTER = 38, 21, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_ALLOWED, _REFUSED = 0x7FFF0000, 0x00050000 | 13  # EACCES
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_OTHER_NUMBERS = 0x40000000
"""From here on the numbers are those of x32, another way to call the same."""

_MOST_DESCRIPTORS = 1 << 16

_FILTERS = {
    # In order: socket, io_uring_setup, ptrace, process_vm_readv, process_vm_writev, pidfd_getfd, open_by_handle_at,
    # unshare, setns, bpf, perf_event_open, add_key, request_key, keyctl
    "x86_64": (0xC000003E, (41, 425, 101, 310, 311, 438, 304, 272, 308, 321, 298, 248, 249, 250)),
    "aarch64": (0xC00000B7, (198, 425, 117, 270, 271, 438, 265, 97, 268, 280, 241, 217, 218, 219)),
}
"""What marks the architecture, and the numbers of the calls that are refused."""


def offered() -> tuple[int, bool]:
    """The version of Landlock, 0 for none, and whether system calls can be filtered; nothing is confined yet."""
    if sys.platform != "linux":
        return 0, False
    libc = ctypes.CDLL(None, use_errno=True)
    landlock = max(0, libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    return landlock, os.uname().machine in _FILTERS and libc.prctl(_GET_FILTER, 0, 0, 0, 0) >= 0


def confine(readable: Iterable[str]) -> None:
    """Confine this process, which has no thread but this; OSError if the kernel refuses."""
    landlock, filters = offered()
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    if landlock:
        _confine_files(libc, landlock, readable)
    if filters:
        _filter_calls(libc)


def _confine_files(libc: ctypes.CDLL, version: int, readable: Iterable[str]) -> None:
    files = _FILES_BY_VERSION[max(known for known in _FILES_BY_VERSION if known <= version)]
    tcp = _CONNECT_TO if version >= _CONNECT_FROM else 0
    scopes = _CONNECT_TO if version >= _SCOPES_FROM else 0
    wanted = struct.pack("=QQQ", files, tcp, scopes)
    rules = _done(libc.syscall(_LANDLOCK_CREATE_RULESET, wanted, ctypes.c_size_t(len(wanted)), 0), "ruleset")
    rights = dict.fromkeys(readable, _READ_FILE | _READ_DIR | _EXECUTE)
    rights["/dev/null"] = _READ_FILE | _WRITE_FILE
    # A runner whose bot is gone removes its own directory, in which it can write nothing.
    rights[os.path.dirname(os.getcwd())] = _REMOVE_DIR  # noqa: PTH109, PTH120 - `pathlib` is slow to import
    for path, allowed in rights.items():
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # this machine does not have it
        of_files = allowed if S_ISDIR(os.fstat(place).st_mode) else allowed & ~_READ_DIR
        rule = struct.pack("=Qi", of_files, place)
        _done(libc.syscall(_LANDLOCK_ADD_RULE, rules, _PATH_BENEATH, rule, 0), path)
        os.close(place)
    _done(libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0), "restrict")
    os.close(rules)


def _filter_calls(libc: ctypes.CDLL) -> None:
    architecture, refused = _FILTERS[os.uname().machine]
    to_the_end = len(refused) + 2
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 0, to_the_end + 1, architecture),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, to_the_end - 1, 0, _OTHER_NUMBERS),
        *((_EQUAL, to_the_end - 2 - place, 0, number) for place, number in enumerate(refused)),
        (_ANSWER, 0, 0, _ALLOWED),
        (_ANSWER, 0, 0, _REFUSED),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    _done(libc.prctl(_SET_FILTER, _MODE_FILTER, program, 0, 0), "filter")


def _done(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _main_of(path: str) -> Callable[[], object]:
    """The `main` of a program, with all that it imports."""
    names: dict[str, Any] = {"__name__": "runner", "__file__": path}
    with open(path, "rb") as file:  # noqa: PTH123 - `pathlib` is slow to import
        exec(compile(file.read(), path, "exec", dont_inherit=True), names)  # noqa: S102 - it is one of Tandem's own
    return names["main"]


def _become(readable: str, *command: str) -> None:
    os.closerange(3, _MOST_DESCRIPTORS)  # uvloop leaves open what a library forgot to mark
    if command[0].endswith(".py"):
        main = _main_of(command[0])
        confine(readable.split(os.pathsep))
        main()
    else:
        confine(readable.split(os.pathsep))
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    _become(*sys.argv[1:])
