"""The interaction object as INTERACTION_CREATE carries it; how its `data` comes about is told in `request`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.interaction import Interaction
    from bot.playground.model import Channel, Member
    from bot.playground.wire import Json
    from bot.playground.world import World

ATTACHMENT_LIMIT = 10 * 1024 * 1024
"""Bytes that one uploaded file may have."""


def interaction_payload(world: World, interaction: Interaction) -> Json:
    """Return Discord's interaction object."""
    channel, member = interaction.channel, interaction.member
    in_guild = channel.guild_id is not None
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.ask),
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": channel_payload(world, member, channel),
        "token": interaction.token,
        "version": 1,
        "app_permissions": str(world.permissions(world.bot_member_of(channel.guild_id), channel)),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.installed_for(),
        "context": 0 if in_guild else 1,
        "attachment_size_limit": ATTACHMENT_LIMIT,
    }
    if in_guild:
        guild = world.guild_of(channel)
        payload["guild_id"] = str(guild.id)
        payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        payload["guild_locale"] = "en-US"
        payload["member"] = member_payload(world, member, channel)
    else:
        payload["user"] = member.user.payload()
    if interaction.message is not None:
        payload["message"] = interaction.message.payload()
    return payload


def member_payload(world: World, member: Member, channel: Channel) -> Json:
    """Return a member with the permissions they have in the channel, as interactions show members."""
    return member.payload() | {"permissions": str(world.permissions(member, channel))}


def channel_payload(world: World, member: Member, channel: Channel) -> Json:
    """Return a channel with the permissions that the member has there, as interactions show channels."""
    return channel.payload() | {"permissions": str(world.permissions(member, channel))}
