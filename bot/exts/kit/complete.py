"""What Discord suggests while a member types an option."""

from __future__ import annotations

from discord import app_commands

from bot.domain import hours
from bot.exts.kit.host import Interaction


async def topics(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The lessons whose name or title holds what was typed."""
    found = interaction.client.services.lessons.search(typed)
    return [app_commands.Choice(name=f"{lesson.id}: {lesson.title}"[:100], value=lesson.id) for lesson in found]


async def time_zones(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The time zones whose name holds what was typed."""
    return [app_commands.Choice(name=name, value=name) for name in hours.matching_zones(typed)]
