"""What the pictures are drawn with: colours, and the one font that Pillow carries.

The colours are those of Okabe and Ito, told apart with any kind of colour vision (https://jfly.uni-koeln.de/color/), on
the dark ground of Discord's own messages. No colour means anything alone: a shape says the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from PIL import Image, ImageFont

Colour = tuple[int, int, int]

GROUND: Colour = (0x2B, 0x2D, 0x31)
TEXT: Colour = (0xF2, 0xF3, 0xF5)
QUIET: Colour = (0xB5, 0xBA, 0xC1)
GRID: Colour = (0x41, 0x44, 0x4B)
ON_BAR: Colour = (0x10, 0x18, 0x20)

FINISHED: Colour = (0x56, 0xB4, 0xE9)  # sky blue
FAILED: Colour = (0xD5, 0x5E, 0x00)  # vermilion
CANCELLED: Colour = (0xE6, 0x9F, 0x00)  # orange
TICK: Colour = (0xF0, 0xE4, 0x42)  # yellow

_SPELLED = str.maketrans({"–": "-", "—": "-", "×": "x", "→": ">", "‘": "'", "≥": ">=", "≠": "!="})


_STEPS = 8


def mixed(over: Colour, under: Colour, part: float) -> Colour:
    """One colour laid thinly over another: `part` of it is seen."""
    red, green, blue = (round(part * one + (1 - part) * other) for one, other in zip(over, under, strict=True))
    return red, green, blue


RAN_ON, FAILED_LATE = mixed(FINISHED, GROUND, 0.3), mixed(FAILED, GROUND, 0.3)
HATCHED = mixed(CANCELLED, GROUND, 0.25)


@lru_cache(maxsize=1)
def palette() -> Image.Image:
    """All colours and the steps between those that meet at a smooth edge: a picture of few colours is a small file."""
    meetings = [
        *((GROUND, on) for on in (TEXT, QUIET, GRID, FINISHED, FAILED, CANCELLED, TICK, RAN_ON, FAILED_LATE, HATCHED)),
        *((bar, on) for bar in (FINISHED, FAILED) for on in (ON_BAR, TEXT, GRID)),
        *((RAN_ON, on) for on in (TEXT, FINISHED)),
        *((FAILED_LATE, on) for on in (TEXT, FAILED)),
        *((HATCHED, on) for on in (CANCELLED, FINISHED, QUIET)),
        *((bar, ON_BAR) for bar in (CANCELLED, TICK)),
        *((GRID, on) for on in (TEXT, QUIET, FINISHED)),
    ]
    colours = dict.fromkeys(mixed(on, under, step / _STEPS) for under, on in meetings for step in range(_STEPS + 1))
    found = Image.new("P", (1, 1))
    found.putpalette([value for colour in colours for value in colour])
    return found


@lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at this height, in pixels. Loaded once for each height."""
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType.")
    return loaded


def plain(text: str) -> str:
    """The text in letters that the font has; an accent is dropped, a word in others becomes one question mark."""
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    kept = (char for char in spelled if not unicodedata.combining(char))
    found = "".join(char if char.isascii() or char in _ALSO else _UNKNOWN for char in kept if char.isprintable())
    return _UNKNOWNS.sub("?", found)


_UNKNOWN = "\ufffd"
_UNKNOWNS = re.compile(f"{_UNKNOWN}+")

_ALSO = frozenset("·…“”’")
"""What the font has beyond ASCII, of what we write."""


def width_of(text: str, size: int) -> float:
    """How wide a text is, in pixels."""
    return font(size).getlength(text)


def cut(text: str, size: int, room: float) -> str:
    """The text, its end left out if it is wider than the room there is, in pixels."""
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
