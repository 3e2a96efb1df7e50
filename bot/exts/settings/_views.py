"""Settings as one panel: all that is set, in words, and what changes one section of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ButtonStyle, SelectOption, ui
from msgspec import Struct

from bot.domain.guild import GuildSettings
from bot.domain.hours import clock_time
from bot.domain.lesson import Lesson
from bot.domain.schedule import Runtime
from bot.exts.kit.panel import ACCENT, BAD, GOOD, Panel
from bot.exts.kit.parts import Choose, Part, PickChannel, PickRole, Press, row, rule
from bot.exts.kit.words import clip
from bot.exts.settings import _render
from bot.exts.settings._options import ALL_LESSONS, EVERYBODY, MANAGERS, OFF, Section, Setting, offers
from bot.exts.settings._render import Flaws

SECTION, CHOOSE, SET = "settings.section", "settings.choose", "settings.set"
ROLE, CHANNEL, TOPIC = "settings.role", "settings.channel", "settings.topic"
ASK_TIME, TIME = "settings.when", "settings.time"

MOST_OPTIONS = 25
"""What a menu may hold, by Discord's limit."""


class Said(Struct, frozen=True):
    """What became of a change, above the panel."""

    sentence: str
    done: bool

    @property
    def colour(self) -> discord.Colour:
        """The colour of the panel's edge."""
        return GOOD if self.done else BAD


SAVED = Said("✓ Saved.", done=True)


def panel(
    settings: GuildSettings, flaws: Flaws, lessons: Sequence[Lesson], section: Section, said: Said | None = None
) -> Panel:
    """All settings in words, and the menus and buttons of one section."""
    return Panel(
        _render.HEADING,
        _render.summary(settings, flaws),
        f"**{said.sentence}**" if said else None,
        rule(),
        row(Choose(SECTION, options=_sections(section))),
        f"-# {_render.ABOUT[section]}",
        *_controls(settings, flaws, lessons, section),
        colour=said.colour if said else ACCENT,
    )


def time_fields(settings: GuildSettings) -> list[ui.Item[Any]]:
    """The fields of the form in which the hour of the daily question is set, as it is now."""
    time = ui.TextInput[Any](custom_id="time", default=clock_time(settings.daily_minute), max_length=20)
    zone = ui.TextInput[Any](custom_id="timezone", default=settings.time_zone, max_length=64)
    return [
        ui.Label(text="Time", description="Hours and minutes, such as 8:30 or 17:00", component=time),
        ui.Label(text="Time zone", description="A city or a zone, such as Berlin or America/New_York", component=zone),
    ]


def _sections(chosen: Section) -> list[SelectOption]:
    return [SelectOption(label=one.heading, value=one.value, default=one is chosen) for one in Section]


def _controls(
    settings: GuildSettings, flaws: Flaws, lessons: Sequence[Lesson], section: Section
) -> Iterator[Part | str | None]:
    match section:
        case Section.TEST:
            role = None if flaws.pass_role_gone else settings.pass_role_id
            yield "**Role for those who pass**"
            yield row(PickRole(ROLE, Setting.PASS_ROLE.value, placeholder="No role", chosen=role))
            yield "**Pass mark**"
            yield row(_choice(Setting.PASS_MARK, settings.pass_mark))
            yield "**Time between two tests**"
            yield row(_choice(Setting.COOLDOWN, settings.cooldown_h))
        case Section.ROUNDS:
            everybody, only_managers = settings.host_role_id == settings.guild_id, settings.host_role_id is None
            role = None if everybody or flaws.host_role_gone else settings.host_role_id
            yield "**Who may host, too**"
            yield row(PickRole(ROLE, Setting.HOSTS.value, placeholder="Choose a role", chosen=role))
            yield row(
                _one_of(Setting.HOSTS, EVERYBODY, "Everybody", chosen=everybody),
                _one_of(Setting.HOSTS, MANAGERS, "Only managers", chosen=only_managers),
            )
        case Section.DAILY:
            yield from _daily(settings, flaws, lessons)
        case Section.LANGUAGE:
            yield row(
                *(_one_of(Setting.LANGUAGE, one.value, one.label, chosen=settings.language is one) for one in Runtime)
            )


def _daily(settings: GuildSettings, flaws: Flaws, lessons: Sequence[Lesson]) -> Iterator[Part | str | None]:
    channel = None if flaws.channel_gone else settings.daily_channel_id
    all_lessons = settings.daily_lesson_id is None or flaws.lesson_gone
    options = [SelectOption(label="All lessons", value=ALL_LESSONS, default=all_lessons)] + [
        SelectOption(
            label=clip(lesson.title, 100),
            value=lesson.id,
            default=not all_lessons and lesson.id == settings.daily_lesson_id,
        )
        for lesson in lessons[: MOST_OPTIONS - 1]
    ]
    yield "**Channel**"
    yield row(PickChannel(CHANNEL, placeholder="Off: choose a channel", chosen=channel))
    yield "**Lesson**"
    yield row(Choose(TOPIC, options=options, placeholder=settings.daily_lesson_id))
    yield row(
        Press(ASK_TIME, label="Time and time zone", style=ButtonStyle.primary),
        Press(SET, Setting.DAILY.value, OFF, label="Switch off", disabled=settings.daily_channel_id is None),
    )


def _choice(setting: Setting, chosen: int) -> Choose:
    options = [
        SelectOption(label=name[0].upper() + name[1:], value=value, default=value == str(chosen))
        for name, value in offers(setting)
    ]
    return Choose(CHOOSE, setting.value, options=options, placeholder=str(chosen))


def _one_of(setting: Setting, value: str, label: str, *, chosen: bool) -> Press:
    style = ButtonStyle.primary if chosen else ButtonStyle.secondary
    return Press(SET, setting.value, value, label=f"✓ {label}" if chosen else label, style=style, disabled=chosen)
