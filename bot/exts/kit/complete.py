"""What Discord suggests while a member types an option."""

from __future__ import annotations

from discord import app_commands

from bot.exts.kit.host import Interaction


async def topics(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The lessons whose name or title holds what was typed."""
    found = interaction.client.services.lessons.search(typed)
    return [app_commands.Choice(name=f"{lesson.id}: {lesson.title}"[:100], value=lesson.id) for lesson in found]
