"""The question a day in words. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.lesson import Option
from bot.domain.poll import Distribution
from bot.exts.kit import poll_words
from bot.exts.kit.words import LETTERS, count
from bot.services.polls import PollSheet


def asked(sheet: PollSheet, answered: int) -> Iterator[str]:
    """The question while it is open, and how many have answered."""
    yield _heading(sheet, "answer in private until the next one comes")
    yield from poll_words.asked(sheet)
    yield poll_words.answers_so_far(answered)


def explained(sheet: PollSheet, found: Distribution) -> Iterator[str]:
    """The question once it is closed: who chose what, and why."""
    yield _heading(sheet, f"closed with {count(found.total, 'answer')}")
    yield from poll_words.asked(sheet)
    yield from poll_words.explained(sheet, found)


def gone() -> str:
    """What stands in the place of a question that the lesson does not hold any more."""
    return "## Question of the day\nThis question is closed. It is not part of the lesson any more."


def mine(sheet: PollSheet, chosen: Option) -> str:
    """What a member has answered, told to them alone."""
    letter = LETTERS[sheet.options.index(chosen)]
    return (
        f"### Your answer: {letter}\n{chosen.text}\n"
        "-# Nobody else sees it, and you may change it until the next question comes. Then the solution is shown."
    )


def _heading(sheet: PollSheet, note: str) -> str:
    return f"## Question of the day\n-# {sheet.lesson.title} · {sheet.question.level} · {note}"
