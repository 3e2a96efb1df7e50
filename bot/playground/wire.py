"""JSON, snowflakes and timestamps, the way Discord writes them; the clock is handed in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
"""A JSON object on its way in or out: the protocol's shapes are Discord's, so they are not typed a second time."""

DISCORD_EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015 (Discord's API reference, "Snowflakes")."""

LARGEST_SNOWFLAKE = 2**64 - 1


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


def snowflake(value: object) -> int | None:
    """Return the id that `value` spells (string or integer), or None when it is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    digits = str(value)[:21]
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    return number if number <= LARGEST_SNOWFLAKE else None


def iso(seconds: float) -> str:
    """Return seconds since the Unix epoch as Discord's timestamps look: ISO 8601, microseconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def parsed(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: it is not JSON, or it is nested beyond reason.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def written(value: Any) -> str:
    """Return a value as JSON without needless space."""
    return json.dumps(value, separators=(",", ":"))


def as_object(value: Any) -> Json:
    """Return a JSON object as it is; anything else counts as an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a JSON list as it is; anything else counts as an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects(value: Any) -> list[Json]:
    """Return the JSON objects of a list; anything else counts as none."""
    return [cast("Json", item) for item in as_list(value) if isinstance(item, dict)]
