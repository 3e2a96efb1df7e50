"""Settings in words. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bot.domain.guild import GuildSettings
from bot.domain.hours import clock_time
from bot.exts.settings._options import Section, wait

HEADING = "## Settings of this server\n-# Only you see this panel. A change counts at once, for everybody here."


class Flaws(Struct, frozen=True):
    """What keeps a setting from working, in a sentence each; None where nothing does."""

    pass_role: str | None = None
    pass_role_gone: bool = False
    host_role_gone: bool = False
    channel: str | None = None
    channel_gone: bool = False
    lesson_gone: bool = False

    @property
    def told(self) -> list[str]:
        """The sentences."""
        return [f"⚠ {flaw}" for flaw in (self.pass_role, self.channel) if flaw]


def summary(settings: GuildSettings, flaws: Flaws) -> str:
    """All that is set, a line a section, and what keeps it from working."""
    lines = [f"**{section.heading}:** {words}" for section, words in _lines(settings, flaws)]
    return "\n".join([*lines, *flaws.told])


def _lines(settings: GuildSettings, flaws: Flaws) -> Iterator[tuple[Section, str]]:
    gift = "no role"
    if settings.pass_role_id is not None:
        gift = "a role that was deleted" if flaws.pass_role_gone else f"<@&{settings.pass_role_id}>"
    again = "at once" if settings.cooldown_h == 0 else f"after {wait(settings.cooldown_h)}"
    yield Section.TEST, f"passed with {settings.pass_mark} %, gives {gift}; again {again}"
    yield Section.ROUNDS, f"hosted by {hosts(settings, flaws)}"
    yield Section.DAILY, daily(settings, flaws)
    yield Section.LANGUAGE, f"{settings.language.label} first"


def hosts(settings: GuildSettings, flaws: Flaws) -> str:
    """Who may host rounds."""
    if settings.host_role_id is None:
        return "those who manage the server"
    if settings.host_role_id == settings.guild_id:
        return "everybody"
    role = "a role that was deleted" if flaws.host_role_gone else f"<@&{settings.host_role_id}>"
    return f"{role}, and those who manage the server"


def daily(settings: GuildSettings, flaws: Flaws) -> str:
    """Where and when the question of the day comes."""
    at = f"at {clock_time(settings.daily_minute)} ({settings.time_zone})"
    if settings.daily_channel_id is None:
        return f"off; it would come {at}"
    where = "a channel that was deleted" if flaws.channel_gone else f"<#{settings.daily_channel_id}>"
    return f"in {where}, {at}, {lessons(settings, flaws)}"


def lessons(settings: GuildSettings, flaws: Flaws) -> str:
    """Which lessons the question of the day is from."""
    if settings.daily_lesson_id is None:
        return "from all lessons"
    gone = f", since there is no `{settings.daily_lesson_id}` any more"
    return f"from all lessons{gone}" if flaws.lesson_gone else f"from `{settings.daily_lesson_id}`"


ABOUT = {
    Section.TEST: "`/test` draws ten questions. With these settings it is passed, and taken again.",
    Section.ROUNDS: "Who may start a round with `/round start`. Those who manage the server always may.",
    Section.DAILY: "One question a day, answered by buttons, and explained when the next one comes.",
    Section.LANGUAGE: "Which snippets of a lesson come first, and what `/demo` runs in unless somebody says otherwise.",
}
"""What each section is for."""
