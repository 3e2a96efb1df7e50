"""What runners get at that try: nothing. Their programs stand in `probes`.

The bot of these tests has what a real one has: a token in its environment, an open database, a network around it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.schedule import Runtime
from bot.runners import sandbox
from bot.runners.node import find_node
from bot.runners.sandbox_program import offered
from bot.settings import ROOT
from tests.runners.probes import REFUSALS, what_a_runner_gets_at

PLAIN_USER = os.geteuid() or 65534
NO_WALLS = "This kernel has no Landlock, or no filter of system calls for its processor, to confine a runner with."
READING = {"the database", "its log", "the secrets", "which secrets there are", "the users"}


@pytest.fixture
def walled() -> None:
    """A machine that confines runners fully, as CI must have one."""
    if all(offered()):
        return
    if os.environ.get("CI") == "true":
        pytest.fail(NO_WALLS)
    pytest.skip(NO_WALLS)


@pytest.mark.usefixtures("walled")
@pytest.mark.parametrize("runtime", Runtime)
def test_a_runner_gets_at_nothing_of_the_bot_nor_of_the_machine(runtime: Runtime, tmp_path: Path) -> None:
    found, log = what_a_runner_gets_at(runtime, tmp_path)
    # Some libraries set a variable of their own locale.
    assert set(found.pop("environment")) <= {"LC_CTYPE"}
    assert not any("tandem.db" in place for place in found.pop("descriptors"))
    assert "import" in found.pop("its own"), "what a runner needs it can read"
    assert {attempt: answer for attempt, answer in found.items() if answer not in REFUSALS} == {}
    assert log == ""


@pytest.mark.usefixtures("walled")
def test_what_the_bots_environment_says_to_node_opens_nothing(tmp_path: Path) -> None:
    agent = tmp_path / "agent.cjs"
    agent.write_text("process.stdout.write('traced ');", encoding="utf-8")
    found, log = what_a_runner_gets_at(Runtime.NODE, tmp_path, NODE_OPTIONS=f"--require {agent}")
    assert {found[attempt] for attempt in READING} <= REFUSALS
    assert log == ""


@pytest.mark.usefixtures("walled")
def test_where_node_needs_files_from_elsewhere_it_may_read_what_is_not_the_bots_and_the_log_says_so(
    tmp_path: Path,
) -> None:
    found, log = what_a_runner_gets_at(Runtime.NODE, tmp_path, libraries="elsewhere")
    for known in ("environment", "descriptors", "its own"):
        del found[known]
    assert {attempt for attempt, answer in found.items() if answer not in REFUSALS} == READING
    assert "runners of Node.js are not fully confined" in log
    assert str(find_node()) in log


@pytest.mark.usefixtures("walled")
def test_the_bot_and_its_database_are_not_read_where_pip_put_them_among_the_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = tmp_path / "lib"
    ours = libraries / "python3" / "site-packages"
    database, other = ours / "data" / "tandem.db", libraries / "python3" / "other.so"
    database.parent.mkdir(parents=True)
    (libraries / "again").symlink_to(".")
    for file in (database, other):
        file.write_text("read", encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(
        f"""\
def main():
    for path in {str(other)!r}, {str(database)!r}, {str(libraries / "again/python3/site-packages/data/tandem.db")!r}:
        try:
            print(open(path).read())
        except PermissionError:
            print("refused")
""",
        encoding="utf-8",
    )
    monkeypatch.setattr(sandbox, "_OURS", ours)
    monkeypatch.setattr(sandbox, "_SYSTEM", (*sandbox._SYSTEM, str(libraries)))
    command = sandbox.confined((str(program),), sys.executable)
    ran = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["read", "refused", "refused"]


def test_where_a_kernel_confines_nothing_the_bot_says_so_once_and_starts_runners_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "offered", lambda: (0, False))
    sandbox.walls.cache_clear()
    try:
        with capture_logs() as logs:
            assert sandbox.confined(("node", "program.mjs"), "node") == ("node", "program.mjs")
            assert sandbox.confined(("program.py",), sys.executable) == (sys.executable, "-I", "-S", "program.py")
    finally:
        sandbox.walls.cache_clear()
    assert [(entry["log_level"], entry["confined_by"]) for entry in logs] == [("warning", ())]


@pytest.mark.usefixtures("walled")
def test_the_filter_alone_refuses_each_of_its_calls_and_leaves_a_program_what_is_its_own() -> None:
    program = """\
import ctypes, os, resource, threading
from bot.runners import sandbox_program as sandbox
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
sandbox._filter_calls(libc, runs=False)
_, place = sandbox._ARCHITECTURES[os.uname().machine]
wrong = [ctypes.c_long(-1)] * 6
for name, numbers in sandbox._CALLS.items():
    if numbers[place] is not None and (libc.syscall(numbers[place], *wrong), ctypes.get_errno()) != (-1, 13):
        print(name, "is not refused")
open(sandbox.__file__).close()
for attempt in (
    os.fork,
    lambda: os.kill(os.getppid(), 0),
    lambda: resource.prlimit(os.getppid(), 7),
    lambda: os.open("/dev/null", os.O_RDONLY | os.O_TRUNC),
    lambda: os.execv("/bin/true", ["true"]),
):
    try:
        print(attempt())
    except PermissionError:
        pass
os.kill(os.getpid(), 0)
resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))
thread = threading.Thread(target=print, args=("a thread",))
thread.start()
thread.join()
"""
    ran = subprocess.run((sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a thread\n", "")


@pytest.mark.usefixtures("walled")
def test_a_user_without_privileges_is_confined_too() -> None:
    program = f"""\
import os, socket
from bot.runners.sandbox_program import confine
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid({PLAIN_USER})
confine(["/proc/self"])
attempts = (lambda: open("/etc/passwd"), socket.socket, lambda: os.kill(os.getppid(), 0), lambda: os.listdir("/"),
            os.setsid, lambda: os.setpgid(0, 0))
for attempt in attempts:
    try:
        attempt()
    except PermissionError as error:
        print("refused")
print(open("/proc/self/status").readline())
"""
    ran = subprocess.run((sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines().count("refused") == 6
    assert "Name:" in ran.stdout


@pytest.mark.usefixtures("walled")
def test_nobody_can_lift_it_not_even_root() -> None:
    program = """\
import os
from bot.runners.sandbox_program import confine
confine(["/usr", "/lib", "/lib64", "/proc/self", os.path.dirname(os.__file__)])
confine(["/"])
try:
    print(open("/etc/passwd").read(1))
except PermissionError:
    print("refused")
"""
    ran = subprocess.run((sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "refused"
