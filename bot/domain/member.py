"""What a member has chosen: whether they are hidden from ranks, and when they are reminded of what is due."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class MemberChoices(Struct, frozen=True):
    """The choices of a member, or what holds where they have chosen nothing.

    `remind_minute` is counted from midnight in `time_zone`; both stay when reminders are stopped, to be offered again.
    Reminders are on while `remind_at` says when the next comes. `reminded_at` is the moment for which the
    last was sent, and `inbox_closed_at` when one could not be, until the member has been told.
    """

    member_id: int
    hidden: bool = False
    time_zone: str | None = None
    remind_minute: int | None = None
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    inbox_closed_at: datetime | None = None
