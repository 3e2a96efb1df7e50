"""A round as panels: its questions, its end, and the buttons of its host."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle

from bot.domain.lesson import QuizKind
from bot.domain.poll import Distribution
from bot.domain.round import OPEN, Place, Round
from bot.exts.kit import links, poll_panel
from bot.exts.kit.panel import GOOD, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.exts.round import _render
from bot.services.polls import PollSheet, Taken

ANSWER, SKIP, PAUSE, RESUME, STOP = "round.answer", "round.skip", "round.pause", "round.resume", "round.stop"

ASKED, READ = "asked", "read"
"""What *Skip* ends, as its button's id says: so a second press of the same button skips nothing more."""


def asking(round_: Round, sheet: PollSheet, answered: int) -> Panel:
    """A question that is open."""
    heading = _render.heading(round_, round_.number, sheet)
    return poll_panel.asked(sheet, answered, heading=heading, action=ANSWER, note=_render.asking_note(round_))


def closed(
    round_: Round, number: int, sheet: PollSheet | None, found: Distribution, standing: Sequence[Place]
) -> Panel:
    """A question whose time is up, and the standing after it."""
    heading = _render.heading(round_, number, sheet)
    note = _render.reading_note(round_) if number == round_.number else ""
    if number >= round_.closed:  # the round was stopped meanwhile
        extra = ["-# The round was stopped before time was up: this question does not count."]
    else:
        extra = [rule(), _render.standing(standing), note or None]
    if sheet is None:
        return Panel(heading, _render.GONE, *extra)
    return poll_panel.closed(sheet, found, heading=heading, extra=extra)


def chosen(taken: Taken, round_: Round | None) -> Panel:
    """What a member has chosen, in private."""
    return poll_panel.chosen(taken, ANSWER, _render.chosen_note(round_))


def end(round_: Round, standing: Sequence[Place], title: str) -> Panel:
    """The end of a round."""
    button = links.start_quiz(round_.lesson_id, QuizKind.PRACTICE, "Play practice quiz")
    return Panel(*_render.end(round_, standing, title), rule(), row(button), colour=GOOD)


def control(round_: Round) -> Panel:
    """The host's buttons, for their eyes only."""
    if round_.over:
        return Panel(_render.control(round_))
    ends, label = (ASKED, "Close question") if round_.phase in OPEN else (READ, "Go on now")
    pause = Press(RESUME, round_.id, label="Go on") if round_.paused else Press(PAUSE, round_.id, label="Pause")
    return Panel(
        _render.control(round_),
        row(
            Press(SKIP, round_.id, ends, label=label, style=ButtonStyle.primary),
            pause,
            Press(STOP, round_.id, label="Stop", style=ButtonStyle.danger),
        ),
    )
