"""The buttons of a question asked of a channel, for everybody and for one member, and where its message stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from discord import ButtonStyle

from bot.domain.lesson import Option
from bot.exts.kit.actions import Press
from bot.exts.kit.words import LETTERS
from bot.services.polls import PollSheet


def letters(action: str, sheet: PollSheet, chosen: Option | None = None) -> list[Press]:
    """A button for each option; what a member has chosen stands out."""
    return [
        Press(
            action,
            sheet.poll.id,
            option.id,
            label=letter,
            style=ButtonStyle.primary if option == chosen else ButtonStyle.secondary,
        )
        for letter, option in zip(LETTERS, sheet.options, strict=False)
    ]


def custom_ids(components: Iterable[Any]) -> Iterable[str]:
    """The ids of all that can be used in a message."""
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from custom_ids(getattr(component, "children", ()))
