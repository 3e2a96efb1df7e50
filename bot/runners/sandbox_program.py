"""Confines its own process to what a runner needs, then becomes the runner. A program of its own; Linux only.

Started as `python -I -S sandbox_program.py READABLE RUNNABLE COMMAND...`, it has the standard library alone. READABLE
and RUNNABLE list the files and directories that may be read, and the files that may take this one's place, with colons
between. A COMMAND that ends in `.py` is a program whose `main` is called in this very process, so that no second
interpreter has to start, and nothing need be RUNNABLE; anything else takes this one's place.

What is forbidden stays so for the process and whatever takes its place, root or not, and nobody can lift it:
- Landlock: to read any other file, to write any, to look into any process that is not confined with it.
  https://docs.kernel.org/userspace-api/landlock.html
- A filter of system calls: to start a process, to make a socket, to reach into other processes, and what Landlock does
  not know of: https://docs.kernel.org/userspace-api/seccomp_filter.html
What the kernel does not have is left out, and `offered` says so; what it has and refuses ends the program. The kernel
kills the process when the thread that started it ends, and so with the bot.
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
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FILES_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All that may be done to files, as far as a version of Landlock knows it; one between knows what the last one did."""
_CONNECT_FROM, _CONNECT_TO, _SCOPES_FROM = 4, (1 << 2) - 1, 6
"""Version 4 knows of TCP, 6 of signals and abstract sockets; both have two rights each."""

_END_WITH_PARENT, _KILLED = 1, 9
_NO_NEW_PRIVILEGES, _GET_FILTER, _SET_FILTER, _MODE_FILTER = 38, 21, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _HAS_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOWED, _REFUSED, _UNKNOWN = 0x7FFF0000, 0x00050000 | 13, 0x00050000 | 38  # or EACCES, or ENOSYS
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_OTHER_NUMBERS = 0x40000000
"""From here on the numbers are those of x32, another way to call the same."""

_MOST_DESCRIPTORS = 1 << 16

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""What marks the architecture, and the place of its numbers in the tables below. Both have the low half first."""

_CALLS = {
    # To reach others over a network, or past what is seen here
    "socket": (41, 198), "io_uring_setup": (425, 425), "bpf": (321, 280), "perf_event_open": (298, 241),
    # To reach into other processes, into the keys of the kernel, out of this container
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438), "open_by_handle_at": (304, 265), "unshare": (272, 97), "setns": (308, 268),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # To send signals where one argument does not tell to whom
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    # To start processes, from memory too, and to leave the group with which the bot ends them
    "fork": (57, None), "vfork": (58, None), "execveat": (322, 281), "setsid": (112, 157), "setpgid": (109, 154),
    # To change how much of the machine another process gets
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    # To cut a file off, which Landlock knows of from version 3 on
    "truncate": (76, 45),
    # To change whose a file is, who may use it, and what is noted of it, of which Landlock knows nothing
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    # What root alone may do to the machine
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "syslog": (103, 116),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170), "adjtimex": (159, 171),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "quotactl": (179, 60), "iopl": (172, None), "ioperm": (173, None),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
}  # fmt: skip
"""The calls that are refused, and their numbers; an architecture may not have one. A runner needs none of them.
https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl and, for aarch64,
https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/unistd.h
"""

_EXECVE = (59, 221)
"""Refused as well where nothing need take this program's place."""

_ANEW = ((435, 435), (437, 437))
"""clone3 and openat2, answered as by a kernel without them, because a filter cannot see what they are told to do. The C
libraries then use what was there before."""

_ARGUMENTS = (
    ((56, 220), 0, _HAS_BIT, 0x00010000),  # clone: CLONE_THREAD, which makes a thread
    ((62, 129), 0, _EQUAL, None),  # kill: itself
    ((234, 131), 0, _EQUAL, None),  # tgkill: a thread of its own
    ((302, 261), 0, _EQUAL, 0),  # prlimit64: its own limits, which the C libraries ask for so
)
"""Calls that are refused unless an argument, counted from 0, is this; None stands for the process itself."""

_COMMANDS = (
    ((72, 25), 1, _EQUAL, 8),  # fcntl: F_SETOWN, who gets the signals of a file
    ((72, 25), 1, _EQUAL, 15),  # F_SETOWN_EX
    ((16, 29), 1, _EQUAL, 0x8901),  # ioctl: FIOSETOWN
    ((16, 29), 1, _EQUAL, 0x8902),  # SIOCSPGRP
    ((157, 167), 0, _EQUAL, _END_WITH_PARENT),  # prctl: PR_SET_PDEATHSIG, see `_become`
    ((2, None), 1, _HAS_BIT, os.O_TRUNC),  # open: cut off, see `truncate`
    ((257, 56), 2, _HAS_BIT, os.O_TRUNC),  # openat
)
"""Calls that are refused where an argument is this."""


