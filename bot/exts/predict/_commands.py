"""`/predict`: what a member types or presses, parsed; what was picked is stored before the program runs."""

from __future__ import annotations

from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.lesson import Level
from bot.exts.kit.actions import StaleButtonError
from bot.exts.kit.host import Interaction
from bot.exts.kit.live import run_live
from bot.exts.kit.replies import Ahead, acknowledge, show, update, update_drawn
from bot.exts.kit.slash import slash
from bot.exts.predict import _views
from bot.services.demos import UnderWayError
from bot.services.predictions import Sheet


@slash(name="predict", description="Say what a program will do, then see it run")
@app_commands.describe(level="How hard; easy, if you do not choose")
@app_commands.choices(
    level=[
        app_commands.Choice(name="easy: in turn or together", value=Level.EASY.value),
        app_commands.Choice(name="medium: nested, limits, races, missing await", value=Level.MEDIUM.value),
        app_commands.Choice(name="hard: failures, deadlines and all that", value=Level.HARD.value),
    ]
)
async def predict(interaction: Interaction, level: str | None = None) -> None:
    """Ask for a prediction in private."""
    await _ask(interaction, level)


async def another(interaction: Interaction, level: str) -> None:
    """Ask for another one, in a message of its own."""
    await _ask(interaction, level)


async def pick(interaction: Interaction, prediction_id: str, mark: str, choice: str) -> None:
    """Take a prediction, then run the program; whoever has picked before gets the run, and the first pick stands."""
    if not choice.isdecimal():
        raise StaleButtonError
    predictions = interaction.client.services.predictions
    sheet = await predictions.answer(interaction.user.id, prediction_id, mark, int(choice))
    await _go_on(interaction, sheet, pressed=int(choice))


async def run(interaction: Interaction, prediction_id: str, mark: str) -> None:
    """Run the program of a prediction that was made, once more."""
    sheet = await interaction.client.services.predictions.load(interaction.user.id, prediction_id, mark)
    if sheet.prediction.choice is None:
        raise MemberError("Pick one of the four first: `/predict` is about what you expect.")
    await _go_on(interaction, sheet)


async def _ask(interaction: Interaction, level: str | None) -> None:
    predictions = interaction.client.services.predictions
    await show(interaction, _views.question(await predictions.ask(interaction.user.id, interaction.guild_id, level)))


async def _go_on(interaction: Interaction, sheet: Sheet, pressed: int | None = None) -> None:
    """Show what was measured, or measure it: in the same message, once at a time."""
    services, made = interaction.client.services, sheet.prediction
    if made.observed is not None and made.run_id is not None:
        look = _views.Look(services.predictions, services.demos, sheet, pressed)
        await update_drawn(interaction, look.graded_before(made.run_id))
        return
    with services.predictions.running(sheet) as mine:
        if mine:
            await _measure(interaction, sheet, pressed)
        elif pressed is None:
            raise UnderWayError
        else:
            await acknowledge(interaction, Ahead.CHANGES)  # the message shows the run already


async def _measure(interaction: Interaction, sheet: Sheet, pressed: int | None) -> None:
    services, asked = interaction.client.services, sheet.challenge
    try:
        async with services.demos.ask(
            interaction.user.id, interaction.guild_id, asked.program, (asked.runtime,)
        ) as kept:
            look = _views.Look(services.predictions, services.demos, sheet, pressed)
            await run_live(interaction, kept, look, update)
    except MemberError as error:  # it could not even begin: what was picked is stored, and its message says so
        if interaction.response.is_done():
            raise
        await update(interaction, _views.not_run(sheet, str(error)))
