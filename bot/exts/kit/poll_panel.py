"""A question asked of a channel as panels: open, closed and explained, and what one member has chosen, in private."""

from __future__ import annotations

from collections.abc import Iterable

from discord import ButtonStyle

from bot.domain.poll import Distribution
from bot.exts.kit import poll_words
from bot.exts.kit.panel import ACCENT, GOOD, Panel
from bot.exts.kit.parts import Part, Press, row, rule
from bot.exts.kit.words import LETTERS
from bot.services.polls import PollSheet, Taken


def asked(sheet: PollSheet, answered: int, *, heading: str, action: str, note: str) -> Panel:
    """The public message of an open question: how many have answered, and a button a letter for everybody."""
    return Panel(
        heading,
        *poll_words.asked(sheet),
        f"{poll_words.answers_so_far(answered)}\n-# {note}",
        rule(),
        letters(sheet, action),
    )


def closed(sheet: PollSheet, found: Distribution, *, heading: str, extra: Iterable[Part | str | None] = ()) -> Panel:
    """The public message once it takes no more answers: bars and the solution, then what else is to be shown."""
    return Panel(heading, *poll_words.asked(sheet), *poll_words.explained(sheet, found), *extra, colour=GOOD)


def chosen(taken: Taken, action: str, note: str) -> Panel:
    """What a member has chosen, for their eyes only; the buttons change it in this message."""
    letter = next(letter for letter, option in _lettered(taken.sheet) if option == taken.option.id)
    return Panel(
        f"You chose **{letter}**: {taken.option.text}\n-# {note}",
        letters(taken.sheet, action, chosen=taken.option.id),
        colour=ACCENT,
    )


def letters(sheet: PollSheet, action: str, chosen: str | None = None) -> Part | None:
    """A button a letter, the chosen one marked."""
    return row(
        *(
            Press(
                action,
                sheet.poll.id,
                option_id,
                label=letter,
                style=ButtonStyle.primary if option_id == chosen else ButtonStyle.secondary,
            )
            for letter, option_id in _lettered(sheet)
        )
    )


def _lettered(sheet: PollSheet) -> Iterable[tuple[str, str]]:
    """Each letter with the id of its option."""
    return [(letter, option.id) for letter, option in zip(LETTERS, sheet.options, strict=False)]
