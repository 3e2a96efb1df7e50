"""Review and reminders as panels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, TextStyle, ui

from bot.domain.attempt import Attempt
from bot.domain.hours import clock_time
from bot.domain.lesson import Lesson, Question, QuizKind
from bot.domain.member import MemberChoices
from bot.exts.kit import links
from bot.exts.kit.panel import ACCENT, GOOD, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.exts.review import _render
from bot.services.reminders import Reminder
from bot.services.reviews import Outlook

START, NOW = "review.start", "review.now"
FORM, SUBMIT, STOP = "review.remind", "review.reminded", "review.stop"

TIME, ZONE = "time", "zone"
"""The fields of the form."""


def overview(
    outlook: Outlook,
    open_: Attempt | None,
    choices: MemberChoices,
    lesson: Lesson | None,
    first: Lesson,
    note: str = "",
) -> Panel:
    """How much is due, and where to begin: with a review of `lesson`, or of any, or with a quiz on the `first`."""
    topic = [] if lesson is None else [lesson.id]
    begin = None
    if open_ is not None or outlook.due:
        label = "Start" if open_ is None else "Go on"
        begin = Press(START, *topic, label=label, style=ButtonStyle.primary)
    elif not outlook.learned:
        begin = links.start_quiz((lesson or first).id, QuizKind.PRACTICE, "Start a quiz")
    return Panel(
        note,
        *_render.overview(outlook, open_),
        *([] if choices.remind_at is None else [f"-# Reminder daily {_render.at(choices)}"]),
        rule(),
        row(begin, *_reminding(choices)),
        colour=ACCENT if begin else GOOD,
    )


def result(
    attempt: Attempt, lesson: Lesson, questions: Sequence[Question | None], outlook: Outlook, choices: MemberChoices
) -> Panel:
    """The end of a sitting; what is due still is a button away."""
    more = Press(START, label="Go on", style=ButtonStyle.primary) if outlook.due else None
    return Panel(
        *_render.result(attempt, lesson, questions, outlook),
        rule(),
        row(more, *_reminding(choices)),
        colour=GOOD if attempt.score == len(attempt.layout) else ACCENT,
    )


def reminded(choices: MemberChoices, note: str = "") -> Panel:
    """What is set, and buttons to change it."""
    return Panel(note, *_render.reminded(choices), rule(), row(*_reminding(choices)))


def stopped(choices: MemberChoices, *, was_on: bool) -> Panel:
    """Reminders are off."""
    return Panel(_render.stopped(was_on=was_on), row(*_reminding(choices)))


def reminder(found: Reminder) -> Panel:
    """What comes by direct message."""
    return Panel(
        *_render.reminder(found.choices, found.due),
        row(Press(NOW, label="Review now", style=ButtonStyle.primary), Press(STOP, label=_render.STOP)),
    )


def fields(choices: MemberChoices, time: str | None = None, zone: str | None = None) -> list[ui.Item[Any]]:
    """The form, filled in with what was typed or what was set before."""
    if time is None and choices.remind_minute is not None:
        time = clock_time(choices.remind_minute)
    return [
        ui.Label(
            text="Time of the day",
            description="Hours and minutes from 0:00 to 23:59, such as 8 or 8:30",
            component=ui.TextInput[Any](custom_id=TIME, style=TextStyle.short, default=time, max_length=5),
        ),
        ui.Label(
            text="Your time zone",
            description="Such as Europe/Berlin or America/New_York; a city often does",
            component=ui.TextInput[Any](
                custom_id=ZONE, style=TextStyle.short, default=zone or choices.time_zone, max_length=64
            ),
        ),
    ]


def _reminding(choices: MemberChoices) -> Sequence[Press]:
    if choices.remind_at is None:
        return (Press(FORM, label=_render.REMIND),)
    return (Press(FORM, label=_render.CHANGE), Press(STOP, label=_render.STOP))
