"""`/score` and `/leaderboard`: what a member types or presses, parsed."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.domain.board import Period, Scope, period_of, scope_of
from bot.domain.errors import MemberError
from bot.domain.names import shown
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.permit import guild_of
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.score import _views


class OthersBoardError(MemberError):
    """Somebody else's leaderboard message."""


class OthersScoreError(MemberError):
    """Somebody else's score."""


@slash(name="score", description="What you, or another member, have reached")
@app_commands.describe(member="Whose score; yours if left out")
async def score(interaction: Interaction, member: discord.User | None = None) -> None:
    """Show a score in private."""
    who = member or interaction.user
    if getattr(who, "bot", False):  # of somebody whom Discord does not tell, discord.py has no more than the id
        raise MemberError("Bots keep no score here. Choose a member, or leave the option out for your own.")
    await show(interaction, await _score(interaction, who.id))


async def hide(interaction: Interaction, owner_id: str, hidden: str) -> None:
    """Hide oneself from every ranking, or show oneself again. Pressed twice, it changes nothing."""
    _require_own(interaction, owner_id)
    await interaction.client.services.scores.hide(interaction.user.id, hidden=hidden == "1")
    await update(interaction, await _score(interaction, interaction.user.id))


async def share(interaction: Interaction, owner_id: str) -> None:
    """Show one's own progress to the channel, as it is now."""
    _require_own(interaction, owner_id)
    scores, me = interaction.client.services.scores, interaction.user.id
    found = await scores.of_member(guild_of(interaction), me, me)
    await show(interaction, _views.shared(found, await scores.card(found.progress)), private=False)


@slash(name="leaderboard", description="Who stands where, by right answers in first attempts")
@app_commands.describe(
    scope="Where; this server if left out", period="When; ever if left out", topic="One lesson; all if left out"
)
@app_commands.autocomplete(topic=topics)
@app_commands.choices(
    scope=[
        app_commands.Choice(name="this server", value=Scope.SERVER.value),
        app_commands.Choice(name="everywhere: all servers", value=Scope.EVERYWHERE.value),
    ],
    period=[
        app_commands.Choice(name="this week, from Monday", value=Period.WEEK.value),
        app_commands.Choice(name="this month", value=Period.MONTH.value),
        app_commands.Choice(name="always", value=Period.ALWAYS.value),
    ],
)
async def leaderboard(
    interaction: Interaction, scope: str | None = None, period: str | None = None, topic: str | None = None
) -> None:
    """Show a ranking to the channel."""
    panel = await _board(interaction, 0, scope or Scope.SERVER, period or Period.ALWAYS, topic or "")
    await show(interaction, panel, private=False)


async def page(
    interaction: Interaction,
    owner_id: str,
    number: str,
    _way: str,
    scope: str = Scope.SERVER,
    period: str = Period.ALWAYS,
    topic: str = "",
) -> None:
    """Turn the page of one's own leaderboard, or look at another period: it shows the week or month that it is now.

    Buttons of before there were scopes name none; they mean the server's ranking of always.
    """
    if str(interaction.user.id) != owner_id:
        raise OthersBoardError("This leaderboard was opened by somebody else. `/leaderboard` opens your own.")
    await update(interaction, await _board(interaction, int(number) if number.isdecimal() else 0, scope, period, topic))


async def _score(interaction: Interaction, member_id: int) -> Panel:
    scores, me = interaction.client.services.scores, interaction.user.id
    found = await scores.of_member(guild_of(interaction), member_id, me)
    return _views.score(found, await scores.card(found.progress), own=member_id == me)


async def _board(interaction: Interaction, number: int, scope: str, period: str, topic: str) -> Panel:
    found = await interaction.client.services.scores.board(
        guild_of(interaction),
        interaction.user.id,
        scope=scope_of(scope),
        period=period_of(period),
        topic=topic,
        page=number,
    )
    name = (interaction.guild and interaction.guild.name) or "this server"  # not known yet just after a start
    return _views.board(found, shown(name), interaction.user.id)


def _require_own(interaction: Interaction, owner_id: str) -> None:
    if str(interaction.user.id) != owner_id:
        raise OthersScoreError("This is somebody else's score. `/score` opens your own.")
