"""Answers to the question of the day: what a member presses, parsed."""

from __future__ import annotations

from bot.exts.daily import _views
from bot.exts.daily._counts import Counts
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import show, update


class Answers:
    """Takes answers, and lets it be shown how many there are."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def answer(self, interaction: Interaction, poll_id: str, option_id: str) -> None:
        """Take an answer from the question's own message; what was answered is shown in private."""
        await show(interaction, await self._taken(interaction, poll_id, option_id))

    async def change(self, interaction: Interaction, poll_id: str, option_id: str) -> None:
        """Change an answer in the private message that shows it."""
        await update(interaction, await self._taken(interaction, poll_id, option_id))

    async def _taken(self, interaction: Interaction, poll_id: str, option_id: str) -> Panel:
        taken = await interaction.client.services.daily.answer(interaction.user.id, poll_id, option_id)
        self._counts.answered(taken.sheet.poll)
        return _views.mine(taken.sheet, taken.option)
