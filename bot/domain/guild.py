"""What a server has set: who passes a test and what they get, who hosts, the question a day, which language first."""

from __future__ import annotations

from msgspec import Struct

from bot.domain.schedule import Runtime

PASS_MARKS = (50, 60, 70, 75, 80, 85, 90, 95, 100)
"""The marks that a server may choose, in percent."""

COOLDOWNS_H = (0, 1, 6, 12, 24, 48, 72, 168)
"""The hours between two tests that a server may choose."""


class GuildSettings(Struct, frozen=True):
    """The settings of a server, or what holds where it has set nothing.

    `host_role_id` is who may host rounds beside those who may manage the server; the server's own id stands for
    everybody. The daily question is posted to `daily_channel_id` at `daily_minute` after midnight in `time_zone`.
    """

    guild_id: int
    pass_role_id: int | None = None
    pass_mark: int = 80
    cooldown_h: int = 24
    host_role_id: int | None = None
    daily_channel_id: int | None = None
    daily_minute: int = 9 * 60
    daily_lesson_id: str | None = None
    time_zone: str = "UTC"
    language: Runtime = Runtime.NODE
