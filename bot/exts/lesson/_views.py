"""A lesson part as a panel: the private one that turns pages, and the one that is posted to the channel."""

from __future__ import annotations

from discord import ButtonStyle, SelectOption

from bot.domain import paper
from bot.domain.lesson import PartId, QuizKind
from bot.exts.kit import links
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import Choose, Press, row, rule
from bot.exts.lesson import _render
from bot.services.lessons import OpenPart

TURN, CHOOSE, STEP, POST = "lesson.turn", "lesson.choose", "lesson.step", "lesson.post"


def reader(opened: OpenPart, step: int | None = None) -> Panel:
    """The private panel of one part; `step` marks a row of the execution table, counted from 0."""
    table, rest = _render.body(opened, step)
    return Panel(
        _render.heading(opened),
        *table,
        _steps(opened, step),
        *(rest if step is None else ()),  # or a phone would not show the table and its buttons at once
        rule(),
        row(Choose(CHOOSE, opened.lesson.id, options=_options(opened), placeholder="Go to a part")),
        row(_previous(opened), _next(opened), _quiz(opened), _post(opened)),
    )


def poster(opened: OpenPart) -> Panel:
    """The panel that everybody in the channel sees: it can be read on, in private."""
    lesson, part = opened.lesson, opened.part
    table, rest = _render.body(opened)
    return Panel(
        f"## {part.title}\n-# {lesson.title} · `/lesson {lesson.id} {part.id}`",
        *table,
        *rest,
        rule(),
        row(links.read_part(lesson.id, part.id, "Open in private"), _quiz(opened)),
    )


def _options(opened: OpenPart) -> list[SelectOption]:
    return [
        SelectOption(
            label=f"{number}. {part.title}",
            value=part.id.value,
            description="✓ read" if part.id in opened.read else "not read yet",
            default=part.id is opened.part.id,
        )
        for number, part in enumerate(opened.lesson.parts, 1)
    ]


def _steps(opened: OpenPart, step: int | None):
    steps = _render.step_count(opened)
    if not steps:
        return None
    if step is None:
        return row(Press(STEP, opened.lesson.id, 0, label="Step through it", style=ButtonStyle.primary))
    back, on = max(step - 1, 0), min(step + 1, steps - 1)
    return row(
        Press(STEP, opened.lesson.id, back, "back", label="◀ Step back", disabled=step == 0),
        Press(STEP, opened.lesson.id, on, "on", label="Step on ▶", style=ButtonStyle.primary, disabled=step == on),
        Press(TURN, opened.lesson.id, opened.part.id.value, "done", label="Done"),
    )


def _previous(opened: OpenPart) -> Press:
    return _turn(opened, -1, "Previous")


def _next(opened: OpenPart) -> Press:
    return _turn(opened, +1, "Next")


def _turn(opened: OpenPart, by: int, label: str) -> Press:
    """A button to a neighbour; at either end it stands still, so that the others keep their places."""
    index = _render.PARTS.index(opened.part.id) + by
    there = 0 <= index < len(_render.PARTS)
    target: PartId = _render.PARTS[index] if there else opened.part.id
    return Press(TURN, opened.lesson.id, target.value, label.lower(), label=label, disabled=not there)


def _quiz(opened: OpenPart) -> Press | None:
    kind = opened.part.quiz
    if kind is None:
        return None
    asked = paper.LENGTH if kind is QuizKind.TEST else len(opened.lesson.quizzes[kind])
    return links.start_quiz(opened.lesson.id, kind, f"Start: {asked} questions")


def _post(opened: OpenPart) -> Press:
    return Press(POST, opened.lesson.id, opened.part.id.value, label="Post to channel")
