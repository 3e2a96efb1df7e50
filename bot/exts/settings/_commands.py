"""`/settings`: what a manager types, chooses or fills in, parsed. Whether they may is checked again every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.guild import GuildSettings
from bot.domain.hours import minute_of_day, zone
from bot.exts.kit import form
from bot.exts.kit.actions import Chosen, Picked
from bot.exts.kit.complete import time_zones, topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.permit import require_manager
from bot.exts.kit.replies import sentence_for, show, stay_private
from bot.exts.kit.slash import slash
from bot.exts.settings import _checks, _views
from bot.exts.settings._options import (
    ALL_LESSONS,
    OFF,
    SECTIONS,
    NoSuchSettingError,
    Section,
    Setting,
    changes,
    check_options,
    offers,
    setting_named,
)

Work = Callable[[int], Mapping[str, Any]]
"""What is to be stored for the server of that id; it raises a `MemberError` where it cannot be."""


class TextPlace(app_commands.Transformer):
    """The id of a channel in which one may write; also of one that the bot does not know."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        """Its id."""
        return int(value.id)


@app_commands.default_permissions(manage_guild=True)
@slash(name="settings", description="For those who manage this server: what Tandem does here")
@app_commands.describe(
    setting="What to set; without it, all settings are shown",
    value="What to set it to, such as 80 for pass-mark",
    role="With pass-role or hosts",
    channel="With daily: where the question of the day is posted",
    time="With daily: hours and minutes, such as 9:00",
    timezone="With daily: such as Europe/Berlin",
    topic="With daily: which lesson the questions are from",
)
@app_commands.autocomplete(timezone=time_zones, topic=topics)
async def settings(
    interaction: Interaction,
    setting: str | None = None,
    value: str | None = None,
    role: discord.Role | None = None,
    channel: app_commands.Transform[int, TextPlace] | None = None,
    time: str | None = None,
    timezone: str | None = None,
    topic: str | None = None,
) -> None:
    """Show all settings in private, having set what was given."""
    guild_id = require_manager(interaction)
    named = None if setting is None else setting_named(setting)
    given = {
        "value": value,
        "role": None if role is None else role.id,
        "channel": channel,
        "time": time,
        "timezone": timezone,
        "topic": topic,
    }
    given = {name: what for name, what in given.items() if what is not None}
    check_options(named, given.keys())
    guilds = interaction.client.services.guilds
    if named is None or not given:
        section = Section.TEST if named is None else SECTIONS[named]
        await show(interaction, _panel(interaction, await guilds.settings(guild_id), section))
        return
    stored = await guilds.change(guild_id, **_given(interaction, named, given))
    await show(interaction, _panel(interaction, stored, SECTIONS[named], _saved(named, stored)))


@settings.autocomplete("setting")
async def names(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The settings whose name holds what was typed."""
    word = typed.strip().lower()
    return [app_commands.Choice(name=name.value, value=name.value) for name in Setting if word in name.value]


