"""Panels: what a message of Tandem is made of. Nothing of one is kept in memory once it was sent."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import ComponentType, ui

from bot.exts.kit.parts import Part, Payload
from bot.services.demos import Picture

ACCENT = discord.Colour(0x5EA1FF)
GOOD = discord.Colour(0x3BA55D)
BAD = discord.Colour(0xE5534B)

MOST_BUTTONS_A_ROW = 5

_PICTURE = "timeline-{number}.png"


class Panel(ui.LayoutView):
    """A message: one container with a coloured edge. It never times out: its buttons work next week.

    Pictures among the items are shown where they stand; their `files` are to be sent along.

    discord.py takes it for a view that is over: it asks what the components are, and whether it has to hear of clicks.
    What it makes for a view that hears of them (a future, an id, an object for every component) is not made here.
    """

    def __init__(self, *items: Part | str | Picture | None, colour: discord.Colour = ACCENT) -> None:
        self._pictures: list[Picture] = []
        self._container: Payload = {
            "type": ComponentType.container.value,
            "accent_color": colour.value,
            "components": [self._component(item) for item in items if item],
        }

    @property
    def timeout(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - nobody sets it
        """None: it is never over."""

    def to_components(self) -> list[Payload]:
        """What Discord is sent."""
        return [self._container]

    def has_components_v2(self) -> bool:
        """A container is one of the second kind."""
        return True

    def is_finished(self) -> bool:
        """Nothing is waited for."""
        return True

    def is_dispatchable(self) -> bool:
        """Clicks find their handler by themselves, see `bot.exts.kit.actions`."""
        return False

    def files(self) -> list[discord.File]:
        """The files of its pictures, made anew each time: one that was sent is used up."""
        return [
            discord.File(BytesIO(picture.png), _PICTURE.format(number=number), description=picture.alt)
            for number, picture in enumerate(self._pictures, 1)
        ]

    def _component(self, item: Part | str | Picture) -> Payload:
        match item:
            case str():
                return {"type": ComponentType.text_display.value, "content": item}
            case Picture():
                self._pictures.append(item)
                address = f"attachment://{_PICTURE.format(number=len(self._pictures))}"
                shown = {"media": {"url": address}, "description": item.alt}
                return {"type": ComponentType.media_gallery.value, "items": [shown]}
            case _:
                return item.payload
