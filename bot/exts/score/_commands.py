"""`/score` and `/leaderboard`: what a member types or presses, parsed."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.domain.errors import MemberError
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.score import _views


class OthersBoardError(MemberError):
    """Somebody else's leaderboard message."""


@slash(name="score", description="What you, or another member, have reached")
@app_commands.describe(member="Whose score; yours if left out")
async def score(interaction: Interaction, member: discord.User | None = None) -> None:
    """Show a score in private."""
    who = member or interaction.user
    if who.bot:
        raise MemberError("Bots keep no score here. Choose a member, or leave the option out for your own.")
    found = await interaction.client.services.scores.of_member(_guild_id(interaction), who.id)
    await show(interaction, _views.score(found))


@slash(name="leaderboard", description="Who stands where in this server")
async def leaderboard(interaction: Interaction) -> None:
    """Show the ranking to the channel."""
    await show(interaction, await _board(interaction, 0), private=False)


async def page(interaction: Interaction, owner_id: str, number: str, _way: str) -> None:
    """Turn the page of one's own leaderboard."""
    if str(interaction.user.id) != owner_id:
        raise OthersBoardError("This leaderboard was opened by somebody else. `/leaderboard` opens your own.")
    await update(interaction, await _board(interaction, int(number) if number.isdecimal() else 0))


async def _board(interaction: Interaction, number: int) -> Panel:
    guild_id = _guild_id(interaction)
    found = await interaction.client.services.scores.board(guild_id, interaction.user.id, number)
    name = (interaction.guild and interaction.guild.name) or "this server"  # not known yet just after a start
    return _views.board(found, discord.utils.escape_markdown(name), interaction.user.id)


def _guild_id(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise MemberError("Scores belong to a server. Use this command in one.")
    return interaction.guild_id
