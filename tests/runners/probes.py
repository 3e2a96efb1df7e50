"""Programs in a runner's place that try to get at what a runner must not, started just as the bot starts runners."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bot.domain.schedule import Runtime
from bot.runners.sandbox import loaders
from bot.settings import ROOT

TOKEN = "MTIzNDU2Nzg5.the-token-of-this-test.kept-from-every-runner"

BOT = """\
import asyncio, json, os, pathlib, sqlite3, sys
import uvloop
from bot.domain.schedule import Runtime
from bot.runners import pool, sandbox
from bot.runners.child import Child
from bot.runners.limits import Limits

runtime, probe, request, libraries = Runtime(sys.argv[1]), *sys.argv[2:]
if libraries == "elsewhere":
    sandbox._SYSTEM = ()
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
import ctypes, fcntl, json, os, resource, socket, sys

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
        "a signal to its thread": tried(lambda: called("tgkill", bot, bot, 0)),
        "signals of a file to the bot": tried(lambda: fcntl.fcntl(0, fcntl.F_SETOWN, bot)),
        "the bot's limits": tried(lambda: resource.prlimit(bot, resource.RLIMIT_NOFILE)),
        "the bot's priority": tried(lambda: os.setpriority(os.PRIO_PROCESS, bot, 19)),
        "the bot's cores": tried(lambda: os.sched_setaffinity(bot, {0})),
        "the bot's place in line": tried(lambda: os.sched_setscheduler(bot, os.SCHED_BATCH, os.sched_param(0))),
        "to live on without the bot": tried(lambda: called("prctl", 1, 0, 0, 0, 0)),
        "the database": tried(lambda: read(asked["database"])),
        "who may read the database": tried(lambda: os.chmod(asked["database"], 0o777)),
        "whose the database is": tried(lambda: os.chown(asked["database"], os.getuid(), os.getgid())),
        "when it was written": tried(lambda: os.utime(asked["database"])),
        "to empty it": tried(lambda: os.truncate(asked["database"], 0)),
        "its log": tried(lambda: read(asked["database"] + "-wal")),
        "the secrets": tried(lambda: read(asked["secret"])),
        "which secrets there are": tried(lambda: os.listdir(os.path.dirname(asked["secret"]))),
        "the users": tried(lambda: read("/etc/passwd")),
        "the bot's code": tried(lambda: read(asked["code"])),
        "a new file": tried(lambda: open(asked["new"], "w")),
        "somebody's empty directory": tried(lambda: os.rmdir(asked["empty"])),
        "a process": tried(lambda: os.fork() or os._exit(0)),
        "a shell": tried(lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "true"], {})),
        "a shell in its own place": tried(lambda: os.execv("/bin/sh", ["sh", "-c", "true"])),
        "a program among the libraries": tried(lambda: os.execv(asked["loader"], ["ld.so", "/bin/true"])),
        "a program from memory": tried(lambda: os.execve(os.memfd_create("program"), ["program"], {})),
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
import {
  chmodSync, chownSync, readdirSync, readFileSync, readlinkSync, readSync, rmdirSync, utimesSync, writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { setPriority } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const tried = (act) => { try { return String(act()); } catch (error) { return error.info?.code ?? error.code; } };
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
const started = (...command) => { const { error } = spawnSync(...command); if (error) throw error; };
console.log(JSON.stringify({
  "environment": process.env,
  "its own": tried(() => readFileSync(fileURLToPath(import.meta.url)).toString().slice(0, 9)),
  "descriptors": [0, 1, 2, 3, 4, 5, 6, 7].flatMap((number) => link(`/proc/self/fd/${number}`)),
  "the bot's environment": tried(() => readFileSync(`/proc/${bot}/environ`)),
  "the bot's memory": tried(() => readFileSync(`/proc/${bot}/maps`)),
  "the bot's descriptors": tried(() => readdirSync(`/proc/${bot}/fd`)),
  "a signal to the bot": tried(() => process.kill(bot, 0)),
  "the bot's priority": tried(() => setPriority(bot, 19)),
  "the database": tried(() => readFileSync(asked.database)),
  "who may read the database": tried(() => chmodSync(asked.database, 0o777)),
  "whose the database is": tried(() => chownSync(asked.database, process.getuid(), process.getgid())),
  "when it was written": tried(() => utimesSync(asked.database, 0, 0)),
  "its log": tried(() => readFileSync(`${asked.database}-wal`)),
  "the secrets": tried(() => readFileSync(asked.secret)),
  "which secrets there are": tried(() => readdirSync(dirname(asked.secret))),
  "the users": tried(() => readFileSync("/etc/passwd")),
  "the bot's code": tried(() => readFileSync(asked.code)),
  "a new file": tried(() => writeFileSync(asked.new, "")),
  "somebody's empty directory": tried(() => rmdirSync(asked.empty)),
  "a shell": tried(() => started("/bin/sh", ["-c", "true"])),
  "a program among the libraries": tried(() => started(asked.loader, ["/bin/true"])),
  "itself once more": tried(() => started(process.execPath, ["-v"])),
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


def what_a_runner_gets_at(
    runtime: Runtime, tmp_path: Path, libraries: str = "where they are", **environment: str
) -> tuple[dict[str, Any], str]:
    """What a program in the place of the runner's reports of its attempts, and what the bot's log says.

    The bot's environment has these variables, too; its `libraries` may lie elsewhere than where systems keep them.
    """
    name, source = PROBES[runtime]
    probe, home, empty = tmp_path / name, tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    probe.write_text(source, encoding="utf-8")
    (home / "secret").write_text("sesame", encoding="utf-8")
    with ExitStack() as stack:
        tcp = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        local = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
        local.bind(str(home / "local"))
        local.listen()
        (loader,) = loaders(Path(sys.executable).resolve())
        asked = {
            "database": str(home / "tandem.db"),
            "secret": str(home / "secret"),
            "new": str(tmp_path / "new"),
            "empty": str(empty),
            "code": str(ROOT / "bot" / "settings.py"),
            "loader": loader,
            "port": tcp.getsockname()[1],
            "local": str(home / "local"),
        }
        ran = subprocess.run(
            (sys.executable, "-c", BOT, runtime, probe, json.dumps(asked), libraries),
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DISCORD_TOKEN": TOKEN,
                "TANDEM_DATABASE_URL": f"sqlite:///{asked['database']}",
                **environment,
            },
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert ran.returncode == 0, ran.stderr.decode()
    *log, said = ran.stdout.decode().splitlines()
    runner = json.loads(said)
    assert runner["code"] == 0, runner["err"]
    return json.loads(runner["out"]), "\n".join(log)
