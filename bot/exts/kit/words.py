"""Words and monospace for a phone. Pure: no Discord, no waiting."""

from __future__ import annotations

import re
from collections.abc import Sequence

COLUMNS = 46
"""A code block wider than this scrolls sideways on a phone."""

LETTERS = "ABCDE"
"""Options are lettered when they are shown, and only then."""


MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
"""For the first three ranks."""

_FENCE = re.compile("`{3,}")


def code_block(source: str, language: str = "") -> str:
    """A fenced block. Discord knows no escape for a fence inside one, so backticks are pulled apart."""
    inside = _FENCE.sub(lambda fence: "\u200b".join(fence[0]), source)
    return f"```{language}\n{inside}\n```"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, words: int | None = None) -> str:
    """A table in monospace: columns two spaces apart, a rule under the heads.

    The first `words` columns stand to the left, the others, being numbers, to the right; all to the left without it.
    """
    widths = [max(len(row[i]) for row in (columns, *rows)) for i in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        left = len(widths) if words is None else words
        padded = (
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(columns), "  ".join("─" * width for width in widths), *map(line, rows)])


def count(number: int, noun: str) -> str:
    """`1 question`, `5 questions`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def clip(text: str, most: int) -> str:
    """The text in at most so many characters, an ellipsis at its end if some are missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def milliseconds(value: float, places: int = 0) -> str:
    """`1,003 ms`, or with as many decimal places as wanted: `1,002.6 ms`."""
    return f"{value:z,.{places}f} ms"
