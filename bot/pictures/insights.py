"""How questions do, as a chart: the share of right answers across, how they tell strong from weak upward. And in words.

Each question is a sign with its number: a square if it is to be mended, a disc if it works, a ring while there are too
few answers to tell. Signs that would cover each other are moved apart, with a line to where they belong.
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.insight import EVERYBODY, SHARP, TO_MEND, Mark
from bot.pictures import ink
from bot.pictures.ink import width_of
from bot.pictures.pen import Pen, png

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.insight import Item

WIDTH = 800
"""A phone shows a picture about 340 points wide: text of 30 pixels is read as one of 13 points."""

LONGEST_DESCRIPTION = 1_000
"""Characters; Discord takes 1,024."""

RADIUS = 21
"""Of the signs."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 764, 96, 516
_STRIP_TOP, _STRIP_BOTTOM = 646, 742
_LEGEND_ROOM = 84
_LOWEST, _HIGHEST = -0.5, 1.0
_CHANCE = 0.25
_LABEL, _SMALL = 30, 26
_NUMBER = 24
_MOST_STEPS = 1_600
"""Of looking for a free place: as many reach across the chart."""

_ZONE = ink.HATCHED


class Sign(Struct, frozen=True):
    """Where a question is drawn, and where it belongs, in pixels."""

    item: Item
    x: float
    y: float
    true_x: float
    true_y: float


def draw(items: Sequence[Item]) -> bytes:
    """The chart of questions that have answers as PNG. It takes some 30 ms: call it in a thread."""
    signs, strip = placed(items), any(item.tally.discrimination is None for item in items)
    bottom = _STRIP_BOTTOM if strip else _BOTTOM + 72
    pen = Pen(WIDTH, bottom + _LEGEND_ROOM)
    _ground(pen)
    if strip:
        _strip(pen)
    for sign in signs:
        if hypot(sign.x - sign.true_x, sign.y - sign.true_y) > 1:
            pen.line(sign.x, sign.y, sign.true_x, sign.true_y, ink.QUIET)
            pen.dot(sign.true_x, sign.true_y, 4, ink.QUIET)
    for sign in signs:
        _sign(pen, sign.x, sign.y, sign.item.mark, str(sign.item.number))
    _legend(pen, bottom + 40)
    return png(pen.finished())


def describe(items: Sequence[Item]) -> str:
    """What the chart shows, in at most `LONGEST_DESCRIPTION` characters: each question, if there is room."""
    opening = "Chart of questions: the share of right answers, then how well each tells strong from weak (-1 to 1)."
    kinds = (
        ("To mend", [item for item in items if item.mark in TO_MEND]),
        ("Works", [item for item in items if item.mark is Mark.WORKS]),
        ("Too few answers", [item for item in items if item.mark is Mark.TOO_FEW]),
    )
    told = [f"{name}: {'; '.join(map(_told, found))}." for name, found in kinds if found]
    text = " ".join([opening, *told])
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    brief = [f"{name}: questions {', '.join(str(item.number) for item in found)}." for name, found in kinds if found]
    text = " ".join([opening, *brief])
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


def placed(items: Iterable[Item]) -> Sequence[Sign]:
    """Each question where its figures say, or as near to that as no other is; without the second, in the strip."""
    found: list[Sign] = []
    for item in sorted(items, key=lambda item: (list(Mark).index(item.mark), item.number)):
        x, y = _place(item)
        places = _around(x, y) if item.tally.discrimination is not None else _along(x, y)
        free = (
            (px, py) for px, py in places if all(hypot(px - each.x, py - each.y) >= 2 * RADIUS + 2 for each in found)
        )
        px, py = next(free, (x, y))
        found.append(Sign(item, px, py, x, y))
    return found


def _place(item: Item) -> tuple[float, float]:
    share, apart = item.tally.difficulty or 0.0, item.tally.discrimination
    x = min(max(_x(share), _LEFT + RADIUS), _RIGHT - RADIUS)
    if apart is None:
        return x, (_STRIP_TOP + _STRIP_BOTTOM) / 2
    return x, min(max(_y(apart), _TOP + RADIUS), _BOTTOM - RADIUS)


