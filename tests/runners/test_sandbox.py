"""Programs in a runner's place that try to get at what a runner must not, started just as the bot starts runners.

The bot of these tests has what a real one has: a token in its environment, an open database, a network around it. Where
a kernel has no Landlock or no filters, runners are kept from less, and the bot must say so: that is tested there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.schedule import Runtime
from bot.runners import sandbox
from bot.runners.sandbox_program import offered
from bot.settings import ROOT

TOKEN = "MTIzNDU2Nzg5.the-token-of-this-test.kept-from-every-runner"
PLAIN_USER = os.geteuid() or 65534

BOT = """\
import asyncio, json, os, pathlib, sqlite3, sys
import uvloop
from bot.domain.schedule import Runtime
from bot.runners import pool
from bot.runners.child import Child
from bot.runners.limits import Limits

runtime, probe, request = Runtime(sys.argv[1]), sys.argv[2], sys.argv[3]
name = {"node": "node_program.mjs", "python": "python_program.py"}[runtime]
program = str(pathlib.Path(pool.__file__).with_name(name))
database = sqlite3.connect(os.environ["TANDEM_DATABASE_URL"].removeprefix("sqlite:///"))
database.execute("PRAGMA journal_mode=WAL").fetchall()
database.execute("CREATE TABLE scores (points)")
careless = os.open(os.environ["TANDEM_DATABASE_URL"].removeprefix("sqlite:///"), os.O_RDONLY)
os.set_inheritable(careless, True)

async def main():
    over, said = asyncio.get_running_loop().create_future(), {1: b"", 2: b""}
    child = Child(lambda fd, data: said.update({fd: said[fd] + data}), over.set_result)
    command = [word.replace(program, probe) for word in pool.installed()[runtime]]
    await child.start(command, request.encode() + b"\\n", Limits())
    print(json.dumps({"code": await over, "out": said[1].decode(), "err": said[2].decode()}))

uvloop.run(main())
"""
"""A bot that starts one runner, whose program is another."""

PYTHON_PROBE = """\
import ctypes, json, os, socket, sys

def tried(act):
    try:
        return repr(act())
    except OSError as error:
        return type(error).__name__

def read(path):
    with open(path, "rb") as file:
        return file.read()

def talk(family, kind, address):
    with socket.socket(family, kind) as own:
        own.connect(address)
        own.send(b"hello")

