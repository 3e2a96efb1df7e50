"""What is kept of members beside their attempts: the runs they asked for, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.domain.program import Program
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace


class KeptRun(Struct, frozen=True):
    """A run of a program that somebody asked for. Its traces, one for each of `runtimes`, come when it is done."""

    id: str
    member_id: int
    guild_id: int | None
    program: Program
    runtimes: tuple[Runtime, ...]
    asked_at: datetime
    traces: tuple[Trace, ...] = ()
    finished_at: datetime | None = None


class Standing(Struct, frozen=True):
    """A member's place in a ranking: right answers in finished first attempts, out of the questions these asked."""

    rank: int
    member_id: int
    points: int
    asked: int


class BoardPage(Struct, frozen=True):
    """One page of a ranking, counted from 0, and the place of the member who looks.

    Somebody who is hidden is on no page; `mine` is then the place that they would have.
    """

    page: int
    pages: int
    standings: Sequence[Standing]
    mine: Standing | None
    hidden: bool = False
