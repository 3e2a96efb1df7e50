"""A member's progress at a glance, as it is drawn on a card and told in words."""

from __future__ import annotations

from msgspec import Struct

from bot.domain.grading import LevelStrength
from bot.domain.lesson import PartId
from bot.domain.streak import Streak


class Reading(Struct, frozen=True):
    """Which parts of a lesson have been read."""

    title: str
    read: frozenset[PartId]


class Progress(Struct, frozen=True):
    """What has been read, where somebody is strong, days in a row, and how many questions are due for review."""

    lessons: tuple[Reading, ...]
    levels: tuple[LevelStrength, ...]
    streak: Streak
    due: int
