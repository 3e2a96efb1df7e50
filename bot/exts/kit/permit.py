"""Who may do what in a server, checked again when a command is used: Discord only hides it."""

from __future__ import annotations

import discord

from bot.domain.errors import MemberError
from bot.exts.kit.host import Interaction


class NotAllowedError(MemberError):
    """The member, or the bot, lacks a permission."""


def guild_of(interaction: Interaction) -> int:
    """The id of the server.

    Raises:
        MemberError: the interaction comes from a direct message.
    """
    if interaction.guild_id is None:
        raise MemberError("This belongs to a server. Use it in one.")
    return interaction.guild_id


def manages(interaction: Interaction) -> bool:
    """Whether the member may manage the server."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def require_manager(interaction: Interaction) -> int:
    """The id of the server that the member manages.

    Raises:
        NotAllowedError: they do not.
    """
    guild_id = guild_of(interaction)
    if not manages(interaction):
        raise NotAllowedError("Only those who may manage this server can do this. Ask one of them.")
    return guild_id


def role_ids(interaction: Interaction) -> frozenset[int]:
    """The roles of the member who acts; everybody has the one whose id is the server's."""
    member = interaction.user
    mine = {role.id for role in member.roles} if isinstance(member, discord.Member) else set[int]()
    return frozenset(mine | ({interaction.guild_id} if interaction.guild_id else set[int]()))


def require_post(interaction: Interaction) -> None:
    """Make sure that the bot may post messages with pictures in this channel.

    Raises:
        NotAllowedError: it may not; the sentence says what is missing.
    """
    mine = interaction.app_permissions
    if missing := missing_to_post(mine):
        raise NotAllowedError(f"Tandem may not post here: it lacks {missing}. Ask a moderator, or use another channel.")


def missing_to_post(mine: discord.Permissions) -> str:
    """The permissions, in Discord's words, that the bot lacks for posting; empty if none."""
    needed = {"View Channel": mine.view_channel, "Send Messages": mine.send_messages, "Attach Files": mine.attach_files}
    return ", ".join(f"*{name}*" for name, held in needed.items() if not held)
