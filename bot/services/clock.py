"""The clock: what time it is, and waiting for a time. Tests hand in one that they turn by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

Now = Callable[[], datetime]

LONGEST_NAP_S = 30.0
"""How long is slept at once: the machine's clock may be set, or the machine be suspended, meanwhile."""


class Clock(Struct, frozen=True):
    """What time it is, and how to wait for a time; both in UTC."""

    now: Now
    wait_until: Callable[[datetime], Awaitable[None]]


def machine_clock(now: Now) -> Clock:
    """The clock of this machine."""

    async def wait_until(at: datetime) -> None:
        while (left_s := (at - now()).total_seconds()) > 0:  # noqa: ASYNC110 - no event tells of the machine's clock
            await asyncio.sleep(min(left_s, LONGEST_NAP_S))

    return Clock(now, wait_until)
