"""`/round`: what the host types, and what everybody presses, parsed."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.domain.round import QUESTIONS, SECONDS, Move, Round
from bot.exts.kit import permit
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.replies import show, update
from bot.exts.round import _views
from bot.exts.round._job import RoundJob


class Commands:
    """Takes answers and the host's moves, and lets the job tell the channel."""

    def __init__(self, job: RoundJob) -> None:
        self._job = job

    async def start(self, interaction: Interaction, topic: str, questions: int, seconds: int) -> None:
        """Begin a round in this channel, for those who may host."""
        guild_id = permit.guild_of(interaction)
        services, manages = interaction.client.services, permit.manages(interaction)
        if not await services.guilds.may_host(guild_id, permit.role_ids(interaction), manages=manages):
            raise permit.NotAllowedError("You may not host rounds here. Who may is set in `/settings hosts`.")
        permit.require_post(interaction)
        channel_id = interaction.channel_id or 0
        started = await services.rounds.start(
            guild_id, channel_id, interaction.user.id, topic, questions=questions, seconds=seconds
        )
        self._job.moved(None)
        await show(interaction, _views.host(started))

    async def typed(self, interaction: Interaction, move: Move) -> None:
        """Move on the round of this channel, by command."""
        played = await interaction.client.services.rounds.open_in(interaction.channel_id or 0)
        await show(interaction, _views.host(await self._moved(interaction, played, move)))

    async def skip(self, interaction: Interaction, round_id: str) -> None:
        """Close the question, or go to the next one."""
        await self._pressed(interaction, round_id, Move.SKIP)

    async def pause(self, interaction: Interaction, round_id: str) -> None:
        """Pause, or go on."""
        await self._pressed(interaction, round_id, Move.PAUSE)

    async def stop(self, interaction: Interaction, round_id: str) -> None:
        """End the round."""
        await self._pressed(interaction, round_id, Move.STOP)

    async def answer(self, interaction: Interaction, poll_id: str, option_id: str) -> None:
        """Take an answer from the question's own message; what was answered is shown in private."""
        taken = await interaction.client.services.rounds.answer(interaction.user.id, poll_id, option_id)
        self._job.answered(poll_id)
        await show(interaction, _views.chosen(taken.sheet, taken.option))

    async def change(self, interaction: Interaction, poll_id: str, option_id: str) -> None:
        """Change an answer in the private message that shows it."""
        taken = await interaction.client.services.rounds.answer(interaction.user.id, poll_id, option_id)
        self._job.answered(poll_id)
        await update(interaction, _views.chosen(taken.sheet, taken.option))

    async def _pressed(self, interaction: Interaction, round_id: str, move: Move) -> None:
        played = await interaction.client.services.rounds.load(round_id)
        await update(interaction, _views.host(await self._moved(interaction, played, move)))

    async def _moved(self, interaction: Interaction, played: Round, move: Move) -> Round:
        if move is Move.PAUSE and played.phase.paused:
            move = Move.GO_ON
        rounds, manages = interaction.client.services.rounds, permit.manages(interaction)
        moved = await rounds.move(played, move, interaction.user.id, manages=manages)
        self._job.moved(await rounds.asked_now(moved))
        return moved


def group(commands: Commands) -> app_commands.Group:
    """`/round` with its subcommands."""
    found = app_commands.Group(
        name="round",
        description="Play with a class, in this channel",
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @found.command(name="start", description="Begin a round: everybody in this channel may answer")
    @app_commands.describe(
        topic="Which lesson", questions="How many; 5 if left out", seconds="For each; 20 if left out"
    )
    @app_commands.autocomplete(topic=topics)
    async def start(  # pyright: ignore[reportUnusedFunction] - the decorator has it
        interaction: discord.Interaction[Any],
        topic: str,
        questions: app_commands.Range[int, QUESTIONS[0], QUESTIONS[-1]] = 5,
        seconds: app_commands.Range[int, SECONDS[0], SECONDS[-1]] = 20,
    ) -> None:
        await commands.start(interaction, topic, questions, seconds)

    moves = {
        Move.SKIP: "Close this question, or go to the next one",
        Move.PAUSE: "Pause the round, or go on with it",
        Move.STOP: "End the round",
    }
    for move, description in moves.items():
        found.add_command(_command(move.value, description, commands, move))
    return found


def _command(name: str, description: str, commands: Commands, move: Move) -> app_commands.Command[Any, Any, None]:
    async def typed(interaction: discord.Interaction[Any]) -> None:
        await commands.typed(interaction, move)

    return app_commands.Command(name=name, description=description, callback=typed)
