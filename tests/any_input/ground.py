"""A server with people in it whose things are known, and what becomes of one raw interaction there.

Interactions do not come from the page, which refuses what is not on offer: they are dispatched as they are, since
clients can be modified, and messages of other versions of the bot stay in channels for years.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import traceback
from collections.abc import AsyncGenerator, Iterable, MutableMapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import make_url
from structlog.testing import capture_logs

from bot import app
from bot.client import TandemClient
from bot.playground.events import Answered, Event
from bot.playground.interaction import Ask, Interaction
from bot.playground.message import Message
from bot.playground.model import Channel, Member
from bot.playground.wire import Json
from bot.settings import Settings
from tests import discord_openapi
from tests.any_input.planted import leave_traces
from tests.conftest import COMPONENTS_V2, House, running

EPHEMERAL = 64
OURS = ("discord-ui-", "CommandTree-invoker", "discord.py: on_interaction")
"""How the tasks begin that answer interactions."""

SENTINEL = "no such button"
"""An id that no version of the bot has made. It is answered, after whatever was asked before has been taken."""
STALE = "This button is from another version of Tandem"

Entry = MutableMapping[str, Any]


class Alarms(logging.Handler):
    """What libraries log of errors: an exception in a task, in a handler, in an autocompletion."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback."""
        self.heard.append(logging.Formatter().format(record))


@dataclass
class Told:
    """What became of one interaction."""

    interaction: Interaction
    bodies: list[Any]
    files: list[bytes]
    errors: list[str]

    @property
    def text(self) -> str:
        """All that was sent meanwhile, ids of buttons and files included."""
        return json.dumps(self.bodies, ensure_ascii=False) + b"\n".join(self.files).decode("utf-8", "replace")


@dataclass
class Ground:
    """A house in which people have left something everywhere."""

    house: House
    logs: list[Entry]
    alarms: Alarms
    bot: TandemClient
    """Another client of the same features, not connected: what it can be asked stands in its tables."""
    seen: dict[str, list[str]] = field(default_factory=dict)
    """The ids of components and forms that each member has had before them, by the member's name."""

    def __post_init__(self) -> None:
        self.world = self.house.playground.world
        now = self.world.clock()
        self.world.clock = lambda: now  # the 3 seconds to answer never pass: a slow machine is not judged
        self._answered: dict[int, asyncio.Event] = {}
        self.world.subscribe(self._hear)

    def member(self, name: str) -> Member:
        """Somebody by name."""
        return next(each for each in self.world.people if each.user.display_name == name)

    def rooms(self, member: Member) -> list[Channel]:
        """Where somebody may use the bot: a channel, and their direct messages."""
        return [self.world.guild.channels[0], self.world.direct_message(member.user)]

    def message(self, room: Channel, component: Json, *, private: bool) -> Message:
        """A message of the bot with one component in it, as an older version may have left it."""
        body = {"flags": COMPONENTS_V2, "components": [{"type": 1, "components": [component]}]}
        message = self.world.post(room, self.world.bot, body)
        message.flags |= EPHEMERAL if private else 0
        return message

    async def ask(self, ask: Ask, member: Member, room: Channel, data: Json, message: Message | None = None) -> Told:
        """Send the bot an interaction, and wait until nothing of it is under way."""
        self.house.sent.clear()
        self.alarms.heard.clear()
        self.logs.clear()
        found = self.world.ask(ask, member, room, data, command_name=str(data.get("name")), message=message)
        await self._answer(self._sentinel(member))
        while work := [task for task in asyncio.all_tasks() if task.get_name().startswith(OURS)]:
            await asyncio.wait(work)
        files = [each.data for each in self._attachments(found)]
        for old in (message, found.original):
            if old is not None and old is not self._board:
                self.world.remove(old)
        bad = [entry for entry in self.logs if entry["log_level"] in ("error", "critical")]
        return Told(found, self._bodies(), files, [*map(_traced, bad), *self.alarms.heard])

    def rows(self, member: Member) -> dict[str, list[Any]]:
        """All that the store holds of somebody."""
        with closing(sqlite3.connect(str(make_url(self.house.settings.database_url).database))) as database:
            return {table: database.execute(query, (member.user.id,)).fetchall() for table, query in QUERIES.items()}

    async def _answer(self, interaction: Interaction) -> None:
        async with asyncio.timeout(30):
            await self._answered.setdefault(interaction.id, asyncio.Event()).wait()

    def _sentinel(self, member: Member) -> Interaction:
        data = {"custom_id": SENTINEL, "component_type": 2, "id": 2}
        return self.world.ask(Ask.COMPONENT, member, self._board.channel, data, message=self._board)

    @property
    def _board(self) -> Message:
        if "_sentinels" not in self.__dict__:
            button = {"type": 2, "style": 2, "label": "x", "custom_id": SENTINEL}
            self._sentinels = self.message(self.world.guild.channels[0], button, private=False)
        return self._sentinels

    def _bodies(self) -> list[Any]:
        """What the bot has sent, as Discord describes it, but for the sentence that the sentinel got."""
        sent = [recorded for _, recorded in self.house.sent if recorded.body is not None]
        del sent[max(number for number, recorded in enumerate(sent) if STALE in str(recorded.body))]
        if discord_openapi.DESCRIPTION.exists():
            assert [found for r in sent for found in discord_openapi.violations(r.method, r.path, r.body)] == []
        return [recorded.body for recorded in sent]

    def _attachments(self, interaction: Interaction) -> Iterable[Any]:
        return () if interaction.original is None else interaction.original.attachments

    def _hear(self, event: Event) -> None:
        if isinstance(event, Answered):
            self._answered.setdefault(event.interaction.id, asyncio.Event()).set()


def _traced(entry: Entry) -> str:
    error = entry.get("exc_info")
    lines = traceback.format_exception(error) if isinstance(error, BaseException) else []
    return f"{entry['event']}: {entry.get('what')!r}\n{''.join(lines)}"


QUERIES = {
    **{
        table: f"SELECT * FROM {table} WHERE {column} = ? ORDER BY 1, 2, 3"
        for table, column in {
            "attempts": "member_id",
            "parts_read": "member_id",
            "runs": "member_id",
            "predictions": "member_id",
            "standings": "member_id",
            "cards": "member_id",
            "members": "member_id",
            "poll_answers": "member_id",
        }.items()
    },
    **{
        table: f"SELECT {table}.* FROM {table} JOIN attempts ON id = attempt_id WHERE member_id = ? ORDER BY 1, 2"
        for table in ("answers", "hints")
    },
}


@asynccontextmanager
async def a_ground(settings: Settings) -> AsyncGenerator[Ground]:
    """A house in which people have left something everywhere, and everything that goes wrong is heard."""
    alarms = Alarms()
    logging.getLogger().addHandler(alarms)
    try:
        with capture_logs() as logs:
            elsewhere = replace(settings, database_url=f"{settings.database_url}.other")
            async with app.assembled(elsewhere, app.real_world()) as bot, running(settings) as house:
                ground = Ground(house, logs, alarms, bot)
                ground.seen = await leave_traces(house)
                yield ground
    finally:
        logging.getLogger().removeHandler(alarms)
