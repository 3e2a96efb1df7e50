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
    from collections.abc import Mapping, Sequence

    from bot.domain.steps import Step, Tracker

GLYPHS: Mapping[Status, str] = MappingProxyType({Status.NOT_STARTED: "·", Status.STARTED: "○", Status.FINISHED: "●"})
LEGEND = "  ".join(f"{glyph} {status}" for status, glyph in GLYPHS.items())

_MOST_IN_WORDS = 2
"""More tasks than this do not fit a phone in words; they are shown as glyphs under a legend."""


def execution_table_text(steps: Sequence[Step], current: int | None = None, width: int = 46) -> str:
    """The execution table in at most `width` columns, the step numbered `current` marked by an arrow.

    Notes are left out, there is no room for them. An action too long for its column goes on in the next line.
    """
    heads = [f"task {number}" for number in range(1, len(steps[0].statuses) + 1)]
    head, *statuses = _status_columns(heads, [step.statuses for step in steps])
    number_width = len(str(steps[-1].number))
    action_width = width - number_width - len(head) - 3  # the arrow, and a space either side of the action
    margin = " " * (number_width + 1)
    lines = [f"{margin} {'action':{action_width}} {head}"]
    for step, cells in zip(steps, statuses, strict=True):
        arrow = "►" if step.number == current else " "
        first, *others = wrap(step.action, action_width)
        lines.append(f"{arrow}{step.number:>{number_width}} {first:{action_width}} {cells}")
        lines += [f"{margin} {other}" for other in others]
    return _text(lines, len(heads))


def tracker_text(tracker: Tracker) -> str:
    """The variable tracker turned on its side, a moment a row, so that it fits 46 columns."""
    head, *statuses = _status_columns(tracker.variables, [moment.statuses for moment in tracker.moments])
    name_width = max(len(moment.name) for moment in tracker.moments)
    lines = [f"{'':{name_width}} {head}"]
    for moment, cells in zip(tracker.moments, statuses, strict=True):
        lines.append(f"{moment.name:{name_width}} {cells}")
    return _text(lines, len(tracker.variables))


def _status_columns(heads: Sequence[str], rows: Sequence[Sequence[Status]]) -> list[str]:
    """The right side of a table, all lines equally long: the heads, then the rows, in words or as glyphs."""
    if len(heads) <= _MOST_IN_WORDS:
        cells = [list(heads), *([str(status) for status in row] for row in rows)]
        widths = [max(len(head), *map(len, Status)) for head in heads]
    else:
        numbers = [str(number) for number in range(1, len(heads) + 1)]
        cells = [numbers, *([GLYPHS[status] for status in row] for row in rows)]
        widths = [1] * len(heads)
    return [" ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]


def _text(lines: Sequence[str], tasks: int) -> str:
    legend = [LEGEND] if tasks > _MOST_IN_WORDS else []
    return "\n".join(line.rstrip() for line in [*lines, *legend])
