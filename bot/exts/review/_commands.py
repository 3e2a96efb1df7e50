"""`/review` and `/remind`: what a member types or presses, parsed. A review's questions are asked as a quiz's are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord import app_commands

from bot.domain.attempt import Attempt
from bot.domain.hours import clock_time, minute_of_day, zone
from bot.exts.kit import form, links
from bot.exts.kit.complete import time_zones, topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.review import _render, _views

OFF = "off"


@slash(name="review", description="Answer again what you missed or are about to forget", direct=True)
@app_commands.describe(topic="Which lesson; all of them if left out")
@app_commands.autocomplete(topic=topics)
async def review(interaction: Interaction, topic: str | None = None) -> None:
    """Tell in private what is due."""
    await show(interaction, await _overview(interaction, topic or ""))


@slash(name="remind", description="Be told once a day what is due for review, by direct message", direct=True)
@app_commands.describe(time="When, such as 8 or 8:30; off stops it", timezone="Where you are, such as Europe/Berlin")
@app_commands.autocomplete(timezone=time_zones)
async def remind(interaction: Interaction, time: str | None = None, timezone: str | None = None) -> None:
    """Set the daily reminder, stop it, or show what is set."""
    reminders = interaction.client.services.reminders
    if time is not None and time.strip().lower() == OFF:
        await stop(interaction)
        return
    choices = await reminders.choices(interaction.user.id)
    if time is None and timezone is None:
        note = await _note(interaction)
        await show(interaction, _views.reminded(choices, note))
        return
    if time is None and choices.remind_minute is not None:
        time = clock_time(choices.remind_minute)
    where = timezone or choices.time_zone
    if time is None or where is None:  # one of them is not known yet
        await _ask(interaction, time, where)
        return
    await show(interaction, _views.reminded(await reminders.remind(interaction.user.id, time, where)))


@remind.autocomplete("time")
async def times(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The hours of the day, and how to stop."""
    hours = [
        app_commands.Choice(name=told, value=told) for hour in range(24) if typed.strip() in (told := f"{hour}:00")
    ]
    stopping = [app_commands.Choice(name="off: no more reminders", value=OFF)]
    return hours + (stopping if typed.strip().lower() in OFF else [])


async def start(interaction: Interaction, topic: str = "") -> None:
    """Begin a review, or go on with it, in the message that was clicked."""
    if attempt := await _begin(interaction, topic):
        await links.ask_next(interaction, attempt.id, in_place=True)
    else:
        await update(interaction, await _overview(interaction, topic))


async def now(interaction: Interaction) -> None:
    """Begin a review, or go on with it, in a message of its own: the reminder stays."""
    if attempt := await _begin(interaction, ""):
        await links.ask_next(interaction, attempt.id, in_place=False)
    else:
        await show(interaction, await _overview(interaction, ""))


async def ended(interaction: Interaction, attempt: Attempt) -> Panel:
    """The end of a review."""
    services, member_id = interaction.client.services, interaction.user.id
    lesson = services.lessons.lesson(attempt.lesson_id)
    questions = [services.lessons.question(lesson, asked.question_id) for asked in attempt.layout]
    outlook, choices = await services.reviews.outlook(member_id), await services.reminders.choices(member_id)
    return _views.result(attempt, lesson, questions, outlook, choices)


async def ask_when(interaction: Interaction) -> None:
    """Open the form of the daily reminder."""
    await _ask(interaction)


async def submitted(interaction: Interaction, given: Mapping[str, Any]) -> None:
    """Set the daily reminder as the form says."""
    time, where = form.typed(given, _views.TIME), form.typed(given, _views.ZONE)
    choices = await interaction.client.services.reminders.remind(interaction.user.id, time, where)
    await show(interaction, _views.reminded(choices))


async def stop(interaction: Interaction) -> None:
    """Send no more reminders."""
    reminders = interaction.client.services.reminders
    was_on = await reminders.stop(interaction.user.id)
    await show(interaction, _views.stopped(await reminders.choices(interaction.user.id), was_on=was_on))


async def _ask(interaction: Interaction, time: str | None = None, where: str | None = None) -> None:
    """Open the form; what is filled in for the member is checked first."""
    if time is not None:
        minute_of_day(time)
    if where is not None:
        where = zone(where).key
    choices = await interaction.client.services.reminders.choices(interaction.user.id)
    filled = _views.fields(choices, time, where)
    await form.ask(interaction, _views.SUBMIT, title="A reminder a day", fields=filled)


async def _begin(interaction: Interaction, topic: str) -> Attempt | None:
    reviews = interaction.client.services.reviews
    return await reviews.begin(interaction.user.id, interaction.guild_id, topic)


async def _overview(interaction: Interaction, topic: str) -> Panel:
    services, member_id = interaction.client.services, interaction.user.id
    lesson = services.lessons.lesson(topic) if topic else None
    open_ = await services.reviews.open(member_id, topic)
    outlook = await services.reviews.outlook(member_id, topic)
    note = await _note(interaction)
    choices = await services.reminders.choices(member_id)
    return _views.overview(outlook, open_, choices, lesson, services.lessons.lessons[0], note)


async def _note(interaction: Interaction) -> str:
    """What a member whose inbox was closed is told, once."""
    was_closed = await interaction.client.services.reminders.was_closed(interaction.user.id)
    return _render.CLOSED if was_closed else ""
