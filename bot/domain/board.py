"""Which ranking is looked at: of one server or of all, of which period, in one lesson or all. Periods are in UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from bot.domain.errors import MemberError
from bot.domain.names import shown

Word = TypeVar("Word", bound=StrEnum)


class NoSuchBoardError(MemberError):
    """There is no ranking of that scope, or of that period."""


class Scope(StrEnum):
    """Whose points are ranked."""

    SERVER = "server"
    EVERYWHERE = "everywhere"


class Period(StrEnum):
    """Which points are ranked: those of the week or the month that it is, or all."""

    WEEK = "week"
    MONTH = "month"
    ALWAYS = "always"

    def key(self, at: datetime) -> str:
        """The name under which the store keeps the period of a moment: `2026-W48` (ISO 8601), `2026-11`, `always`."""
        match self:
            case Period.WEEK:
                year, week, _ = at.isocalendar()
                return f"{year}-W{week:02}"
            case Period.MONTH:
                return f"{at.year}-{at.month:02}"
            case Period.ALWAYS:
                return "always"

    def since(self, at: datetime) -> date | None:
        """The first day of the period of a moment: a Monday, the first of a month; None if it has no beginning."""
        match self:
            case Period.WEEK:
                return at.date() - timedelta(days=at.weekday())
            case Period.MONTH:
                return at.date().replace(day=1)
            case Period.ALWAYS:
                return None


EVERYWHERE = 0
"""The guild id under which the standings of all servers together are kept."""

ALL_LESSONS = ""
"""The lesson id under which the standings of all lessons together are kept."""


class BoardKey(Struct, frozen=True):
    """What the store keeps a ranking under."""

    guild_id: int
    lesson_id: str
    period: str


def board_key(guild_id: int, at: datetime, scope: Scope, period: Period, lesson_id: str = ALL_LESSONS) -> BoardKey:
    """The ranking that somebody in a server looks at."""
    return BoardKey(guild_id if scope is Scope.SERVER else EVERYWHERE, lesson_id, period.key(at))


def scope_of(word: str) -> Scope:
    """The scope of that name.

    Raises:
        NoSuchBoardError: there is none.
    """
    return _named(Scope, "scope", word)


def period_of(word: str) -> Period:
    """The period of that name.

    Raises:
        NoSuchBoardError: there is none.
    """
    return _named(Period, "period", word)


def _named(kind: type[Word], noun: str, word: str) -> Word:
    try:
        return kind(word.strip().lower())
    except ValueError:
        names = ", ".join(f"`{each}`" for each in kind)
        raise NoSuchBoardError(f"There is no {noun} “{shown(word)}”. Choose one of {names}.") from None
