"""The question a day at work: it is posted, closed and explained. What is due stands in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from bot.domain.errors import MemberError
from bot.domain.poll import Poll
from bot.exts.daily import _views
from bot.exts.daily._counts import Counts, edit
from bot.exts.kit import posts
from bot.exts.kit.host import Host
from bot.exts.kit.posts import TROUBLE, passes

REST = timedelta(minutes=1)
"""How long is waited after Discord could not be reached."""

AT_ONCE = 8
"""How many servers are served at the same time."""

_log = structlog.get_logger("tandem.daily")


class DailyJob:
    """Brings every server its question of the day."""

    name, shared = "daily", True

    def __init__(self, client: Host, counts: Counts) -> None:
        self.changed = asyncio.Event()
        self._counts = counts
        self._client, self._daily = client, client.services.daily
        self._not_before: datetime | None = None
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def next_at(self) -> datetime | None:
        """When a server is due, or something that was begun is to be brought to its end."""
        at = await self._daily.next_at()
        return at if at is None or self._not_before is None else max(at, self._not_before)

    async def work(self) -> None:
        """Post, close, explain; whichever of these was broken off before a restart goes on here."""
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
                    return
                except TROUBLE as error:
                    _log.warning("put off", what=one, error=repr(error))
                except Exception:  # the other servers' questions go on
                    _log.exception("failed", what=one)
                self._client.meter.job_failed(self.name)
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
                message_id = await posts.post(channel, _views.asked(sheet, 0), nonce=poll.id)
        except discord.NotFound:
            _log.warning("daily question off: its channel is gone", guild=poll.guild_id, channel=poll.channel_id)
            await self._daily.channel_gone(poll)
        except discord.HTTPException as error:
            if passes(error):
                raise
            off = await self._daily.refused(poll)
            _log.warning(
                "daily question refused", guild=poll.guild_id, channel=poll.channel_id, off=off, error=str(error)
            )
        else:
            await self._daily.posted(poll, message_id)
            if not new:  # some may have answered before it was known which message shows it
                self._counts.answered(poll)

    async def _posted_before(self, channel: discord.PartialMessageable, poll: Poll) -> int | None:
        """The message that was posted before the bot went down, if there is one."""
        try:
            return await posts.find(self._client, channel, f"{_views.ANSWER}:{poll.id}:")
        except (discord.Forbidden, discord.NotFound):
            return None  # what may not be read cannot be looked at; posting tells what is wrong

    async def _explain(self, poll: Poll) -> None:
        try:
            sheet = self._daily.sheet(poll)
        except MemberError:
            sheet = None
        found = await self._client.services.polls.distribution(poll)
        try:
            await edit(self._client, poll, _views.explained(sheet, found) if sheet else _views.gone())
        except TROUBLE as error:
            if passes(error) and not (poll.closed_at and self._daily.late(poll.closed_at)):
                raise
            _log.warning("not explained", guild=poll.guild_id, channel=poll.channel_id, error=str(error))
        await self._daily.explained(poll)
