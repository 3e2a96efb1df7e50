"""How many have answered the question of the day, brought up to date in its message by whoever heard of the answer."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.domain.poll import Poll
from bot.exts.daily import _views
from bot.exts.kit import posts
from bot.exts.kit.host import Host
from bot.exts.kit.panel import Panel
from bot.exts.kit.posts import TROUBLE, passes
from bot.services.polls import GonePollError

COUNT_EVERY = timedelta(seconds=1.1)
"""How often the count in a message is brought up to date."""

OLD = timedelta(hours=1)
COUNT_OLD_EVERY = timedelta(minutes=5)
"""The same of messages older than an hour, of which Discord takes few edits."""

AT_ONCE = 8
"""How many messages are changed at the same time."""

AGAIN_AFTER = timedelta(minutes=1)
"""How soon it is looked again what has become of a question that could not be counted."""

_log = structlog.get_logger("tandem.daily")


class Counts:
    """Counts answers. It keeps only which counts have changed: one that is lost is put right by the next answer."""

    name, shared = "daily-counts", False

    def __init__(self, client: Host) -> None:
        self.changed = asyncio.Event()
        self._client, self._turn = client, asyncio.Semaphore(AT_ONCE)
        self._counts: dict[str, datetime] = {}
        """When the count of a question is to be brought up to date."""
        self._counted: dict[str, datetime] = {}
        """Until when the count of a question must not be."""
        self._left_open = set[str]()
        """Questions that were sent as open, and not looked at since: one may have been closed on the way."""

    def answered(self, poll: Poll) -> None:
        """Show that one more has answered, as soon as Discord lets it be shown."""
        self._counts.setdefault(poll.id, self._counted.get(poll.id, self._client.clock.now()))
        self.changed.set()

    async def next_at(self) -> datetime | None:
        """When a count is to be brought up to date."""
        return min(self._counts.values(), default=None)

    async def work(self) -> None:
        """Bring up to date what is due."""
        now = self._client.clock.now()
        due = [poll_id for poll_id, at in self._counts.items() if at <= now]
        self._counted = {poll_id: until for poll_id, until in self._counted.items() if until > now}
        async with asyncio.TaskGroup() as tasks:
            for poll_id in due:
                tasks.create_task(self._count(poll_id))

    async def _count(self, poll_id: str) -> None:
        del self._counts[poll_id]
        try:
            async with self._turn:
                await self._show(poll_id)
            return
        except TROUBLE as error:
            _log.warning("not counted", poll=poll_id, error=repr(error))
            if poll_id in self._left_open and passes(error) and not isinstance(error, GonePollError):
                self._counts.setdefault(poll_id, self._client.clock.now() + AGAIN_AFTER)
            else:  # the next answer brings another try
                self._left_open.discard(poll_id)
        except Exception:  # the other servers' questions go on
            _log.exception("not counted", poll=poll_id)
            self._left_open.discard(poll_id)
        self._client.meter.job_failed(self.name)

    async def _show(self, poll_id: str) -> None:
        """Show how many have answered; the solution, if it was shown already and this came after it.

        A question is closed by whichever process has that turn, and Discord may be told of the count later than of
        that: it was out of reach, or wanted fewer requests.
        """
        polls, client = self._client.services.polls, self._client
        sheet = await polls.load(poll_id)
        if sheet.poll.message_id is None:  # whoever finds its message has it counted anew
            return
        now = client.clock.now()
        young = now - sheet.poll.opened_at < OLD
        self._counted[poll_id] = now + (COUNT_EVERY if young else COUNT_OLD_EVERY)
        if sheet.poll.closed_at is None:
            self._left_open.add(poll_id)
            await edit(client, sheet.poll, _views.asked(sheet, await polls.count(poll_id)))
            sheet = await polls.load(poll_id)
        if sheet.poll.closed_at is not None and poll_id in self._left_open:
            await edit(client, sheet.poll, _views.explained(sheet, await polls.distribution(sheet.poll)))
        self._left_open.discard(poll_id)


async def edit(client: Host, poll: Poll, panel: Panel) -> None:
    """Change the message of a question, if it has one."""
    if poll.message_id is not None:
        channel = client.get_partial_messageable(poll.channel_id, guild_id=poll.guild_id)
        await posts.change(channel, poll.message_id, panel)
