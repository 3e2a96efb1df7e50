"""The question a day as panels: open, closed and explained, and what one member has answered."""

from __future__ import annotations

from bot.domain.lesson import Option
from bot.domain.poll import Distribution
from bot.exts.daily import _render
from bot.exts.kit import links
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import row, rule
from bot.exts.kit.poll_panel import letters
from bot.services.polls import PollSheet

ANSWER, CHANGE = "daily.answer", "daily.change"


def asked(sheet: PollSheet, answered: int) -> Panel:
    """The open question, for everybody."""
    return Panel(*_render.asked(sheet, answered), rule(), letters(sheet, ANSWER))


def explained(sheet: PollSheet, found: Distribution) -> Panel:
    """The closed question with its solution."""
    part = sheet.lesson.by_part[sheet.question.part]
    return Panel(
        *_render.explained(sheet, found),
        rule(),
        row(links.read_part(sheet.lesson.id, part.id, f"Read: {part.title}"[:80])),
    )


def gone() -> Panel:
    """The closed question, where the lesson does not hold it any more."""
    return Panel(_render.gone())


def mine(sheet: PollSheet, chosen: Option) -> Panel:
    """A member's answer, which may be changed in place."""
    return Panel(_render.mine(sheet, chosen), letters(sheet, CHANGE, chosen.id))
