"""`/test`: what a member types or presses, parsed. Whatever it was, the message then shows where the test stands."""

from __future__ import annotations

import asyncio

from discord import Member, app_commands

from bot.domain.attempt import Attempt
from bot.domain.errors import MemberError
from bot.exts.kit import run_picture
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import Ahead, acknowledge, show, update
from bot.exts.kit.slash import slash
from bot.exts.test import _card, _render, _role, _views
from bot.services.quizzes import GoneError, Sheet
from bot.services.tests import Outcome


@slash(name="test", description="Ten questions, no hints, one hour: what you can do, and what to read again")
@app_commands.describe(topic="Which lesson")
@app_commands.autocomplete(topic=topics)
async def test(interaction: Interaction, topic: str | None = None) -> None:  # noqa: PT028 - no test of pytest
    """Begin a test, or go on with the one that is open."""
    await start(interaction, topic or interaction.client.services.lessons.lessons[0].id)


async def start(interaction: Interaction, topic: str) -> None:
    """As the command, from a button elsewhere."""
    services, guild_id = interaction.client.services, interaction.guild_id
    settings = await services.guilds.settings(guild_id)
    attempt = await services.tests.begin(interaction.user.id, settings, guild_id, topic)
    await _stand(interaction, attempt, _render.resumed(attempt), own=True)


async def answer(interaction: Interaction, attempt_id: str, question_id: str, option_id: str) -> None:
    """Take an answer; it is on disk before the next question is shown."""
    tests = interaction.client.services.tests
    attempt, taken = await tests.answer(interaction.user.id, attempt_id, question_id, option_id)
    await _stand(interaction, attempt, "" if taken else _render.CHANGED)


async def go_on(interaction: Interaction, attempt_id: str) -> None:
    """Show where a test stands, in the message clicked: the question to answer next, or the result."""
    attempt = await interaction.client.services.tests.go_on(interaction.user.id, attempt_id)
    await _stand(interaction, attempt)


async def look(interaction: Interaction, attempt_id: str, number: str, _way: str = "") -> None:
    """Explain a question of a finished test."""
    attempt = await _finished(interaction, attempt_id)
    index = min(int(number), len(attempt.layout) - 1) if number.isdecimal() else 0
    try:
        sheet = interaction.client.services.quizzes.sheet(attempt, index)
    except GoneError:
        sheet = None
    picture = None if sheet is None else await run_picture.beside(interaction, sheet)
    await update(interaction, _views.page(attempt, sheet, index, picture))


async def share(interaction: Interaction, attempt_id: str) -> None:
    """Post the result to the channel, with a card. Drawing may take long, so the click is acknowledged first."""
    outcome = await _outcome(interaction, await _finished(interaction, attempt_id))
    await acknowledge(interaction, Ahead.OPENS, private=False)
    card = await asyncio.to_thread(_card.drawn, outcome)
    await show(interaction, _views.shared(outcome, card), private=False)


async def _finished(interaction: Interaction, attempt_id: str) -> Attempt:
    attempt = await interaction.client.services.tests.go_on(interaction.user.id, attempt_id)
    if not attempt.finished:
        raise MemberError("This test is not over yet. `/test` goes on with it.")
    return attempt


async def _stand(interaction: Interaction, attempt: Attempt, note: str = "", *, own: bool = False) -> None:
    """Show where a test stands, in the message clicked or one of its `own`. Whoever has passed gets the role."""
    respond = show if own else update
    if not attempt.finished:
        await respond(interaction, await _question(interaction, attempt, note))
        return
    outcome = await _outcome(interaction, attempt)
    notes = [_render.resting(outcome.again_at)] if own and outcome.again_at is not None else []
    role_id = await _role.owed(interaction.client, attempt)
    if role_id is None or _bears(interaction, attempt, role_id):
        await respond(interaction, _views.result(outcome, notes))
        return
    await acknowledge(interaction, Ahead.OPENS if own else Ahead.CHANGES)  # Discord may take long to give it
    given = await _role.give(interaction.client, attempt, role_id)
    await respond(interaction, _views.result(outcome, [*notes, given.told], role=given.failed))


async def _question(interaction: Interaction, attempt: Attempt, note: str) -> Panel:
    sheet: Sheet = interaction.client.services.quizzes.sheet(attempt, attempt.position)
    return _views.question(sheet, await run_picture.beside(interaction, sheet), note)


async def _outcome(interaction: Interaction, attempt: Attempt) -> Outcome:
    services = interaction.client.services
    return await services.tests.outcome(attempt, await services.guilds.settings(interaction.guild_id))


def _bears(interaction: Interaction, attempt: Attempt, role_id: int) -> bool:
    """Whether the member has the role already, as far as this click tells."""
    member = interaction.user
    here = interaction.guild_id == attempt.guild_id
    return here and isinstance(member, Member) and member.get_role(role_id) is not None
