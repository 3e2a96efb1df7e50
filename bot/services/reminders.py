"""Reminders: once a day, at an hour that a member chose, of what is due. How they are sent does not stand here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from bot.domain.hours import minute_of_day, next_at, next_on_another_day, zone, zone_or_utc
from bot.domain.member import MemberChoices
from bot.services.reviews import ReviewService
from bot.storage.members import Members

LATEST = timedelta(hours=6)
"""A reminder that would be later than this, since the bot was down, is left out."""


class Reminder(Struct, frozen=True):
    """What a member is to be told of now; it is theirs once, whatever becomes of it."""

    choices: MemberChoices
    due: int


class ReminderService:
    """Knows who is to be reminded when. `changed` is set whenever that may be sooner than before."""

    def __init__(self, members: Members, reviews: ReviewService, now: Callable[[], datetime]) -> None:
        self._members, self._reviews, self._now = members, reviews, now
        self.changed = asyncio.Event()

    async def choices(self, member_id: int) -> MemberChoices:
        """What a member has set."""
        return await self._members.get(member_id)

    async def remind(self, member_id: int, time: str, time_zone: str) -> MemberChoices:
        """Remind a member each day at that time there. Who was reminded today already, is from tomorrow on.

        Raises:
            NoSuchTimeError: there is no such time of the day, or no such time zone.
        """
        minute, where = minute_of_day(time), zone(time_zone)
        last = (await self._members.get(member_id)).reminded_at
        at = next_on_another_day(minute, where, self._now(), last)
        await self._members.remind(member_id, minute, where.key, at)
        self.changed.set()
        return await self._members.get(member_id)

    async def stop(self, member_id: int) -> bool:
        """Remind a member no more; whether they had been reminded."""
        was_on = (await self._members.get(member_id)).remind_at is not None
        if was_on:
            await self._members.stop(member_id)
        return was_on

    async def closed(self, member_id: int) -> None:
        """Remind a member no more: their inbox is closed. They are told when they come back."""
        await self._members.closed(member_id, self._now())

    async def was_closed(self, member_id: int) -> bool:
        """Whether reminders were switched off by a closed inbox and the member has not been told; now they are."""
        found = await self._members.get(member_id)
        return found.inbox_closed_at is not None and await self._members.told(member_id)

    async def next_at(self) -> datetime | None:
        """When the next member is to be reminded."""
        return await self._members.next_reminder()

    async def due(self) -> AsyncIterator[Reminder]:
        """The reminders to send now, in order. Each is taken over in the store first, so that none is sent twice."""
        for found in await self._members.to_remind(self._now()):
            if reminder := await self._taken(found):
                yield reminder

    async def _taken(self, found: MemberChoices) -> Reminder | None:
        """Plan the next reminder; this one, if it is ours, not too late, and there is something to tell."""
        now, minute, where = self._now(), found.remind_minute or 0, zone_or_utc(found.time_zone)
        moment = next_at(minute, where, now - LATEST)  # after days of absence, that of today
        due = 0 if moment > now else (await self._reviews.outlook(found.member_id)).due
        following = next_at(minute, where, now)
        mine = await self._members.claim(found, following, moment if due else None)
        return Reminder(found, due) if mine and due else None