@settings.autocomplete("value")
async def values(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The values of the setting that was chosen."""
    try:
        setting = setting_named(str(getattr(interaction.namespace, "setting", None) or ""))
    except NoSuchSettingError:
        return []
    word = typed.strip().lower()
    return [
        app_commands.Choice(name=name, value=value)
        for name, value in offers(setting)
        if word in name.lower() or word in value
    ]


async def section(interaction: Interaction, chosen: Chosen) -> None:
    """Turn to another section, in the same panel."""
    guild_id = require_manager(interaction)
    stored = await interaction.client.services.guilds.settings(guild_id)
    await stay_private(interaction, _panel(interaction, stored, _section(chosen[0])))


async def choose(interaction: Interaction, name: str, chosen: Chosen) -> None:
    """Set what was chosen in a menu of values."""
    await press(interaction, name, chosen[0])


async def press(interaction: Interaction, name: str, value: str) -> None:
    """Set what a button says."""
    setting = setting_named(name)
    await _change(interaction, setting, lambda guild_id: changes(setting, value, guild_id))


async def pick_role(interaction: Interaction, name: str, chosen: Picked) -> None:
    """Set a role, or none."""
    setting = setting_named(name)
    await _change(interaction, setting, lambda _: _role(interaction, setting, int(chosen[0]) if chosen else None))


async def pick_channel(interaction: Interaction, chosen: Picked) -> None:
    """Set the channel of the daily question, or none."""

    def work(guild_id: int) -> Mapping[str, Any]:
        return _channel(interaction, int(chosen[0])) if chosen else changes(Setting.DAILY, OFF, guild_id)

    await _change(interaction, Setting.DAILY, work)


async def pick_topic(interaction: Interaction, chosen: Chosen) -> None:
    """Set the lesson of the daily question, or all of them."""

    def work(guild_id: int) -> Mapping[str, Any]:
        every = chosen[0] == ALL_LESSONS
        return changes(Setting.DAILY, ALL_LESSONS, guild_id) if every else _topic(interaction, chosen[0])

    await _change(interaction, Setting.DAILY, work)


async def ask_time(interaction: Interaction) -> None:
    """Open the form in which the hour of the daily question is set."""
    guild_id = require_manager(interaction)
    fields = _views.time_fields(await interaction.client.services.guilds.settings(guild_id))
    await form.ask(interaction, _views.TIME, title="Question of the day", fields=fields)


async def set_time(interaction: Interaction, given: Mapping[str, Any]) -> None:
    """Set the hour of the daily question."""
    time, where = form.typed(given, "time"), form.typed(given, "timezone")
    await _change(interaction, Setting.DAILY, lambda _: _time(time) | _zone(where))


async def _change(interaction: Interaction, setting: Setting, work: Work) -> None:
    """Change a setting in the panel. What is refused is said there, and the menus go back to what is set."""
    guild_id, guilds = require_manager(interaction), interaction.client.services.guilds
    try:
        stored = await guilds.change(guild_id, **work(guild_id))
        said = _saved(setting, stored)
    except MemberError as error:
        stored = await guilds.settings(guild_id)
        said = _views.Said(sentence_for(interaction, error) or "", done=False)
    await stay_private(interaction, _panel(interaction, stored, SECTIONS[setting], said))


def _panel(interaction: Interaction, stored: GuildSettings, section: Section, said: _views.Said | None = None) -> Panel:
    lessons = interaction.client.services.lessons.lessons
    return _views.panel(stored, _checks.flaws_of(interaction, stored), lessons, section, said)


def _saved(setting: Setting, stored: GuildSettings) -> _views.Said:
    if setting is Setting.DAILY and stored.daily_channel_id is None:
        return _views.Said("✓ Saved. There is no question of the day until you choose a channel.", done=True)
    return _views.SAVED


def _given(interaction: Interaction, setting: Setting, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be stored for the options of the command. Nothing is, if one of them cannot be used."""
    guild_id, found = interaction.guild_id or 0, dict[str, Any]()
    for name, what in given.items():
        match name:
            case "role":
                found |= _role(interaction, setting, what)
            case "channel":
                found |= _channel(interaction, what)
            case "time":
                found |= _time(what)
            case "timezone":
                found |= _zone(what)
            case "topic":
                found |= _topic(interaction, what)
            case _:
                found |= changes(setting, what, guild_id)
    return found


def _role(interaction: Interaction, setting: Setting, role_id: int | None) -> dict[str, Any]:
    if setting is Setting.PASS_ROLE:
        if role_id is not None:
            _checks.check_pass_role(_checks.guild_known(interaction), role_id)
        return {"pass_role_id": role_id}
    if role_id is not None:
        _checks.check_host_role(_checks.guild_known(interaction), role_id)
    return {"host_role_id": role_id}


def _channel(interaction: Interaction, channel_id: int) -> dict[str, Any]:
    _checks.check_channel(_checks.guild_known(interaction), channel_id)
    return {"daily_channel_id": channel_id}


def _time(text: str) -> dict[str, Any]:
    return {"daily_minute": minute_of_day(text)}


def _zone(name: str) -> dict[str, Any]:
    return {"time_zone": zone(name).key}


def _topic(interaction: Interaction, topic: str) -> dict[str, Any]:
    return {"daily_lesson_id": interaction.client.services.lessons.lesson(topic).id}


def _section(name: str) -> Section:
    if name not in set(Section):
        raise NoSuchSettingError("This section is not there any more. `/settings` shows those that are.")
    return Section(name)
