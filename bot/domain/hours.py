"""Hours of the day in somebody's time zone, across changes to summer time. Pure: time zones are data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.errors import MemberError

_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?")


class NoSuchTimeError(MemberError):
    """There is no such time zone, or no such time of the day."""


@lru_cache(1)
def time_zones() -> Sequence[str]:
    """The names of all time zones, in order; those without a place, such as `EST5EDT`, are left out."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*places, "UTC")


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; capitals do not matter.

    Raises:
        NoSuchTimeError: there is none.
    """
    found = next((known for known in time_zones() if known.lower() == name.strip().replace(" ", "_").lower()), None)
    if found is None:
        raise NoSuchTimeError(
            f"There is no time zone “{name[:40]}”. Choose one from the list, such as Europe/Berlin or America/New_York."
        )
    return ZoneInfo(found)


def minute_of_day(text: str) -> int:
    """`8`, `8:30` or `08.30` in minutes after midnight.

    Raises:
        NoSuchTimeError: there is no such time of the day.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        raise NoSuchTimeError(
            f"There is no time “{text[:20]}”. Write hours and minutes from 00:00 to 23:59, such as 8:30."
        )
    return 60 * int(found["hour"]) + int(found["minute"] or 0)


def next_at(minute: int, where: ZoneInfo, after: datetime) -> datetime:
    """The next moment after `after`, in UTC, at which the clocks there show this minute of the day.

    On a day on which the clocks leap over it, it is as much later as they leap; where they show it twice, the first.
    """
    day = after.astimezone(where).date()
    while True:
        found = _moment(day, minute, where)
        if found > after:
            return found
        day += timedelta(days=1)


def _moment(day: date, minute: int, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), where).astimezone(UTC)
