"""Panels: what a message of Tandem is made of. Every item in them is dynamic, so nothing is kept in memory."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

ACCENT = discord.Colour(0x5EA1FF)
GOOD = discord.Colour(0x3BA55D)
BAD = discord.Colour(0xE5534B)

MOST_BUTTONS_A_ROW = 5


class Panel(ui.LayoutView):
    """A message: one container with a coloured edge. It never times out: its buttons work next week."""

    def __init__(self, *items: ui.Item[Any] | str | None, colour: discord.Colour = ACCENT) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container(*(_item(item) for item in items if item), accent_colour=colour))


def row(*items: ui.Item[Any] | None) -> ui.ActionRow[Any] | None:
    """Buttons side by side, or nothing when there are none."""
    present = [item for item in items if item is not None]
    return ui.ActionRow(*present) if present else None


def rule() -> ui.Separator[Any]:
    """A thin line between what is read and what is pressed."""
    return ui.Separator()


def _item(item: ui.Item[Any] | str) -> ui.Item[Any]:
    return ui.TextDisplay(item) if isinstance(item, str) else item
