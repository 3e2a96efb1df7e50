"""A test as panels: a question to answer, the result, each question explained, the card that is shared."""

from __future__ import annotations

from discord import ButtonStyle

from bot.domain.attempt import Attempt
from bot.domain.lesson import QuizKind
from bot.exts.kit import links
from bot.exts.kit.panel import ACCENT, BAD, GOOD, MOST_BUTTONS_A_ROW, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.exts.kit.words import LETTERS
from bot.exts.test import _render
from bot.services.demos import Picture
from bot.services.quizzes import Sheet
from bot.services.tests import Outcome

ANSWER, LOOK, RESULT, ROLE = "test.answer", "test.look", "test.result", "test.role"


def question(sheet: Sheet, picture: Picture | None, note: str = "") -> Panel:
    """A question to be answered. A press on a letter is final."""
    heading, *asked = _render.question(sheet, note)
    return Panel(
        heading,
        picture,
        *asked,
        rule(),
        row(
            *(
                Press(ANSWER, sheet.attempt.id, sheet.question.id, option.id, label=letter)
                for letter, option in zip(LETTERS, sheet.options, strict=False)
            )
        ),
    )


def result(outcome: Outcome, notes: list[str], *, role: bool = False) -> Panel:
    """What the test has shown and what to do with it; with `role`, a button that tries to give the role again."""
    attempt, lesson = outcome.attempt, outcome.lesson
    heading, *rest = _render.result(outcome)
    again = [part for part in outcome.strength.parts if part in lesson.by_part][:MOST_BUTTONS_A_ROW]
    return Panel(
        heading,
        *notes,
        *rest,
        rule(),
        "**Read again**" if again else None,
        row(*(links.read_part(lesson.id, part, lesson.by_part[part].title[:80]) for part in again)),
        row(
            Press(LOOK, attempt.id, _first_wrong(attempt), label="Look through", style=ButtonStyle.primary),
            Press(links.SHARE_TEST, attempt.id, label="Share result"),
            Press(ROLE, attempt.id, label="Get my role", style=ButtonStyle.success) if role else None,
        ),
        colour=GOOD if attempt.passed else ACCENT,
    )


def page(attempt: Attempt, sheet: Sheet | None, index: int, picture: Picture | None) -> Panel:
    """One question of a finished test, explained; without its `sheet`, it is not known any more."""
    told = _render.gone(attempt, index) if sheet is None else _render.explained(sheet)
    answer = attempt.answers.get(attempt.layout[index].question_id)
    return Panel(
        told[0],
        picture,
        *told[1:],
        rule(),
        row(*_turns(attempt, index)),
        row(*_explain(sheet)) if sheet is not None else None,
        colour=GOOD if answer is not None and answer.correct else BAD,
    )


def shared(outcome: Outcome, card: Picture) -> Panel:
    """The result as it is posted to the channel."""
    return Panel(
        _render.shared(outcome),
        card,
        row(links.start_quiz(outcome.lesson.id, QuizKind.TEST, "Take the test")),
        colour=GOOD if outcome.attempt.passed else ACCENT,
    )


def _first_wrong(attempt: Attempt) -> int:
    answers = (attempt.answers.get(asked.question_id) for asked in attempt.layout)
    return next((index for index, answer in enumerate(answers) if answer is None or not answer.correct), 0)


def _turns(attempt: Attempt, index: int) -> tuple[Press, ...]:
    last = len(attempt.layout) - 1
    return (
        Press(LOOK, attempt.id, max(index - 1, 0), "back", label="◀ Previous", disabled=index == 0),
        Press(LOOK, attempt.id, min(index + 1, last), "on", label="Next ▶", disabled=index == last),
        Press(RESULT, attempt.id, label="Result", style=ButtonStyle.primary),
    )


def _explain(sheet: Sheet) -> tuple[Press | None, ...]:
    part = sheet.lesson.by_part.get(sheet.question.part)
    return (
        links.prove(sheet.attempt.id, sheet.question.id) if sheet.question.proof is not None else None,
        links.read_part(sheet.lesson.id, part.id, f"Read: {part.title}"[:80]) if part is not None else None,
    )
