"""Panels: what a message of Tandem is made of. Every item in them is dynamic, so nothing is kept in memory."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.services.demos import Picture

ACCENT = discord.Colour(0x5EA1FF)
GOOD = discord.Colour(0x3BA55D)
BAD = discord.Colour(0xE5534B)

MOST_BUTTONS_A_ROW = 5

_PICTURE = "timeline-{number}.png"


class Panel(ui.LayoutView):
    """A message: one container with a coloured edge. It never times out: its buttons work next week.

    Pictures among the items are shown where they stand; their `files` are to be sent along.
    """

    def __init__(self, *items: ui.Item[Any] | str | Picture | None, colour: discord.Colour = ACCENT) -> None:
        super().__init__(timeout=None)
        self._pictures: list[Picture] = []
        self.add_item(ui.Container(*(self._item(item) for item in items if item), accent_colour=colour))
        self.stop()  # nothing is to be waited for; discord.py would keep a private one, and a task, for 15 minutes

    def files(self) -> list[discord.File]:
        """The files of its pictures, made anew each time: one that was sent is used up."""
        return [
            discord.File(BytesIO(picture.png), _PICTURE.format(number=number), description=picture.alt)
            for number, picture in enumerate(self._pictures, 1)
        ]

    def _item(self, item: ui.Item[Any] | str | Picture) -> ui.Item[Any]:
        match item:
            case str():
                return ui.TextDisplay(item)
            case Picture():
                self._pictures.append(item)
                address = f"attachment://{_PICTURE.format(number=len(self._pictures))}"
                return ui.MediaGallery(discord.MediaGalleryItem(address, description=item.alt))
            case _:
                return item


def row(*items: ui.Item[Any] | None) -> ui.ActionRow[Any] | None:
    """Buttons side by side, or nothing when there are none."""
    present = [item for item in items if item is not None]
    return ui.ActionRow(*present) if present else None


def rule() -> ui.Separator[Any]:
    """A thin line between what is read and what is pressed."""
    return ui.Separator()
