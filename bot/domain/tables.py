"""The execution table and the variable tracker laid out in monospace text. What stands in them is told in `steps`.

Every glyph is one column wide and part of WGL4, the set that common monospace fonts carry
(https://learn.microsoft.com/typography/opentype/spec/wgl4).
"""

from __future__ import annotations

from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.domain.trace import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.steps import Step, Tracker

GLYPHS: Mapping[Status, str] = MappingProxyType(
    {
        Status.NOT_STARTED: "·",
        Status.STARTED: "○",
        Status.FINISHED: "●",
        Status.FAILED: "×",
        Status.CANCELLED: "□",
    }
)
WORDS: Mapping[Status, str] = MappingProxyType({status: status.value for status in Status})
"""A task's statuses as a lesson tells them."""

PROMISE_WORDS: Mapping[Status, str] = MappingProxyType(
    {
        Status.NOT_STARTED: "not started",
        Status.STARTED: "pending",
        Status.FINISHED: "fulfilled",
        Status.FAILED: "rejected",
        Status.CANCELLED: "cancelled",
    }
)
"""The same as states of a promise: https://tc39.es/ecma262/#sec-promise-objects. Of the first and last it has none."""

WIDTH = 46
"""Columns of a code block that a phone shows without wrapping."""

_ALWAYS = frozenset({Status.NOT_STARTED, Status.STARTED, Status.FINISHED})
_MOST_IN_WORDS = 2
"""More tasks than this do not fit a phone in words; they are shown as glyphs under a legend."""


def execution_table_text(
    steps: Sequence[Step],
    labels: Sequence[str],
    current: int | None = None,
    words: Mapping[Status, str] = WORDS,
    width: int = WIDTH,
) -> str:
    """The execution table in at most `width` columns, the step numbered `current` marked by an arrow.

    Notes are left out, there is no room for them. An action too long for its column goes on in the next line.
    """
    head, *statuses = _status_columns(labels, [step.statuses for step in steps], words)
    number_width = len(str(steps[-1].number))
    action_width = width - number_width - len(head) - 3  # the arrow, and a space either side of the action
    margin = " " * (number_width + 1)
    lines = [f"{margin} {'action':{action_width}} {head}"]
    for step, cells in zip(steps, statuses, strict=True):
        arrow = "►" if step.number == current else " "
        first, *others = wrap(step.action, action_width)
        lines.append(f"{arrow}{step.number:>{number_width}} {first:{action_width}} {cells}")
        lines += [f"{margin} {other}" for other in others]
    return _text(lines, labels, [step.statuses for step in steps], words, width)


def tracker_text(tracker: Tracker, words: Mapping[Status, str] = WORDS, width: int = WIDTH) -> str:
    """The variable tracker turned on its side, a moment a row, in at most `width` columns."""
    rows = [moment.statuses for moment in tracker.moments]
    name_width = max(len(moment.name) for moment in tracker.moments)
    head, *statuses = _status_columns(tracker.variables, rows, words)
    if len(head) > width - name_width - 1 or len(tracker.variables) > _MOST_IN_WORDS:
        head, *statuses = _status_columns(tracker.labels, rows, words)
    lines = [f"{'':{name_width}} {head}"]
    for moment, cells in zip(tracker.moments, statuses, strict=True):
        lines.append(f"{moment.name:{name_width}} {cells}")
    return _text(lines, tracker.labels, rows, words, width)


def legend(seen: Iterable[Status], words: Mapping[Status, str] = WORDS, width: int = WIDTH) -> list[str]:
    """What the glyphs mean: those of every run, and those of failures and cancellations if they were seen."""
    shown = _ALWAYS | set(seen)
    return in_lines([f"{glyph} {words[status]}" for status, glyph in GLYPHS.items() if status in shown], width)


def _status_columns(heads: Sequence[str], rows: Sequence[Sequence[Status]], words: Mapping[Status, str]) -> list[str]:
    """The right side of a table, all lines equally long: the heads, then the rows, in words or as glyphs."""
    if len(heads) <= _MOST_IN_WORDS:
        cells = [list(heads), *([words[status] for status in row] for row in rows)]
        widths = [max(len(head), *map(len, words.values())) for head in heads]
    else:
        short = heads if _speak_for_themselves(heads) else _numbers(heads)
        cells = [list(short), *([GLYPHS[status] for status in row] for row in rows)]
        widths = [len(head) for head in short]
    return [" ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]


def _speak_for_themselves(labels: Sequence[str]) -> bool:
    return max(map(len, labels)) <= 2


def _numbers(labels: Sequence[str]) -> list[str]:
    return [str(number) for number in range(1, len(labels) + 1)]


def _text(
    lines: Sequence[str],
    labels: Sequence[str],
    rows: Sequence[Sequence[Status]],
    words: Mapping[Status, str],
    width: int,
) -> str:
    below: list[str] = []
    if len(labels) > _MOST_IN_WORDS:
        below = legend({status for row in rows for status in row}, words, width)
        numbers = _numbers(labels)
        if not _speak_for_themselves(labels) and list(labels) != [f"task {number}" for number in numbers]:
            below += in_lines(map(" ".join, zip(numbers, labels, strict=True)), width)
    return "\n".join(line.rstrip() for line in [*lines, *below])


def in_lines(pieces: Iterable[str], width: int) -> list[str]:
    """The pieces beside each other, two spaces between, in as many lines as they need."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + 2 + len(piece) <= width:
            lines[-1] += f"  {piece}"
        else:
            lines.append(piece)
    return lines
