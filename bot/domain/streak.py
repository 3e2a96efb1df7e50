"""How many days in a row somebody has answered something. Pure: which day it is where they live is handed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from msgspec import Struct


class Streak(Struct, frozen=True):
    """Days in a row up to today, or up to yesterday while there is still time to go on today."""

    days: int
    today: bool
    """Whether today is one of them."""


def streak(played: Collection[date], today: date) -> Streak:
    """The days in a row that end today, or yesterday if nothing was answered today yet; days to come do not count."""
    days, one = set(played), timedelta(days=1)
    first = today if today in days else today - one
    length = 0
    while first - length * one in days:
        length += 1
    return Streak(length, today in days)
