"""Whether a role can be given and a channel be posted in, by what Discord has told of the server. Nothing is asked."""

from __future__ import annotations

import discord

from bot.domain.errors import MemberError
from bot.domain.guild import GuildSettings
from bot.exts.kit.host import Interaction
from bot.exts.kit.permit import missing_to_post
from bot.exts.settings._render import Flaws
from bot.services.lessons import LessonService

_POWERS = discord.Permissions.elevated() | discord.Permissions(mention_everyone=True)

_NAMES = {"manage_guild": "Manage Server", "moderate_members": "Timeout Members"}
"""Permissions that Discord shows by other names than its API."""


class UnfitError(MemberError):
    """The role cannot be given, or the channel not be posted in."""


def guild_known(interaction: Interaction) -> discord.Guild:
    """The server with its roles and channels.

    Raises:
        MemberError: Discord has not told of it yet.
    """
    guild = _guild(interaction)
    if guild is None:
        raise MemberError("Discord has not told Tandem of this server's roles and channels yet. Try again in a minute.")
    return guild


def check_pass_role(guild: discord.Guild, role_id: int) -> None:
    """Make sure that the bot may give a role to those who pass.

    Raises:
        UnfitError: it may not, or should not; the sentence names the remedy.
    """
    role = guild.get_role(role_id)
    if role is None:
        raise UnfitError("This role was deleted. Choose another one.")
    if problem := _giving(guild, role):
        raise UnfitError(problem)


def check_host_role(guild: discord.Guild, role_id: int) -> None:
    """Make sure that a role is there.

    Raises:
        UnfitError: it is not.
    """
    if guild.get_role(role_id) is None:
        raise UnfitError("This role was deleted. Choose another one.")


def check_channel(guild: discord.Guild, channel_id: int) -> None:
    """Make sure that the bot may post the daily question in a channel.

    Raises:
        UnfitError: it may not; the sentence names the remedy.
    """
    if problem := _posting(guild, channel_id):
        raise UnfitError(problem)


def flaws_of(interaction: Interaction, settings: GuildSettings) -> Flaws:
    """What keeps the settings from working as things are now; nothing, where Discord has not told of the server yet."""
    lesson_gone = not _has(interaction.client.services.lessons, settings.daily_lesson_id)
    guild = _guild(interaction)
    if guild is None:
        return Flaws(lesson_gone=lesson_gone)
    role = None if settings.pass_role_id is None else guild.get_role(settings.pass_role_id)
    channel_id = settings.daily_channel_id
    channel_gone = channel_id is not None and guild.get_channel(channel_id) is None
    return Flaws(
        pass_role=None if role is None else _giving(guild, role),
        pass_role_gone=settings.pass_role_id is not None and role is None,
        host_role_gone=settings.host_role_id is not None and guild.get_role(settings.host_role_id) is None,
        channel=None if channel_id is None or channel_gone else _posting(guild, channel_id),
        channel_gone=channel_gone,
        lesson_gone=lesson_gone,
    )


def _guild(interaction: Interaction) -> discord.Guild | None:
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    return None if guild is None or guild.unavailable else guild


def _has(lessons: LessonService, lesson_id: str | None) -> bool:
    return lesson_id is None or any(lesson.id == lesson_id for lesson in lessons.lessons)


def _giving(guild: discord.Guild, role: discord.Role) -> str | None:
    """Why a role should not be given to those who pass, and what helps."""
    if role.is_default():
        return "Everybody has the role @everyone already. Choose another role for those who pass."
    if role.managed:
        return f"{role.mention} belongs to an app or to Discord, so nobody can give it. Choose another role."
    if powers := [name for name, held in role.permissions & _POWERS if held]:
        return (
            f"{role.mention} carries {_named(powers)}, and a quiz must not hand out power. "
            "Choose a role without such permissions, or take them from it."
        )
    if not guild.me.guild_permissions.manage_roles:
        return f"Tandem lacks *Manage Roles*, so it cannot give {role.mention}. Allow it in the server's settings."
    if role >= guild.me.top_role:
        return (
            f"{role.mention} stands above Tandem's own role, so Tandem cannot give it. "
            "Drag Tandem's role above it in the server's settings, under *Roles*."
        )
    return None


def _named(powers: list[str]) -> str:
    """The permissions as Discord names them: all of them in one, or the first few."""
    shown = ["administrator"] if "administrator" in powers else powers[:3]
    return ", ".join(f"*{_NAMES.get(name, name.replace('_', ' ').title())}*" for name in shown)


def _posting(guild: discord.Guild, channel_id: int) -> str | None:
    """Why the daily question cannot be posted in a channel, and what helps."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        return "Tandem does not see this channel: it was deleted, or is hidden. Choose another one."
    if not isinstance(channel, discord.TextChannel):
        return f"{channel.mention} is no text channel. Choose one."
    if missing := missing_to_post(channel.permissions_for(guild.me)):
        return (
            f"Tandem may not post in {channel.mention}: it lacks {missing}. Allow it there, or choose another channel."
        )
    return None