def called(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def main():
    asked, bot = json.loads(sys.stdin.readline()), os.getppid()
    print(json.dumps({
        "environment": dict(os.environ),
        "its own": tried(lambda: read(__file__)[:13]),
        "descriptors": [os.readlink(entry) for entry in map("/proc/self/fd/{}".format, (0, 1, 2, 3, 4, 5, 6, 7))
                        if os.path.exists(entry)],
        "the bot's environment": tried(lambda: read(f"/proc/{bot}/environ")),
        "the bot's memory": tried(lambda: read(f"/proc/{bot}/maps")),
        "the bot's descriptors": tried(lambda: os.listdir(f"/proc/{bot}/fd")),
        "into the bot": tried(lambda: called("ptrace", 0x4206, bot, 0, 0)),
        "out of the bot": tried(lambda: called("process_vm_readv", bot, None, 0, None, 0, 0)),
        "a signal to the bot": tried(lambda: os.kill(bot, 0)),
        "the database": tried(lambda: read(asked["database"])),
        "its log": tried(lambda: read(asked["database"] + "-wal")),
        "the secrets": tried(lambda: read(asked["secret"])),
        "which secrets there are": tried(lambda: os.listdir(os.path.dirname(asked["secret"]))),
        "the users": tried(lambda: read("/etc/passwd")),
        "the bot's code": tried(lambda: read(asked["code"])),
        "a new file": tried(lambda: open("new", "w")),
        "a shell": tried(lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "true"], {})),
        "TCP": tried(lambda: talk(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", asked["port"]))),
        "UDP": tried(lambda: talk(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", asked["port"]))),
        "IPv6": tried(lambda: talk(socket.AF_INET6, socket.SOCK_DGRAM, ("::1", asked["port"]))),
        "a local socket": tried(lambda: talk(socket.AF_UNIX, socket.SOCK_STREAM, asked["local"])),
        "the world": tried(lambda: talk(socket.AF_INET, socket.SOCK_DGRAM, ("203.0.113.1", 53))),
    }))

if __name__ == "__main__":
    main()
"""

NODE_PROBE = """\
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { readdirSync, readFileSync, readlinkSync, readSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const tried = (act) => { try { return String(act()); } catch (error) { return error.code; } };
const link = (entry) => { try { return [readlinkSync(entry)]; } catch { return []; } };
const talk = (where) => new Promise((resolve) => {
  const own = connect(where, () => resolve("connected")).on("error", (error) => resolve(error.code));
});
const datagram = (kind, port, address) => new Promise((resolve) => {
  const own = createSocket(kind).on("error", (error) => resolve(error.code));
  own.send("hello", port, address, (error) => resolve(error ? error.code : "sent"));
});
const line = Buffer.alloc(65536);
const asked = JSON.parse(line.subarray(0, readSync(0, line)).toString());
const bot = process.ppid;
console.log(JSON.stringify({
  "environment": process.env,
  "its own": tried(() => readFileSync(fileURLToPath(import.meta.url)).toString().slice(0, 9)),
  "descriptors": [0, 1, 2, 3, 4, 5, 6, 7].flatMap((number) => link(`/proc/self/fd/${number}`)),
  "the bot's environment": tried(() => readFileSync(`/proc/${bot}/environ`)),
  "the bot's memory": tried(() => readFileSync(`/proc/${bot}/maps`)),
  "the bot's descriptors": tried(() => readdirSync(`/proc/${bot}/fd`)),
  "a signal to the bot": tried(() => process.kill(bot, 0)),
  "the database": tried(() => readFileSync(asked.database)),
  "its log": tried(() => readFileSync(`${asked.database}-wal`)),
  "the secrets": tried(() => readFileSync(asked.secret)),
  "which secrets there are": tried(() => readdirSync(dirname(asked.secret))),
  "the users": tried(() => readFileSync("/etc/passwd")),
  "the bot's code": tried(() => readFileSync(asked.code)),
  "a new file": tried(() => writeFileSync("new", "")),
  "a shell": tried(() => { const { error } = spawnSync("/bin/sh", ["-c", "true"]); if (error) throw error; }),
  "TCP": await talk({ port: asked.port, host: "127.0.0.1" }),
  "UDP": await datagram("udp4", asked.port, "127.0.0.1"),
  "IPv6": await datagram("udp6", asked.port, "::1"),
  "a local socket": await talk(asked.local),
  "the world": await datagram("udp4", 53, "203.0.113.1"),
}));
process.exit(0);
"""

PROBES = {Runtime.PYTHON: ("python_probe.py", PYTHON_PROBE), Runtime.NODE: ("node_probe.mjs", NODE_PROBE)}
REFUSALS = {"PermissionError", "EACCES", "EPERM"}


def what_a_runner_gets_at(runtime: Runtime, tmp_path: Path) -> dict[str, Any]:
    """What a program in the place of the runner's reports of its attempts."""
    name, source = PROBES[runtime]
    probe, home = tmp_path / name, tmp_path / "home"
    home.mkdir()
    probe.write_text(source, encoding="utf-8")
    (home / "secret").write_text("sesame", encoding="utf-8")
    with ExitStack() as stack:
        tcp = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        local = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
        local.bind(str(home / "local"))
        local.listen()
        asked = {
            "database": str(home / "tandem.db"),
            "secret": str(home / "secret"),
            "code": str(ROOT / "bot" / "settings.py"),
            "port": tcp.getsockname()[1],
            "local": str(home / "local"),
        }
        ran = subprocess.run(
            (sys.executable, "-c", BOT, runtime, probe, json.dumps(asked)),
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DISCORD_TOKEN": TOKEN,
                "TANDEM_DATABASE_URL": f"sqlite:///{asked['database']}",
                "TMPDIR": str(tmp_path),
            },
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert ran.returncode == 0, ran.stderr.decode()
    runner = json.loads(ran.stdout.splitlines()[-1])  # before it stands what the log says of missing walls
    assert runner["code"] == 0, runner["err"]
    return json.loads(runner["out"])


@pytest.mark.parametrize("runtime", Runtime)
def test_a_runner_gets_at_nothing_of_the_bot_nor_of_the_machine(runtime: Runtime, tmp_path: Path) -> None:
    found = what_a_runner_gets_at(runtime, tmp_path)
    # Some libraries set a variable of their own locale.
    assert set(found.pop("environment")) <= {"LC_CTYPE"}
    assert not any("tandem.db" in place for place in found.pop("descriptors"))
    own = found.pop("its own")
    assert "import" in own, "what a runner needs it can read"
    landlock, filters = offered()
    network = {"TCP", "UDP", "IPv6", "a local socket", "the world"}
    if landlock and filters:
        assert {attempt: answer for attempt, answer in found.items() if answer not in REFUSALS} == {}
    else:
        with capture_logs() as logs:
            sandbox.walls.cache_clear()
            sandbox.walls()
        assert [entry["log_level"] for entry in logs] == ["warning"]
    if filters:
        assert {found[attempt] for attempt in network} <= REFUSALS


def test_a_user_without_privileges_is_confined_too() -> None:
    program = f"""\
import os, socket
from bot.runners.sandbox_program import confine
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid({PLAIN_USER})
confine(["/proc/self"])
for attempt in (lambda: open("/etc/passwd"), socket.socket, lambda: os.kill(1, 0), lambda: os.listdir("/")):
    try:
        attempt()
    except PermissionError as error:
        print("refused")
print(open("/proc/self/status").readline())
"""
    ran = subprocess.run((sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=True)
    landlock, filters = offered()
    assert ran.stdout.splitlines().count("refused") >= 1 + 2 * bool(landlock) + bool(filters)
    assert "Name:" in ran.stdout


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
    assert ran.stdout.strip() == ("refused" if offered()[0] else "r")
