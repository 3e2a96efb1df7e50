"""What of an interaction is a member's own business alone: what they typed, now or before, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.domain.program import CUSTOM, Program
from bot.exts.kit.host import Interaction

_WRITTEN = "written"
"""Among an interaction's extras: what a member wrote another day, and it shows again."""

_HOLDERS = ("options", "components", "component")
_GIVEN = ("value", "values")


def private_texts(interaction: Interaction) -> list[str]:
    """Every text of the member's in an interaction, so that a log can leave them out of an error that repeats one."""
    user = interaction.user
    names = (user.name, user.display_name, user.global_name)
    written = interaction.extras.get(_WRITTEN, ())
    return [text for text in (*names, *written, *_texts(interaction.data)) if text]


def shows(interaction: Interaction, program: Program) -> None:
    """Note that an interaction shows a program: if a member wrote its plan, a log is not told what is in it."""
    if program.demo == CUSTOM:
        tasks = [task for phase in program.phases for task in phase.tasks]
        interaction.extras[_WRITTEN] = {word for task in tasks for word in (task.name, task.label)}


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for each in cast("list[object]", found):
            yield from _texts(each)
    if not isinstance(found, Mapping):
        return
    holder = cast("Mapping[str, Any]", found)
    for key in _GIVEN:
        given = holder.get(key)
        yield from (text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str))  # pyright: ignore[reportUnknownVariableType]
    for key in _HOLDERS:
        yield from _texts(holder.get(key))
