"""Hours of the day in somebody's time zone, across changes to summer time. Pure: time zones are data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.errors import MemberError
from bot.domain.names import shown

_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?")

MOST_SUGGESTED = 25
"""How many suggestions Discord shows."""

_COMMON = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "UTC",
)
"""What is suggested before anything is typed: where many people live, from everywhere."""


class NoSuchTimeError(MemberError):
    """There is no such time zone, or no such time of the day."""


@lru_cache(1)
def time_zones() -> Sequence[str]:
    """The names of all time zones, in order; those without a place, such as `EST5EDT`, are left out."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*places, "UTC")


def matching_zones(typed: str) -> Sequence[str]:
    """At most 25 time zones whose name holds what was typed; spaces are as good as underscores."""
    word = _plain(typed)
    if not word:
        return _COMMON
    return [name for name in time_zones() if word in name.lower()][:MOST_SUGGESTED]


def zone(name: str) -> ZoneInfo:
    """The time zone of that name, or of that city; capitals do not matter.

    Raises:
        NoSuchTimeError: there is none; the sentence suggests the nearest.
    """
    word, known = _plain(name), {found.lower(): found for found in time_zones()}
    cities = [found for found in known.values() if found.lower().endswith(f"/{word}")]
    found = known.get(word) or (cities[0] if len(cities) == 1 else None)
    if found is None:
        close = get_close_matches(word, known, n=1, cutoff=0.7)
        example = f"Did you mean {known[close[0]]}?" if close else "Write it such as Europe/Berlin or America/New_York."
        raise NoSuchTimeError(f"There is no time zone “{shown(name)}”. {example}")
    return ZoneInfo(found)


def zone_or_utc(name: str | None) -> ZoneInfo:
    """The time zone of a name that was stored; UTC if there was none, or there is none such any more."""
    try:
        return zone(name or "UTC")
    except NoSuchTimeError:
        return ZoneInfo("UTC")


def minute_of_day(text: str) -> int:
    """`8`, `8:30` or `08.30` in minutes after midnight.

    Raises:
        NoSuchTimeError: there is no such time of the day.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        raise NoSuchTimeError(
            f"There is no time “{shown(text, 20)}”. Write hours and minutes from 00:00 to 23:59, such as 8:30."
        )
    return 60 * int(found["hour"]) + int(found["minute"] or 0)


def clock_time(minute: int) -> str:
    """`8:30`, of minutes after midnight."""
    return f"{minute // 60}:{minute % 60:02}"


def next_at(minute: int, where: ZoneInfo, after: datetime) -> datetime:
    """The next moment after `after`, in UTC, at which the clocks there show this minute of the day.

    On a day on which the clocks leap over it, it is as much later as they leap; where they show it twice, the first.
    """
    day = after.astimezone(where).date() - timedelta(days=1)  # a leap may carry yesterday's past midnight
    while True:
        found = _moment(day, minute, where)
        if found > after:
            return found
        day += timedelta(days=1)


def next_on_another_day(minute: int, where: ZoneInfo, after: datetime, last: datetime | None) -> datetime:
    """As `next_at`, on a later day there than `last`."""
    found = next_at(minute, where, after)
    while last is not None and found.astimezone(where).date() <= last.astimezone(where).date():
        found = next_at(minute, where, found)
    return found


def _plain(name: str) -> str:
    return name.strip().replace(" ", "_").lower()


def _moment(day: date, minute: int, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), where).astimezone(UTC)
