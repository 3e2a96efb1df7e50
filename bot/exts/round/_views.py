"""A round as panels: a question for everybody, closed with its standing, what one has answered, the host's controls."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle

from bot.domain.lesson import Option, QuizKind
from bot.domain.poll import Distribution
from bot.domain.round import Phase, Place, Round
from bot.exts.kit import links
from bot.exts.kit.actions import Press
from bot.exts.kit.panel import GOOD, Panel, row, rule
from bot.exts.kit.poll_panel import letters
from bot.exts.round import _render
from bot.services.polls import PollSheet

ANSWER, CHANGE = "round.answer", "round.change"
SKIP, PAUSE, STOP = "round.skip", "round.pause", "round.stop"


def asked(played: Round, sheet: PollSheet, answered: int) -> Panel:
    """The open question, for everybody."""
    return Panel(*_render.asked(played, sheet, answered), rule(), row(*letters(ANSWER, sheet)))


def closed(played: Round, sheet: PollSheet, found: Distribution, places: Sequence[Place]) -> Panel:
    """The closed question with its solution and the standing."""
    part = sheet.lesson.by_part[sheet.question.part]
    read = links.read_part(sheet.lesson.id, part.id, f"Read: {part.title}"[:80])
    return Panel(*_render.closed(played, sheet, found, places), rule(), row(read), colour=GOOD)


def gone(number: int) -> Panel:
    """A closed question that the lesson does not hold any more."""
    return Panel(_render.gone(number))


def over(played: Round, title: str, places: Sequence[Place], asked: int) -> Panel:
    """The end of a round."""
    practice = links.start_quiz(played.lesson_id, QuizKind.PRACTICE, "Practise alone")
    return Panel(*_render.over(played, title, places, asked), rule(), row(practice), colour=GOOD)


def chosen(sheet: PollSheet, option: Option) -> Panel:
    """A member's answer, which may be changed in place."""
    return Panel(_render.chosen(sheet, option), row(*letters(CHANGE, sheet, option)))


def host(played: Round) -> Panel:
    """The controls of the host."""
    if played.phase is Phase.OVER:
        return Panel("### Your round is over\n-# `/round start` begins another.")
    pause = "Go on" if played.phase.paused else "Pause"
    return Panel(
        _render.host(played),
        row(
            Press(SKIP, played.id, label="Skip", style=ButtonStyle.primary),
            Press(PAUSE, played.id, label=pause),
            Press(STOP, played.id, label="Stop", style=ButtonStyle.danger),
        ),
    )
