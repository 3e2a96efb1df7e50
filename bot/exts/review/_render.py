"""Review and reminders in words. No Discord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.attempt import Attempt
from bot.domain.hours import clock_time
from bot.domain.lesson import Lesson, Question
from bot.domain.member import MemberChoices
from bot.exts.kit.words import count
from bot.services.reviews import MOST_A_SITTING, Outlook

REMIND, CHANGE, STOP = "Remind me daily", "Change reminder", "Stop reminding me"

CLOSED = (
    "**Your daily reminder was switched off**, because your direct messages are closed to Tandem. "
    f"Allow them in the server's privacy settings, then press *{REMIND}*."
)


def overview(outlook: Outlook, open_: Attempt | None) -> Iterator[str]:
    """How much is due, when the next comes, how much is learned in all."""
    if open_ is not None:
        yield f"## Review\nYou are at question {open_.position + 1} of {len(open_.layout)}."
    elif not outlook.learned:
        yield (
            "## Nothing to review yet\nWhat you answer in `/quiz` or `/test` comes back here "
            "on the day on which you are about to forget it."
        )
    elif outlook.due:
        yield f"## {_due(outlook.due)}"
        if outlook.due > MOST_A_SITTING:
            yield f"A sitting asks {MOST_A_SITTING} of them, those that are due for longest."
    else:
        yield "## Nothing is due\nWell kept: there is nothing that you are about to forget."
    if outlook.learned:
        yield _ahead(outlook)


def result(attempt: Attempt, lesson: Lesson, questions: Sequence[Question | None], outlook: Outlook) -> Iterator[str]:
    """How many were right, each question in a line, and when the next ones come."""
    yield f"## {attempt.score} of {len(attempt.layout)} right\n-# {lesson.title} · Review"
    lines = zip(attempt.layout, questions, strict=True)
    yield "\n".join(_line(attempt, asked.question_id, question) for asked, question in lines)
    if outlook.due:
        yield f"**{_due(outlook.due)} still.**"
    yield _ahead(outlook)


def reminded(choices: MemberChoices) -> Iterator[str]:
    """What is set, and how it ends."""
    if choices.remind_at is None:
        yield "## No reminders\nTandem does not write to you. It can, once a day, if something is due for review."
        return
    yield (
        f"## A reminder a day\nDaily {at(choices)}, if something is due then. "
        f"The next moment is {_moment(choices.remind_at)}."
    )
    yield f"-# It comes as a direct message. *{STOP}* ends it, here or under a reminder; so does `/remind time:off`."


def stopped(*, was_on: bool) -> str:
    """Reminders are off."""
    said = "Reminders are off." if was_on else "Reminders were off already."
    return f"{said} *{REMIND}* starts them again, and so does `/remind`."


def reminder(choices: MemberChoices, due: int) -> Iterator[str]:
    """What a member is told once a day."""
    yield f"## {_due(due)}"
    yield "A few minutes now, and you keep what you have learned."
    yield f"-# You asked for this, daily {at(choices)}. To stop it, press *{STOP}* or use `/remind time:off`."


def at(choices: MemberChoices) -> str:
    """`at 8:00 (Europe/Berlin)`."""
    return f"at {clock_time(choices.remind_minute or 0)} ({choices.time_zone})"


def _due(number: int) -> str:
    return f"{count(number, 'question')} {'is' if number == 1 else 'are'} due"


def _ahead(outlook: Outlook) -> str:
    learned = f"{count(outlook.learned, 'question')} learned in all"
    return learned if outlook.next_at is None else f"The next comes {_relative(outlook.next_at)} · {learned}"


def _line(attempt: Attempt, question_id: str, question: Question | None) -> str:
    answer = attempt.answers[question_id]
    what = "no longer in the lesson" if question is None else question.title
    return f"{'✓' if answer.correct else '✗'} {what}{' · with a hint' if answer.hinted else ''}"


def _relative(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:R>"


def _moment(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:f>"
