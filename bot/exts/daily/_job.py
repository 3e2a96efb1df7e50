"""The question a day at work: it is posted, counted, closed and explained. What is due stands in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import structlog

from bot.domain.errors import MemberError
from bot.domain.poll import Poll
from bot.exts.daily import _views
from bot.exts.kit.host import Host
from bot.exts.kit.panel import Panel

WITHIN_S = 10.0
"""How long Discord may take to answer."""

REST = timedelta(minutes=1)
"""How long is waited after Discord could not be reached."""

COUNT_EVERY = timedelta(seconds=1.1)
"""How often the count in a message is brought up to date."""

OLD = timedelta(hours=1)
COUNT_OLD_EVERY = timedelta(minutes=5)
"""The same of messages older than an hour, of which Discord takes few edits."""

AT_ONCE = 8
"""How many servers are served at the same time."""

LOOK_BACK = 50
"""Among how many of a channel's last messages one is looked for that was posted just before the bot went down."""

_TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError, MemberError)
"""What can go wrong with no fault of ours; the last, if the store is busy or the lesson has changed."""

_log = structlog.get_logger("tandem.daily")


class DailyJob:
    """Brings every server its question of the day.

    It keeps nothing but which counts have changed: one that is lost is put right by the next answer.
    """

    name = "daily"

    def __init__(self, client: Host) -> None:
        self.changed = asyncio.Event()
        self._client, self._daily = client, client.services.daily
        self._not_before: datetime | None = None
        self._counts: dict[str, datetime] = {}
        """When the count of a question is to be brought up to date."""
        self._counted: dict[str, datetime] = {}
        """Until when the count of a question must not be."""
        self._turn = asyncio.Semaphore(AT_ONCE)

    def answered(self, poll: Poll) -> None:
        """Show that one more has answered, as soon as Discord lets it be shown."""
        now = self._client.clock.now()
        self._counts.setdefault(poll.id, self._counted.get(poll.id, now))
        self.changed.set()

    async def next_at(self) -> datetime | None:
        """When a server is due, or something that was begun is to be brought to its end."""
        at = await self._daily.next_at()
        if at is not None and self._not_before is not None:
            at = max(at, self._not_before)
        return min((moment for moment in (at, *self._counts.values()) if moment is not None), default=None)

    async def work(self) -> None:
        """Post, close, explain, count; whichever of these was broken off before a restart goes on here."""
        if self._not_before is None or self._not_before <= self._client.clock.now():
            await self._bring()
        now = self._client.clock.now()
        due = [poll_id for poll_id, at in self._counts.items() if at <= now]
        self._counted = {poll_id: until for poll_id, until in self._counted.items() if until > now}
        await self._each(due, self._count)

    async def _bring(self) -> None:
        new = set[str | None]()

        async def claim(due: Any) -> None:
            new.add(await self._daily.claim(due))

        await self._each(await self._daily.due(), claim)
        await self._each(await self._daily.over(), self._daily.close)
        await self._each(await self._daily.unposted(), lambda poll: self._post(poll, new=poll.id in new))
        await self._each(await self._daily.unexplained(), self._explain)

    async def _each(self, those: Iterable[Any], step: Callable[[Any], Awaitable[None]]) -> None:
        """Take a step for each; where one fails, the others go on, and it is tried again after a rest."""

        async def take(one: Any) -> None:
            async with self._turn:
                try:
                    await step(one)
                except _TROUBLE as error:
                    _log.warning("put off", what=one, error=repr(error))
                    self._not_before = self._client.clock.now() + REST
                except Exception:  # the other servers' questions go on
                    _log.exception("failed", what=one)
                    self._not_before = self._client.clock.now() + REST

        await asyncio.gather(*map(take, those))

    async def _post(self, poll: Poll, *, new: bool) -> None:
        try:
            sheet = self._daily.sheet(poll)
        except MemberError as error:
            _log.warning("not posted: the question is gone", poll=poll.id, error=str(error))
            await self._daily.drop(poll)
            return
        channel = self._client.get_partial_messageable(poll.channel_id, guild_id=poll.guild_id)
        message_id = None if new else await self._posted_before(channel, poll)
        if message_id is None and not await self._daily.wanted(poll):
            await self._daily.drop(poll)
            return
        try:
            if message_id is None:
                async with asyncio.timeout(WITHIN_S):  # the nonce: one message, even if two of us send it
                    message_id = (await channel.send(view=_views.asked(sheet, 0), nonce=poll.id)).id
        except discord.NotFound:
            _log.warning("daily question off: its channel is gone", guild=poll.guild_id, channel=poll.channel_id)
            await self._daily.channel_gone(poll)
        except discord.HTTPException as error:
            if _passes(error):
                raise
            off = await self._daily.refused(poll)
            _log.warning(
                "daily question refused", guild=poll.guild_id, channel=poll.channel_id, off=off, error=str(error)
            )
        else:
            await self._daily.posted(poll, message_id)

    async def _posted_before(self, channel: discord.PartialMessageable, poll: Poll) -> int | None:
        """The message that was posted before the bot went down, if there is one."""
        try:
            async with asyncio.timeout(WITHIN_S):
                async for message in channel.history(limit=LOOK_BACK):
                    if any(poll.id in custom_id.split(":") for custom_id in _custom_ids(message.components)):
                        return message.id
        except (discord.Forbidden, discord.NotFound):
            pass  # what may not be read cannot be looked at; posting tells what is wrong
        return None

    async def _explain(self, poll: Poll) -> None:
        try:
            sheet = self._daily.sheet(poll)
        except MemberError:
            sheet = None
        found = await self._client.services.polls.distribution(poll)
        try:
            await self._edit(poll, _views.explained(sheet, found) if sheet else _views.gone())
        except _TROUBLE as error:
            if _passes(error) and not (poll.closed_at and self._daily.late(poll.closed_at)):
                raise
            _log.warning("not explained", guild=poll.guild_id, channel=poll.channel_id, error=str(error))
        await self._daily.explained(poll)

    async def _count(self, poll_id: str) -> None:
        del self._counts[poll_id]
        try:
            sheet = await self._client.services.polls.load(poll_id)
            now = self._client.clock.now()
            young = now - sheet.poll.opened_at < OLD
            self._counted[poll_id] = now + (COUNT_EVERY if young else COUNT_OLD_EVERY)
            if sheet.poll.closed_at is None:
                await self._edit(sheet.poll, _views.asked(sheet, await self._client.services.polls.count(poll_id)))
        except _TROUBLE as error:  # the next answer brings another try
            _log.warning("not counted", poll=poll_id, error=repr(error))

    async def _edit(self, poll: Poll, panel: Panel) -> None:
        if poll.message_id is None:
            return
        channel = self._client.get_partial_messageable(poll.channel_id, guild_id=poll.guild_id)
        async with asyncio.timeout(WITHIN_S):
            await channel.get_partial_message(poll.message_id).edit(view=panel)


def _passes(error: Exception) -> bool:
    """Whether an error passes by itself: Discord was out of reach, or wants fewer requests."""
    return not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429


def _custom_ids(components: Iterable[Any]) -> Iterable[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
