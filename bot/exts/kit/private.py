"""What of an interaction is nobody's business but its member's: what they typed, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.exts.kit.host import Interaction

_HOLDERS = ("options", "components", "component")
_GIVEN = ("value", "values")


def private_texts(interaction: Interaction) -> list[str]:
    """Every text of the member's in an interaction, so that a log can leave them out of an error that repeats one."""
    user = interaction.user
    names = (user.name, user.display_name, user.global_name)
    return [text for text in (*names, *_texts(interaction.data)) if text]


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
