"""How well something was remembered, and how a memory of it is kept. The arithmetic is FSRS's, behind `Scheduler`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from msgspec import Struct


class Recall(Enum):
    """The grades that answers earn, of the four that FSRS knows. *Easy* is never given: nobody rates themselves."""

    FORGOTTEN = "again"
    WITH_HELP = "hard"
    REMEMBERED = "good"


RECALL = MappingProxyType(
    {
        # (right, with a hint)
        (True, False): Recall.REMEMBERED,
        (True, True): Recall.WITH_HELP,
        (False, False): Recall.FORGOTTEN,
        (False, True): Recall.FORGOTTEN,
    }
)
"""Which answer earns which grade."""


class Memory(Struct, frozen=True):
    """What is kept of one item for one member: FSRS's own state, as it serialises it, and when it is due."""

    state: str
    due_at: datetime


Scheduler = Callable[[str | None, Recall, datetime], Memory]
"""From the state before (None for something new), the grade and the time to the memory after."""


class Due(Struct, frozen=True):
    """An item that a member is about to forget, or got wrong."""

    lesson_id: str
    item_id: str
    due_at: datetime
