"""`/round`: what a host types or presses, and what players press; the answers come from the service."""

from __future__ import annotations

from discord import app_commands

from bot.domain.round import OPEN, PAUSED, QUESTIONS, SECONDS, Move, Phase, Round
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.permit import NotAllowedError, guild_of, manages, require_post, role_ids
from bot.exts.kit.replies import show, stay_private, update
from bot.exts.kit.slash import group
from bot.exts.round import _views

rounds = group(name="round", description="A class plays in this channel, question by question")

_READING = frozenset(Phase) - OPEN - {Phase.OVER}


@rounds.command(name="start", description="Start a round in this channel")
@app_commands.describe(
    topic="Which lesson", questions="How many questions, 5 if not given", seconds="For each question, 20 if not given"
)
@app_commands.autocomplete(topic=topics)
async def start(
    interaction: Interaction,
    topic: str,
    questions: app_commands.Range[int, QUESTIONS[0], QUESTIONS[-1]] = 5,
    seconds: app_commands.Range[int, SECONDS[0], SECONDS[-1]] = 20,
) -> None:
    """Begin a round; its host gets the buttons that lead it."""
    guild_id, services = guild_of(interaction), interaction.client.services
    if not await services.guilds.may_host(guild_id, role_ids(interaction), manages=manages(interaction)):
        raise NotAllowedError(
            "Only those who may manage this server, and those with the role for hosts, can start a round. "
            "Ask one of them, or play alone: `/quiz`."
        )
    require_post(interaction)
    begun = await services.rounds.begin(
        guild_id, _channel_id(interaction), interaction.user.id, topic, questions=questions, seconds=seconds
    )
    await show(interaction, _views.control(begun))


@rounds.command(name="skip", description="Close this question now, or go on to the next one")
async def skip(interaction: Interaction) -> None:
    """Do not wait for the time to be up."""
    await _lead_here(interaction, Move.SKIP)


@rounds.command(name="pause", description="Let the time stand still, or go on")
async def pause(interaction: Interaction) -> None:
    """Pause the round of this channel; a paused one goes on."""
    running = await interaction.client.services.rounds.running_in(_channel_id(interaction))
    await _lead_here(interaction, Move.RESUME if running.phase in PAUSED else Move.PAUSE)


@rounds.command(name="stop", description="End the round of this channel")
async def stop(interaction: Interaction) -> None:
    """End it, and tell the result."""
    await _lead_here(interaction, Move.STOP)


async def answer(interaction: Interaction, poll_id: str, option_id: str) -> None:
    """Take an answer, or change it; it is on disk before the member reads of it."""
    taken, round_ = await interaction.client.services.rounds.answer(interaction.user.id, poll_id, option_id)
    panel = _views.chosen(taken, round_)
    await stay_private(interaction, panel)


async def press_skip(interaction: Interaction, round_id: str, ends: str) -> None:
    """Close the question, or end the time to read; what is over already is only shown."""
    await _press(interaction, round_id, Move.SKIP, OPEN if ends == _views.ASKED else _READING)


async def press_pause(interaction: Interaction, round_id: str) -> None:
    """Let the time stand still."""
    await _press(interaction, round_id, Move.PAUSE, frozenset(Phase) - PAUSED - {Phase.OVER})


async def press_resume(interaction: Interaction, round_id: str) -> None:
    """Go on."""
    await _press(interaction, round_id, Move.RESUME, PAUSED)


async def press_stop(interaction: Interaction, round_id: str) -> None:
    """End the round."""
    await _press(interaction, round_id, Move.STOP, frozenset(Phase) - {Phase.OVER})


async def _press(interaction: Interaction, round_id: str, move: Move, among: frozenset[Phase]) -> None:
    """Move a round by one of its host's buttons, and show them as they are then."""
    services = interaction.client.services
    found = await services.rounds.load(round_id)
    await update(interaction, _views.control(await _led(interaction, found, move, among)))


async def _lead_here(interaction: Interaction, move: Move) -> None:
    running = await interaction.client.services.rounds.running_in(_channel_id(interaction))
    await show(interaction, _views.control(await _led(interaction, running, move, frozenset(Phase))))


async def _led(interaction: Interaction, found: Round, move: Move, among: frozenset[Phase]) -> Round:
    rounds_ = interaction.client.services.rounds
    return await rounds_.lead(found, interaction.user.id, move, manages=manages(interaction), among=among)


def _channel_id(interaction: Interaction) -> int:
    guild_of(interaction)
    assert interaction.channel_id is not None  # noqa: S101 - what is done in a server is done in a channel of it
    return interaction.channel_id
