"""`/privacy export` and `/privacy delete`: what a member types or presses, parsed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
from discord import app_commands

from bot.domain.errors import MemberError
from bot.exts.kit.host import Interaction
from bot.exts.kit.replies import Ahead, acknowledge, hand_out, say, show, update
from bot.exts.privacy import _render, _views

ASKED_FOR = timedelta(minutes=10)
"""How long the question before everything is deleted stands."""

privacy = app_commands.Group(
    name="privacy",
    description="What Tandem holds about you",
    allowed_contexts=app_commands.AppCommandContext(guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


class TooLargeError(MemberError):
    """What is held on a member does not fit a message."""


class TooOldError(MemberError):
    """The question before everything is deleted was asked too long ago."""


@privacy.command(name="export", description="Get all that Tandem holds about you, as a file for you alone")
async def export(interaction: discord.Interaction[Any]) -> None:
    """Hand out a file in private."""
    await acknowledge(interaction, Ahead.OPENS)
    document = await interaction.client.services.privacy.document(interaction.user.id)
    if document is None:
        await say(interaction, _render.NOTHING)
        return
    if len(document.content) > interaction.filesize_limit:
        raise TooLargeError("All of it is larger than a file may be here. Ask those who run this bot for it.")
    await hand_out(interaction, _render.handed_out(document), document.content, document.name)


@privacy.command(name="delete", description="Delete everything that Tandem holds about you")
async def delete(interaction: discord.Interaction[Any]) -> None:
    """Ask once, in private."""
    until = interaction.client.clock.now() + ASKED_FOR
    await show(interaction, _views.question(int(until.timestamp())))


async def confirmed(interaction: Interaction, until_s: str) -> None:
    """Delete everything, unless the question was asked too long ago."""
    if not until_s.isdecimal() or interaction.client.clock.now().timestamp() > int(until_s):
        raise TooOldError(_render.TOO_OLD)
    await interaction.client.services.privacy.forget(interaction.user.id)
    await update(interaction, _views.deleted())


async def declined(interaction: Interaction) -> None:
    """Delete nothing."""
    await update(interaction, _views.kept())
