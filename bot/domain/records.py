"""What is kept of members beside their attempts: the runs they started, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.trace import Trace


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A finished run of a demo: who started it, and its trace."""

    id: str
    member_id: int
    guild_id: int | None
    trace: Trace
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place in a server: right answers in finished first attempts, out of the questions these asked."""

    rank: int
    member_id: int
    points: int
    asked: int
