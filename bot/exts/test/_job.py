"""Closes the tests whose hour is over, even if nobody looks, so that ranks and cooldowns are right."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.exts.kit.host import Host
from bot.exts.test import _role

_log = structlog.get_logger("tandem.tests")


class Closing:
    """The job of closing."""

    name, shared = "tests", True

    def __init__(self, client: Host) -> None:
        self._client, self._tests = client, client.services.tests
        self.changed = self._tests.changed

    async def next_at(self) -> datetime | None:
        """When the next of the open tests is over."""
        return await self._tests.next_deadline()

    async def work(self) -> None:
        """Close what is over. Who passed with what they answered in time is given the role, if the server gives one."""
        for attempt in await self._tests.close_overdue():
            _log.info("closed", attempt=attempt.id, answered=len(attempt.answers))
            role_id = await _role.owed(self._client, attempt)
            if role_id is not None:
                await _role.give(self._client, attempt, role_id)
