"""Snowflakes and timestamps, written the way Discord writes them; the clock is handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
"""A JSON object on its way in or out: the protocol's shapes are Discord's, so they are not typed a second time."""

DISCORD_EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015 (Discord's API reference, "Snowflakes")."""


class Snowflakes:
    """Hand out ids that grow with time and are never handed out twice."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take `clock`, seconds since the Unix epoch."""
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return an id greater than all before it, even when the clock stands still or goes back."""
        millis = int(self._clock() * 1000) - DISCORD_EPOCH_MS
        self._last = max(millis << 22, self._last + 1)
        return self._last


def iso(seconds: float) -> str:
    """Return seconds since the Unix epoch as Discord's timestamps look: ISO 8601, microseconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def snowflake(text: object) -> int | None:
    """Return the id that `text` spells (string or integer), or None when it is no id."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        return None
    digits = str(text)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None
