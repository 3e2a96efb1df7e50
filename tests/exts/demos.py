"""What is read off the message of a demo, and what stands behind it."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.domain.schedule import Runtime
from bot.runners.pool import Commands, installed
from bot.settings import Settings
from tests.conftest import House
from tests.person import Person, Seen

ROW = re.compile(r"^ ?(?P<name>[^\n]*?)\s+(?P<figures>-?[\d,.]+ +-?[\d,.]+ +-?[\d,.]+ +(?:[\d.]+×|–))$", re.MULTILINE)

Figures = tuple[float, float, float, float]


def figures(seen: Seen) -> dict[str, Figures]:
    """Measured, ideal and overhead in milliseconds, and the speed-up, by what stands before them."""
    found: dict[str, Figures] = {}
    for row in ROW.finditer(seen.text):
        measured, ideal, overhead, speed_up = row["figures"].replace(",", "").replace("–", "nan").rstrip("×").split()
        found[row["name"]] = (float(measured), float(ideal), float(overhead), float(speed_up))
    return found


def verdict(seen: Seen) -> str:
    """The sentence that says what the run has shown."""
    return next(line.strip("*") for line in seen.text.splitlines() if line.startswith("**") and line.endswith(".**"))


async def result(person: Person, message: Seen) -> Seen:
    """The message once the run is over."""
    return await person.sees(lambda seen: seen.id == message.id and "Steps" in seen.labels)


async def under_way(person: Person, message: Seen) -> None:
    """Wait until the message shows a task under way."""
    await person.sees(lambda seen: seen.id == message.id and "▒" in seen.text)


def runs_stored(settings: Settings) -> int:
    """How many runs the bot has begun and kept."""
    with closing(sqlite3.connect(make_url(settings.database_url).database)) as connection:
        return connection.execute("SELECT count(*) FROM runs").fetchone()[0]


def edits(house: House, message: Seen) -> list[float]:
    """When the bot has asked for changes of a run's message by the token of its command, in seconds."""
    (button,) = (b["custom_id"] for b in message.buttons.values() if b["custom_id"].startswith("demo.resume:"))
    run_id = button.split(":")[1]
    return [at_s for at_s, r in house.sent if r.method == "PATCH" and f":{run_id}" in json.dumps(r.body)]


def without_node() -> Commands:
    """What a machine without Node.js can run."""
    return {Runtime.PYTHON: installed()[Runtime.PYTHON]}


def runners() -> list[int]:
    """The runners under way among the processes that this one has started."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    programs = (b"python_program", b"node_program")
    return [
        int(pid)
        for pid in children
        if any(program in Path(f"/proc/{pid}/cmdline").read_bytes() for program in programs)
    ]
