"""A prediction in words: the program, what is asked, the options, and what was measured. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.plan import Task
from bot.domain.predict import NEVER, Ask, Challenge, Choice
from bot.domain.predict_course import observed
from bot.domain.records import KeptRun
from bot.exts.kit.words import LETTERS, code_block, milliseconds
from bot.services.predictions import Sheet


def question(sheet: Sheet) -> Iterator[str]:
    """The program, how long its tasks take, and what is to be predicted."""
    asked = sheet.challenge
    yield f"## Predict, then run\n-# {asked.level.capitalize()} · {asked.runtime.label} · only you see this"
    yield code_block(asked.code.rstrip(), asked.runtime.suffix)
    yield "**How long each task takes**\n" + " · ".join(map(_task, asked.program.tasks))
    yield _asks(asked)


def options(sheet: Sheet) -> str:
    """The options by letter; what was measured and what was picked are marked once that is known."""
    lines = (_option(sheet, index, option) for index, option in enumerate(sheet.challenge.options))
    return "\n".join(lines)


def picked(sheet: Sheet) -> str | None:
    """What the member has said, while the program has not shown anything."""
    choice = sheet.prediction.choice
    return None if choice is None else f"Your prediction: **{LETTERS[choice]}**. It is saved."


def graded(sheet: Sheet, run: KeptRun | None, pressed: int | None = None) -> Iterator[str]:
    """Right or not, by what was measured, and the idea behind a wrong prediction; without the run if that is gone."""
    made = sheet.prediction
    if made.observed is None:
        yield "### No result this time\nThe machine was busy, so its times say nothing. Press *Run again*."
    else:
        yield "### ✓ Right" if made.right else "### ✗ Not what happened"
    if pressed is not None and pressed != made.choice:
        yield "-# You had predicted before. Your first prediction stands."
    yield _measured(sheet.challenge, run) if run else "-# Its run is not kept any more. What it has shown is."
    idea = None if made.choice is None else sheet.challenge.options[made.choice].misconception
    if idea is not None and made.observed is not None and not made.right:
        yield f"> **The mistaken idea behind {LETTERS[made.choice or 0]}:** *{idea.name}.*\n> {idea.truth}"


def _asks(asked: Challenge) -> str:
    if asked.ask is Ask.TOTAL:
        return "**How long does `main` take?**"
    notes: list[str] = []
    if any(NEVER in option.text for option in asked.options):
        notes.append("A task that is cancelled, or that never starts, never ends.")
    if any(task.fails for task in asked.program.tasks):
        notes.append("A task that fails ends with its failure.")
    return "\n-# ".join(["**What ends in which order?**", *([" ".join(notes)] if notes else [])])


def _task(task: Task) -> str:
    return f"`{task.name}` {milliseconds(task.ms)}{', then fails' if task.fails else ''}"


def _option(sheet: Sheet, index: int, option: Choice) -> str:
    made, mark = sheet.prediction, ""
    if made.observed is not None:
        mark = " **✓**" if index == made.observed else " **✗**" if index == made.choice else ""
    return f"**{LETTERS[index]}** · {option.text}{mark}"


def _measured(asked: Challenge, run: KeptRun) -> str:
    course = observed(run.traces[0])
    if asked.ask is Ask.TOTAL:
        what = "took" if run.traces[0].timings[0].threw is None else "failed after"
        return f"Measured in {asked.runtime.label}: `main` {what} **{milliseconds(course.total_ms)}**."
    return f"Measured in {asked.runtime.label}: **{' → '.join(course.order or ())}**."
