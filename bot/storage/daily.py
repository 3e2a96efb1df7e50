"""The question a day: which servers are due, and what of their questions is still to be done.

Nothing is due twice: a day is claimed before anything is posted, and each step leaves in the store what the next needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Executable, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.domain.guild import GuildSettings
from bot.domain.poll import Poll
from bot.storage import tables
from bot.storage.guilds import settings_of
from bot.storage.polls import add_poll, poll_of
from bot.storage.store import Store

MOST_AT_ONCE = 200
"""How many are taken up at once; the others wait until these are done."""

_poll, _guild = tables.polls.c, tables.guilds.c
_later = tables.polls.alias("later")

_THIS = _poll.id == bindparam("poll_id")
_WANTED = exists().where(_guild.guild_id == _poll.guild_id, _guild.daily_channel_id.is_not(None))
_FOLLOWED = exists().where(
    _later.c.guild_id == _poll.guild_id, _later.c.day.is_not(None), _later.c.opened_at > _poll.opened_at
)
_UNFINISHED = and_(_poll.day.is_not(None), _poll.explained_at.is_(None))
_UNPOSTED = and_(_UNFINISHED, _poll.closed_at.is_(None), _poll.message_id.is_(None))
_OVER = and_(_UNFINISHED, _poll.closed_at.is_(None), _poll.message_id.is_not(None), or_(_FOLLOWED, ~_WANTED))
_UNEXPLAINED = and_(_UNFINISHED, _poll.closed_at.is_not(None))


class DueDay(Struct, frozen=True):
    """A server whose daily question was due at `at`."""

    settings: GuildSettings
    at: datetime


class Daily:
    """The stored days."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def next_at(self) -> datetime | None:
        """When the next question is due in any server."""
        query = select(func.min(_guild.daily_at)).where(_guild.daily_channel_id.is_not(None))
        return await self._store.read(lambda connection: connection.scalar(query))

    async def unfinished(self) -> bool:
        """Whether something was begun and is to be brought to its end."""
        # `_UNPOSTED`, `_OVER` and `_UNEXPLAINED` at once, so that the index of what is unfinished serves all three.
        begun = or_(_poll.closed_at.is_not(None), _poll.message_id.is_(None), _FOLLOWED, ~_WANTED)
        query = select(exists().where(_UNFINISHED, begun))
        return bool(await self._store.read(lambda connection: connection.scalar(query)))

    async def due(self, now: datetime) -> Sequence[DueDay]:
        """The servers whose question is due, the longest waiting first."""
        query = select(tables.guilds).where(_guild.daily_channel_id.is_not(None), _guild.daily_at <= now)
        query = query.order_by(_guild.daily_at, _guild.guild_id).limit(MOST_AT_ONCE)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [DueDay(settings_of(row), row.daily_at) for row in rows]

    async def asked(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """The lesson and the question of each day on which one was posted, the earliest first."""
        query = select(_poll.lesson_id, _poll.question_id).where(
            _poll.guild_id == guild_id, _poll.day.is_not(None), _poll.message_id.is_not(None)
        )
        rows = await self._store.read(lambda connection: connection.execute(query.order_by(_poll.opened_at)).all())
        return [(row.lesson_id, row.question_id) for row in rows]

    async def claim(self, due: DueDay, next_at: datetime, poll: Poll | None) -> bool:
        """Plan the next day of a server, and store the question of this one, if it is to have one.

        Returns:
            Whether the question is to be posted now: False if the day has one, or the settings have changed meanwhile.
        """
        guild_id = due.settings.guild_id
        as_it_was = and_(_guild.guild_id == guild_id, _guild.daily_at == due.at)

        def work(connection: Connection) -> bool:
            if connection.execute(update(tables.guilds).where(as_it_was).values(daily_at=next_at)).rowcount == 0:
                return False
            return poll is not None and add_poll(connection, poll)

        return await self._store.write(work)

    async def unposted(self) -> Sequence[Poll]:
        """Questions whose day was claimed, and of which no message is known."""
        return await self._polls(_UNPOSTED)

    async def over(self) -> Sequence[Poll]:
        """Open questions that a later one has followed, or of servers that want none any more."""
        return await self._polls(_OVER)

    async def unexplained(self) -> Sequence[Poll]:
        """Closed questions whose message does not show the solution yet."""
        return await self._polls(_UNEXPLAINED)

    async def explained(self, poll_id: str, at: datetime) -> None:
        """Remember that nothing is left to be done about a question."""
        query = update(tables.polls).where(_THIS).values(explained_at=at)
        await self._write(query, poll_id=poll_id)

    async def drop(self, poll_id: str) -> None:
        """Forget a question that was never posted."""
        query = delete(tables.polls).where(_THIS, _poll.message_id.is_(None))
        await self._write(query, poll_id=poll_id)

    async def wanted(self, poll: Poll) -> bool:
        """Whether the server still wants its daily questions in the channel of this one."""
        here = and_(_guild.guild_id == poll.guild_id, _guild.daily_channel_id == poll.channel_id)
        return bool(await self._store.read(lambda connection: connection.scalar(select(exists().where(here)))))

    async def refused(self, poll: Poll, at: datetime, most: int) -> bool:
        """Remember that a question could not be posted; whether so many in a row could not, this one included."""
        ended = update(tables.polls).where(_THIS).values(closed_at=at, explained_at=at)
        of_guild = and_(_poll.guild_id == poll.guild_id, _poll.day.is_not(None))
        last = select(_poll.message_id).where(of_guild).order_by(_poll.opened_at.desc()).limit(most)

        def work(connection: Connection) -> bool:
            connection.execute(ended, {"poll_id": poll.id})
            found = connection.scalars(last).all()
            return len(found) == most and not any(found)

        return await self._store.write(work)

    async def switch_off(self, guild_id: int, channel_id: int) -> None:
        """Post no more daily questions to a channel of a server; without effect if it has chosen another meanwhile."""
        here = and_(_guild.guild_id == guild_id, _guild.daily_channel_id == channel_id)
        query = update(tables.guilds).where(here).values(daily_channel_id=None, daily_at=None)
        await self._write(query)

    async def _polls(self, which: ColumnElement[bool]) -> Sequence[Poll]:
        query = select(tables.polls).where(which).order_by(_poll.opened_at).limit(MOST_AT_ONCE)
        return [poll_of(row) for row in await self._store.read(lambda connection: connection.execute(query).all())]

    async def _write(self, query: Executable, **values: str) -> None:
        def work(connection: Connection) -> None:
            connection.execute(query, values)

        await self._store.write(work)