def offered() -> tuple[int, bool]:
    """The version of Landlock, 0 for none, and whether system calls can be filtered; nothing is confined yet."""
    if sys.platform != "linux":
        return 0, False
    libc = ctypes.CDLL(None, use_errno=True)
    landlock = max(0, libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    return landlock, os.uname().machine in _ARCHITECTURES and libc.prctl(_GET_FILTER, 0, 0, 0, 0) >= 0


def confine(readable: Iterable[str], runnable: Iterable[str] = ()) -> None:
    """Confine this process, which has no thread but this, to reading files, and starting others in its own place.

    OSError if the kernel refuses.
    """
    landlock, filters = offered()
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    if landlock:
        _confine_files(libc, landlock, readable, runnable)
    if filters:
        _filter_calls(libc, runs=any(runnable))


def _confine_files(libc: ctypes.CDLL, version: int, readable: Iterable[str], runnable: Iterable[str]) -> None:
    files = _FILES_BY_VERSION[max(known for known in _FILES_BY_VERSION if known <= version)]
    tcp = _CONNECT_TO if version >= _CONNECT_FROM else 0
    scopes = _CONNECT_TO if version >= _SCOPES_FROM else 0
    wanted = struct.pack("=QQQ", files, tcp, scopes)
    rules = _done(libc.syscall(_LANDLOCK_CREATE_RULESET, wanted, ctypes.c_size_t(len(wanted)), 0), "ruleset")
    rights = dict.fromkeys(readable, _READ_FILE | _READ_DIR)
    # To load a library takes no more than to read it.
    rights |= dict.fromkeys(runnable, _READ_FILE | _EXECUTE)
    rights["/dev/null"] = _READ_FILE | _WRITE_FILE
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


def _filter_calls(libc: ctypes.CDLL, *, runs: bool) -> None:
    steps = _steps(*_ARCHITECTURES[os.uname().machine], runs=runs)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    _done(libc.prctl(_SET_FILTER, _MODE_FILTER, program, 0, 0), "filter")


def _steps(mark: int, place: int, *, runs: bool) -> list[tuple[int, int, int, int]]:
    """The filter. A test says how many steps to skip if it holds, and how many if not; an answer ends it."""
    refuse, allow = (_ANSWER, 0, 0, _REFUSED), (_ANSWER, 0, 0, _ALLOWED)
    number = (_LOAD, 0, 0, _NUMBER_AT)
    steps = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, mark), refuse]
    steps += [number, (_AT_LEAST, 0, 1, _OTHER_NUMBERS), refuse]
    for numbers in (*_CALLS.values(), *(() if runs else (_EXECVE,))):
        if (refused := numbers[place]) is not None:
            steps += [(_EQUAL, 0, 1, refused), refuse]
    for numbers in _ANEW:
        steps += [(_EQUAL, 0, 1, numbers[place]), (_ANSWER, 0, 0, _UNKNOWN)]
    for numbers, argument, test, value in _ARGUMENTS:
        expected = os.getpid() if value is None else value  # it keeps its number when another program takes its place
        steps += [(_EQUAL, 0, 4, numbers[place]), _argument(argument), (test, 1, 0, expected), refuse, allow]
    for numbers, argument, test, value in _COMMANDS:
        if (looked_at := numbers[place]) is not None:
            steps += [number, (_EQUAL, 0, 3, looked_at), _argument(argument), (test, 0, 1, value), refuse]
    return [*steps, allow]


def _argument(place: int) -> tuple[int, int, int, int]:
    """Take an argument's lower half: none of these has another."""
    return _LOAD, 0, 0, _ARGUMENTS_AT + 8 * place


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


def _become(readable: str, runnable: str, *command: str) -> None:
    os.closerange(3, _MOST_DESCRIPTORS)  # uvloop leaves open what a library forgot to mark
    libc = ctypes.CDLL(None, use_errno=True)
    # Whoever is gone by now has closed standard input, which ends a runner too.
    _done(libc.prctl(_END_WITH_PARENT, _KILLED, 0, 0, 0), "end with the parent")
    allowed = readable.split(os.pathsep), runnable.split(os.pathsep)
    if command[0].endswith(".py"):
        main = _main_of(command[0])
        confine(*allowed)
        main()
    else:
        confine(*allowed)
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    _become(*sys.argv[1:])
