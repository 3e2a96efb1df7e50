"""A question a day: which one is next, and when it is too late to ask it. Pure: chance is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.hours import next_at

LATE = timedelta(hours=6)
"""How late a daily question may be; after a longer rest of the bot, the day goes without."""

GENERATED_EVERY = 3
"""Every so many days, the question is a generated one."""

REFUSED_BEFORE_OFF = 3
"""After so many days on end on which Discord let nothing be posted, a server's daily question is switched off."""

Asked = tuple[str, str]
"""The id of a lesson, and of a question."""


def in_time(due_at: datetime, minute: int, where: ZoneInfo, now: datetime) -> datetime | None:
    """The moment for which a question may still be asked at `now`: that which was due, or a later day's.

    None if the last of them is too long ago.
    """
    if now - due_at <= LATE:
        return due_at
    later = next_at(minute, where, now - LATE)
    return later if later <= now else None


def next_of_bank(bank: Sequence[Asked], asked: Sequence[Asked], rng: Random) -> Asked | None:
    """The question to ask after those that were `asked`, oldest first; None when a generated one has its turn.

    None of the bank comes again before all of it were asked, in an order of chance.
    """
    if not bank or len(asked) % GENERATED_EVERY == GENERATED_EVERY - 1:
        return None
    of_bank = [one for one in asked if one in bank]
    seen = set[Asked]()
    for one in of_bank:
        if one in seen:  # the bank was smaller then: it had been gone through
            seen.clear()
        seen.add(one)
        if len(seen) == len(set(bank)):
            seen.clear()
    left = [one for one in bank if one not in seen]
    fresh = [one for one in left if one not in of_bank[-1:]]  # not on two days on end, where one turn follows another
    return rng.choice(fresh or left)
