"""Rounds at work: time runs out, questions are posted, counted and closed. What is due stands in the store."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import aiohttp
import discord
import structlog

from bot.domain.errors import MemberError
from bot.domain.poll import Poll
from bot.domain.round import Round
from bot.exts.kit.host import Host
from bot.exts.kit.panel import Panel
from bot.exts.round import _views
from bot.services.polls import PollSheet

WITHIN_S = 10.0
"""How long Discord may take to answer."""

REST = timedelta(seconds=5)
"""How long is waited after Discord could not be reached."""

COUNT_EVERY = timedelta(seconds=1.1)
"""How often a message is edited while answers come in."""

_OUT_OF_REACH = (aiohttp.ClientError, OSError)  # TimeoutError is an OSError

_log = structlog.get_logger("tandem.rounds")


class RoundJob:
    """Moves rounds on and tells their channels. It keeps nothing but which counts have changed."""

    name = "rounds"

    def __init__(self, client: Host) -> None:
        self.changed = asyncio.Event()
        self._client, self._rounds = client, client.services.rounds
        self._counts: dict[str, datetime] = {}
        """When the message of a question is to be brought up to date."""
        self._counted: dict[str, datetime] = {}
        """Until when it must not be."""
        self._not_before: datetime | None = None
        self._untold = True
        """Whether something may be left to tell: after a start, a move, or trouble."""

    def answered(self, poll_id: str) -> None:
        """Show that one more has answered, as soon as Discord lets it be shown."""
        if poll_id not in self._counts:
            now = self._client.clock.now()
            self._counts[poll_id] = self._counted.get(poll_id, now)
            self.changed.set()

    def moved(self, poll_id: str | None) -> None:
        """Tell the channel of a move of the host's; `poll_id` is the question that is asked now, if one is."""
        self._untold = True
        if poll_id is not None:
            self._counts[poll_id] = self._client.clock.now()
        self.changed.set()

    async def next_at(self) -> datetime | None:
        """When a phase ends, or something is to be told."""
        moments = [await self._rounds.next_at(), *self._counts.values()]
        if self._untold:
            moments.append(self._not_before or self._client.clock.now())
        return min((moment for moment in moments if moment is not None), default=None)

    async def work(self) -> None:
        """Whatever is due, and what was broken off before a restart."""
        moved = await self._rounds.tick()
        now = self._client.clock.now()
        if moved or (self._untold and (self._not_before is None or self._not_before <= now)):
            self._not_before, self._untold = None, False
            await self._tell()
        self._counted = {poll_id: until for poll_id, until in self._counted.items() if until > now}
        for poll_id in [poll_id for poll_id, at in self._counts.items() if at <= now]:
            del self._counts[poll_id]
            self._counted[poll_id] = now + COUNT_EVERY
            await self._count(poll_id)

    async def _tell(self) -> None:
        """Bring every channel to where its round stands; one that is out of reach is tried again after a rest."""
        left = await self._rounds.left_to_tell()
        steps = [
            *((poll.round_id, partial(self._explain, poll)) for poll in left.closed),
            *((poll.round_id, partial(self._post, poll)) for poll in left.asked),
            *((over.id, partial(self._end, over)) for over in left.over),
        ]
        for round_id, step in steps:
            try:
                await step()
            except (discord.Forbidden, discord.NotFound) as error:
                _log.warning("round ended: its channel is closed to the bot", round=round_id, error=str(error))
                await self._rounds.end(await self._rounds.load(str(round_id)))
            except (discord.HTTPException, MemberError, *_OUT_OF_REACH) as error:
                _log.warning("put off", round=round_id, error=repr(error))
                self._untold, self._not_before = True, self._client.clock.now() + REST

    async def _post(self, poll: Poll) -> None:
        played, sheet = await self._rounds.load(str(poll.round_id)), self._sheet(poll)
        if sheet is None:
            await self._rounds.skip_gone(played)
            self._untold = True
            return
        await self._rounds.posted(poll, await self._send(poll.channel_id, _views.asked(played, sheet, 0), poll.id))

    async def _explain(self, poll: Poll) -> None:
        played, sheet = await self._rounds.load(str(poll.round_id)), self._sheet(poll)
        panel = _views.gone(poll.number)
        if sheet is not None:
            found = await self._client.services.polls.distribution(poll)
            panel = _views.closed(played, sheet, found, await self._rounds.standing(played, poll.number))
        if poll.message_id is not None:
            try:
                await self._edit(poll, panel)
            except discord.NotFound:  # its message was deleted: the class sees the solution all the same
                await self._send(poll.channel_id, panel, f"{poll.id}c")
        await self._rounds.explained(poll)

    async def _end(self, over: Round) -> None:
        asked = over.number + 1
        places = await self._rounds.standing(over, over.number)
        title = self._client.services.lessons.lesson(over.lesson_id).title
        await self._send(over.channel_id, _views.over(over, title, places, asked), over.id)
        await self._rounds.told(over)

    async def _count(self, poll_id: str) -> None:
        polls = self._client.services.polls
        try:
            sheet = await polls.load(poll_id)
            played = await self._rounds.load(str(sheet.poll.round_id))
            if sheet.poll.closed_at is None:
                await self._edit(sheet.poll, _views.asked(played, sheet, await polls.count(poll_id)))
        except (discord.HTTPException, MemberError, *_OUT_OF_REACH) as error:  # the next answer brings another try
            _log.warning("not counted", poll=poll_id, error=repr(error))

    def _sheet(self, poll: Poll) -> PollSheet | None:
        try:
            return self._client.services.polls.sheet(poll)
        except MemberError:  # the lesson has changed meanwhile
            return None

    async def _send(self, channel_id: int, panel: Panel, nonce: str) -> int:
        """Post a message; of the same nonce Discord takes one only, so that a restart posts nothing twice."""
        async with asyncio.timeout(WITHIN_S):
            return (await self._client.get_partial_messageable(channel_id).send(view=panel, nonce=nonce)).id

    async def _edit(self, poll: Poll, panel: Panel) -> None:
        if poll.message_id is not None:
            channel = self._client.get_partial_messageable(poll.channel_id)
            async with asyncio.timeout(WITHIN_S):
                await channel.get_partial_message(poll.message_id).edit(
                    view=panel,
                    allowed_mentions=discord.AllowedMentions.none(),  # the client's own are not sent with edits
                )