def _around(x: float, y: float) -> Iterator[tuple[float, float]]:
    """Places in the chart, farther and farther away."""
    yield x, y
    for step in range(1, _MOST_STEPS):
        px, py = x + 3 * step**0.75 * cos(step), y + 3 * step**0.75 * sin(step)
        if _LEFT + RADIUS <= px <= _RIGHT - RADIUS and _TOP + RADIUS <= py <= _BOTTOM - RADIUS:
            yield px, py


def _along(x: float, y: float) -> Iterator[tuple[float, float]]:
    """Places in the two rows of the strip, farther and farther away; the middle of it first."""
    yield x, y
    rows = (y - RADIUS - 2, y + RADIUS + 2)
    places = [(px, py) for px in range(_LEFT + RADIUS, _RIGHT - RADIUS + 1, 4) for py in rows]
    yield from sorted(places, key=lambda place: abs(place[0] - x))


def _x(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * share


def _y(apart: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (apart - _LOWEST) / (_HIGHEST - _LOWEST)


def _ground(pen: Pen) -> None:
    """The axes, and the zones in which questions are to be mended."""
    pen.text(_LEFT, 40, "Tells strong from weak", _LABEL)
    pen.box(_LEFT, _TOP, _x(_CHANCE), _BOTTOM, _ZONE, (False,) * 4)
    pen.box(_x(EVERYBODY), _TOP, _RIGHT, _BOTTOM, _ZONE, (False,) * 4)
    pen.box(_LEFT, _y(SHARP), _RIGHT, _BOTTOM, _ZONE, (False,) * 4)
    for apart in (_LOWEST, 0.0, 0.5, _HIGHEST):
        pen.line(_LEFT, _y(apart), _RIGHT, _y(apart), ink.GRID if apart else ink.QUIET)
        pen.text(_LEFT - 12, _y(apart) + 9, f"{apart:g}", _SMALL, ink.QUIET, "rs")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        pen.line(_x(share), _TOP, _x(share), _BOTTOM, ink.GRID)
        pen.text(min(_x(share), WIDTH - 42), _BOTTOM + 32, f"{share:.0%}", _SMALL, ink.QUIET, "ms")
    pen.text(_LEFT, _TOP - 12, "nobody gets it", _SMALL, ink.QUIET)
    pen.text(_RIGHT, _TOP - 12, "everybody gets it", _SMALL, ink.QUIET, "rs")
    pen.text(_RIGHT - 52, _BOTTOM - 12, "tells hardly anything apart", _SMALL, ink.QUIET, "rs")
    pen.text((_LEFT + _RIGHT) / 2, _BOTTOM + 68, "Share of right answers", _LABEL, anchor="ms")


def _strip(pen: Pen) -> None:
    """Where questions stand of which only the share is known."""
    pen.text(_LEFT, _STRIP_TOP - 12, "how these tell is not known yet", _SMALL, ink.QUIET)
    pen.box(_LEFT, _STRIP_TOP, _RIGHT, _STRIP_BOTTOM, ink.GRID)


def _sign(pen: Pen, x: float, y: float, mark: Mark, number: str) -> None:
    """A square to mend, a disc that works, a ring of which too little is known; each with an edge."""
    words = ink.ON_BAR
    if mark in TO_MEND:
        pen.box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS, ink.GROUND)
        pen.box(x - RADIUS + 2, y - RADIUS + 2, x + RADIUS - 2, y + RADIUS - 2, ink.CANCELLED)
    else:
        pen.dot(x, y, RADIUS, ink.GROUND if mark is Mark.WORKS else ink.QUIET)
        pen.dot(x, y, RADIUS - 2, ink.FINISHED if mark is Mark.WORKS else ink.GROUND)
        words = ink.ON_BAR if mark is Mark.WORKS else ink.TEXT
    pen.text(x, y + 8, number, _NUMBER if len(number) < 3 else 18, words, "ms")


def _legend(pen: Pen, middle: float) -> None:
    left = float(_LEFT)
    for mark, words in ((Mark.MISLEADING, "to mend"), (Mark.WORKS, "works"), (Mark.TOO_FEW, "too few answers")):
        _sign(pen, left + RADIUS, middle, mark, "")
        pen.text(left + 2 * RADIUS + 12, middle + 9, words, _SMALL, ink.QUIET)
        left += 2 * RADIUS + 12 + width_of(words, _SMALL) + 40


def _told(item: Item) -> str:
    apart = item.tally.discrimination
    return f"{item.number}, {item.tally.difficulty:.0%}, {'unknown' if apart is None else f'{apart:z.2f}'}"
