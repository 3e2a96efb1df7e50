"""A quiz as panels: a question to answer, its feedback, the result."""

from __future__ import annotations

from discord import ButtonStyle, Colour

from bot.domain.attempt import Attempt
from bot.domain.lesson import Option
from bot.exts.kit import links, question_words
from bot.exts.kit.panel import ACCENT, BAD, GOOD, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.exts.kit.words import LETTERS
from bot.exts.quiz import _render
from bot.services.demos import Picture
from bot.services.quizzes import Sheet

ANSWER, HINT = "quiz.answer", "quiz.hint"
RESUME, RETRY, SHARE = "quiz.resume", "quiz.retry", "quiz.share"


def question(sheet: Sheet, picture: Picture | None, *, pressed: str | None = None, note: str = "") -> Panel:
    """A question: to be answered, or answered and explained. The `picture` shows the run that it asks about."""
    answered = sheet.answer is not None
    heading, *asked = _render.question(sheet, note)
    return Panel(
        heading,
        picture,
        *asked,
        *(question_words.feedback(sheet, pressed) if answered else ()),
        rule(),
        row(*(_letter(sheet, letter, option) for letter, option in zip(LETTERS, sheet.options, strict=False))),
        row(_next(sheet), _prove(sheet), _explain(sheet)) if answered else row(_hint(sheet)),
        colour=_colour(sheet),
    )


def result(attempt: Attempt, sheets: list[Sheet | None], title: str) -> Panel:
    """The score and what to do with it."""
    return Panel(
        *_render.result(attempt, sheets, title),
        rule(),
        row(
            Press(RETRY, attempt.lesson_id, attempt.kind.value, label="Retry", style=ButtonStyle.primary),
            Press(SHARE, attempt.id, label="Share result"),
        ),
        colour=GOOD if attempt.score == len(attempt.layout) else ACCENT,
    )


def shared(attempt: Attempt, title: str) -> Panel:
    """The result as it is posted to the channel."""
    return Panel(
        _render.shared(attempt, title),
        row(links.start_quiz(attempt.lesson_id, attempt.kind, "Try it yourself")),
    )


def resume(sheet: Sheet, run_id: str, label: str) -> Press:
    """A button that goes on with the run of a proof that has not come to its end."""
    ids = (sheet.attempt.id, sheet.question.id, run_id)
    return Press(RESUME, *ids, label=label, style=ButtonStyle.primary)


def _colour(sheet: Sheet) -> Colour:
    if sheet.answer is None:
        return ACCENT
    return GOOD if sheet.answer.correct else BAD


def _letter(sheet: Sheet, letter: str, option: Option) -> Press:
    style, answer = ButtonStyle.secondary, sheet.answer
    if answer is not None and option.correct:
        style = ButtonStyle.success
    elif answer is not None and option.id == answer.option_id:
        style = ButtonStyle.danger
    ids = (sheet.attempt.id, sheet.question.id, option.id)
    return Press(ANSWER, *ids, label=letter, style=style, disabled=answer is not None)


def _hint(sheet: Sheet) -> Press:
    return Press(HINT, sheet.attempt.id, sheet.question.id, label="Hint", disabled=sheet.hinted)


def _next(sheet: Sheet) -> Press:
    label = "See the result" if sheet.index + 1 == len(sheet.attempt.layout) else "Next"
    return Press(links.NEXT_QUESTION, sheet.attempt.id, sheet.index + 1, label=label, style=ButtonStyle.primary)


def _prove(sheet: Sheet) -> Press | None:
    return None if sheet.question.proof is None else links.prove(sheet.attempt.id, sheet.question.id)


def _explain(sheet: Sheet) -> Press | None:
    if sheet.answer is None or sheet.answer.correct:
        return None
    part = sheet.lesson.by_part[sheet.question.part]
    return links.read_part(sheet.lesson.id, part.id, f"Read: {part.title}"[:80])
