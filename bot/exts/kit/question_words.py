"""A question of an attempt in words: what it asks, and what is told after the answer. No Discord."""

from __future__ import annotations

from bot.domain.lesson import Option
from bot.exts.kit import blocks
from bot.exts.kit.words import LETTERS
from bot.services.quizzes import Sheet


def asked(sheet: Sheet, *, key: bool) -> list[str]:
    """What the question asks and the options by letter; with its `key`, also which is right, and which was chosen."""
    question = sheet.question
    pieces = [question.prompt]
    if question.code is not None:
        pieces.append(blocks.code(question.code))
    if question.table is not None:
        pieces.append(blocks.run_table(question.table, sheet.lesson.run))
    lettered = zip(LETTERS, sheet.options, strict=False)
    return pieces + [
        f"**{letter}** · {option.text}{_mark(sheet, option) if key else ''}" for letter, option in lettered
    ]


def feedback(sheet: Sheet, pressed: str | None = None) -> list[str]:
    """What is told after the answer. `pressed` is what was pressed just now, which may not be the first answer."""
    answer = sheet.answer
    if answer is None:
        return ["### Left open", solution(sheet)]
    chosen = sheet.question.option(answer.option_id)
    pieces = ["### ✓ Right" if answer.correct else "### ✗ Not quite"]
    if pressed is not None and pressed != answer.option_id:
        pieces.append("-# You had answered before. Your first answer stands.")
    if chosen is not None and chosen.misconception is not None:
        idea = chosen.misconception
        pieces.append(f"{chosen.mistake}\n> **The mistaken idea behind it:** *{idea.name}.*\n> {idea.truth}")
    return [*pieces, solution(sheet)]


def solution(sheet: Sheet) -> str:
    """The worked solution, step by step."""
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(sheet.question.solution, 1))
    return f"**Worked solution**\n{steps}"


def _mark(sheet: Sheet, option: Option) -> str:
    if option.correct:
        return " **✓**"
    return " **✗**" if sheet.answer is not None and option.id == sheet.answer.option_id else ""
