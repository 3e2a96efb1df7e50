"""What every picture is drawn with: lines, boxes, dots and words, in pixels of the finished picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from bot.pictures import ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.pictures.ink import Colour

_FINE = 2
"""Drawn so many times larger, then reduced: edges come out smooth."""

_ROUND = 6

_ALL_ROUND = (True,) * 4


class Pen:
    """Draws in pixels of the finished picture."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), ink.GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def finished(self) -> Image.Image:
        """What was drawn, in the colours of the palette."""
        return self._image.reduce(_FINE).quantize(palette=ink.palette(), dither=Image.Dither.NONE)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: Colour, width: float = 2) -> None:
        """A straight line."""
        self._draw.line([each * _FINE for each in (x1, y1, x2, y2)], colour, round(width * _FINE))

    def dashed(self, x: float, top: float, bottom: float, colour: Colour) -> None:
        """A dashed line from top to bottom."""
        for start in range(round(top), round(bottom), 12):
            self.line(x, start, x, min(start + 6, bottom), colour, 3)

    def box(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        colour: Colour,
        corners: tuple[bool, ...] = _ALL_ROUND,
        radius: float = _ROUND,
    ) -> None:
        """A filled box, at least three pixels wide; `corners` are round from the upper left one clockwise."""
        edges = [each * _FINE for each in (x1, y1, max(x2, x1 + 3), y2)]
        edges[2:] = [edge - 1 for edge in edges[2:]]  # Pillow's boxes have their last pixel inside
        rounding = min(radius, (x2 - x1) / 2) * _FINE
        self._draw.rounded_rectangle(edges, max(rounding, 0), colour, corners=corners)  # type: ignore[arg-type]

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self._draw.circle((x * _FINE, y * _FINE), radius * _FINE, colour)

    def shape(self, corners: Sequence[tuple[float, float]], colour: Colour) -> None:
        """A filled shape with straight edges."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in corners], colour)

    def text(self, x: float, y: float, words: str, size: int, colour: Colour = ink.TEXT, anchor: str = "ls") -> None:
        """Words whose baseline is at `y`; `x` is their left end, or as the anchor says."""
        self._draw.text((x * _FINE, y * _FINE), words, colour, ink.font(size * _FINE), anchor)


def png(picture: Image.Image) -> bytes:
    """A picture as a file."""
    file = BytesIO()
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()
