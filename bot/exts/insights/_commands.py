"""`/insights`: what a teacher types or presses, parsed. Whether they may is checked again with every press."""

from __future__ import annotations

from discord import app_commands

from bot.exts.insights import _render, _views
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.permit import require_manager
from bot.exts.kit.replies import hand_out, show, update
from bot.exts.kit.slash import slash
from bot.services.insights import table


@app_commands.default_permissions(manage_guild=True)
@slash(name="insights", description="For teachers: how each question of a lesson does in this server")
@app_commands.describe(topic="Which lesson")
@app_commands.autocomplete(topic=topics)
async def insights(interaction: Interaction, topic: str) -> None:
    """Show in private how the questions of a lesson do."""
    await show(interaction, await _panel(interaction, topic, 0))


async def page(interaction: Interaction, topic: str, number: str, _way: str) -> None:
    """Turn the page, with the figures as they are now."""
    await update(interaction, await _panel(interaction, topic, int(number) if number.isdecimal() else 0))


async def csv(interaction: Interaction, topic: str) -> None:
    """Send the figures as a private file."""
    found = await interaction.client.services.insights.of(require_manager(interaction), topic)
    await hand_out(interaction, _render.columns(found), table(found.items), f"insights-{found.lesson.id}.csv")


async def _panel(interaction: Interaction, topic: str, number: int) -> Panel:
    service, guild_id = interaction.client.services.insights, require_manager(interaction)
    found = await service.of(guild_id, topic)
    return _views.insights(found, await service.chart(found.items), number)
