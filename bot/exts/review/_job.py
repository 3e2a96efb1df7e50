"""The reminders: sent when they are due, one member after the other."""

from __future__ import annotations

import asyncio
from datetime import datetime

import aiohttp
import discord
import structlog

from bot.exts.kit import patience
from bot.exts.kit.host import Host
from bot.exts.review import _views
from bot.services.reminders import Reminder

CLOSED = frozenset({10013, 50007, 50033, 50278})
"""Discord's codes for somebody who cannot be written to: gone, closed to direct messages, no recipient, in no server
with the bot. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

_log = structlog.get_logger("tandem.reminders")


class Reminders:
    """Sends what is due. A reminder is taken over in the store first, so none is sent twice, whatever happens here."""

    name, shared = "reminders", True

    def __init__(self, client: Host) -> None:
        self._client = client
        self.changed = client.services.reminders.changed

    async def next_at(self) -> datetime | None:
        """When the next member is to be reminded."""
        return await self._client.services.reminders.next_at()

    async def work(self) -> None:
        """Remind those whose time has come."""
        async for reminder in self._client.services.reminders.due():
            await self._send(reminder)

    async def _send(self, reminder: Reminder) -> None:
        """Send one; a failure is this member's alone. Somebody who cannot be written to is left in peace."""
        member_id = reminder.choices.member_id
        log = _log.bind(member=member_id)
        try:
            async with asyncio.timeout(patience.LATER_S):  # then the next member's turn comes
                inbox = await self._client.create_dm(discord.Object(member_id))
                await inbox.send(view=_views.reminder(reminder))
        except discord.HTTPException as error:
            if error.code not in CLOSED:
                log.warning("reminder not sent", error=str(error))
                return
            log.info("reminders off: the inbox is closed", code=error.code)
            await self._client.services.reminders.closed(member_id)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("reminder not sent", error=str(error) or type(error).__name__)
