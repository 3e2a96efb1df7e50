"""When shards may start sessions: so many at once, so many seconds apart; who came when, and who came too early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.wire import Json

STARTS_A_DAY = 1_000
"""Sessions that a bot may start in 24 hours (Discord's documentation, "Session Start Limit")."""

DAY = 24 * 60 * 60.0


@dataclass(frozen=True)
class Identify:
    """A shard that asked to start a session: `at` in seconds since the epoch, `count` shards in all."""

    at: float
    shard: int
    count: int
    let_in: bool


class Starts:
    """The session start limit.

    Shards whose numbers are the same modulo `max_concurrency` stand in one line, and of each line one may identify
    every `every_s` seconds (Discord's documentation, "Sharding", "Max Concurrency": every 5 seconds). 0 lets all in.

    Attributes:
        log: everyone who asked, in order.
    """

    def __init__(self, clock: Callable[[], float], *, shards: int, max_concurrency: int, every_s: float) -> None:
        """Take `clock`, seconds since the epoch, and `shards`, the number that is recommended to bots."""
        self._clock = clock
        self._shards = shards
        self._max_concurrency = max_concurrency
        self._every_s = every_s
        self._last: dict[int, float] = {}
        self.log: list[Identify] = []

    @property
    def violations(self) -> list[Identify]:
        """Those who came too early, in order."""
        return [identify for identify in self.log if not identify.let_in]

    def let_in(self, shard: tuple[int, int]) -> bool:
        """Tell whether a shard (number, count) may identify now, and remember that it asked."""
        now, line = self._clock(), shard[0] % self._max_concurrency
        last = self._last.get(line)
        allowed = last is None or now - last >= self._every_s
        if allowed:
            self._last[line] = now
        self.log.append(Identify(now, *shard, allowed))
        return allowed

    def recommended(self) -> Json:
        """Return `shards` and `session_start_limit` of "Get Gateway Bot"."""
        now = self._clock()
        today = [identify.at for identify in self.log if identify.let_in and now - identify.at < DAY]
        limit = {
            "total": STARTS_A_DAY,
            "remaining": max(0, STARTS_A_DAY - len(today)),
            "reset_after": int((today[0] + DAY - now) * 1000) if today else 0,
            "max_concurrency": self._max_concurrency,
        }
        return {"shards": self._shards, "session_start_limit": limit}
