"""Privacy as panels: the question before everything is deleted, and what became of it."""

from __future__ import annotations

from discord import ButtonStyle

from bot.exts.kit.panel import BAD, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.exts.privacy import _render

DELETE, KEEP = "privacy.delete", "privacy.keep"


def question(until_s: int) -> Panel:
    """Asks once; `until_s` is when the question is void, in seconds since 1970."""
    return Panel(
        _render.ASKED,
        rule(),
        row(
            Press(DELETE, until_s, label="Delete everything about me", style=ButtonStyle.danger),
            Press(KEEP, label="Keep it"),
        ),
        colour=BAD,
    )


def deleted() -> Panel:
    """It is done."""
    return Panel(_render.DELETED)


def kept() -> Panel:
    """It was not done."""
    return Panel(_render.KEPT)
