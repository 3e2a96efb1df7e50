"""The result card of a test as a picture, and the same in words: a ring of its questions, the score, the levels.

A question that was right is filled and has a tick, one that was not has a cross, one left open is hollow: no colour
means anything alone.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.pictures import ink
from bot.pictures.ink import cut, plain, width_of
from bot.pictures.pen import Pen, png

if TYPE_CHECKING:
    from bot.domain.grading import LevelStrength

WIDTH, HEIGHT = 800, 450
"""A phone shows a picture about 340 points wide: text of 30 pixels is read as one of 13 points."""

_MARGIN = 36
_CENTRE_X, _CENTRE_Y, _OUTER, _INNER = 212, 254, 160, 106
_GAP = 0.045
"""The half of the gap between two questions of the ring, in radians at its outer edge."""
_RIM = 4
_LEFT, _RIGHT = 430, WIDTH - _MARGIN
_TITLE, _LABEL, _SMALL, _HUGE = 34, 30, 26, 92
_VERDICT = (52, 46, 40)
_LEVEL_ROOM, _BAR = 68, 18


class Card(Struct, frozen=True):
    """What is told of a finished test. `right` has an entry for each question, None for one left open.

    `passed` is None where there was no mark to pass; `pass_mark` is in percent.
    """

    title: str
    right: tuple[bool | None, ...]
    levels: tuple[LevelStrength, ...]
    passed: bool | None
    pass_mark: int | None
    first: bool

    @property
    def score(self) -> int:
        """How many questions were right."""
        return sum(bool(right) for right in self.right)


def draw(card: Card) -> bytes:
    """The card as PNG. It takes some 30 ms: call it in a thread."""
    pen = Pen(WIDTH, HEIGHT)
    aside = "first test" if card.first else "test"
    room = WIDTH - 2 * _MARGIN - 30 - width_of(aside, _SMALL)
    pen.text(_MARGIN, 60, cut(plain(card.title), _TITLE, room), _TITLE)
    pen.text(_RIGHT, 60, aside, _SMALL, ink.QUIET, "rs")
    _ring(pen, card)
    _verdict(pen, card)
    _levels(pen, card.levels)
    return png(pen.finished())


def describe(card: Card) -> str:
    """What the card shows."""
    verdict = {None: "", True: "Passed. ", False: "Not passed yet. "}[card.passed]
    mark = "" if card.pass_mark is None else f"{card.pass_mark} percent passes. "
    levels = ", ".join(f"{each.level} {each.right} of {each.asked}" for each in card.levels)
    which = "First test" if card.first else "Test"
    signs = {True: "right", False: "not right", None: "left open"}
    each = ", ".join(f"{number} {signs[right]}" for number, right in enumerate(card.right, 1))
    score = f"{card.score} of {len(card.right)} right. "
    return f"{which}, {card.title}: {score}{verdict}{mark}By level: {levels}. Questions: {each}."[:1_000]


def _ring(pen: Pen, card: Card) -> None:
    """The questions clockwise from the top, and the score within."""
    step = 2 * pi / len(card.right)
    for number, right in enumerate(card.right):
        begin = number * step - pi / 2
        colour = ink.FINISHED if right else ink.GRID
        pen.shape(_segment(begin, begin + step, 0), colour)
        middle = begin + step / 2
        x, y = _at(middle, (_OUTER + _INNER) / 2)
        if right is None:
            pen.shape(_segment(begin, begin + step, _RIM), ink.GROUND)
        elif right:
            _tick(pen, x, y, 1.0, ink.ON_BAR)
        else:
            _cross(pen, x, y, 9, ink.TEXT)
    pen.text(_CENTRE_X, _CENTRE_Y + 24, str(card.score), _HUGE, anchor="ms")
    pen.text(_CENTRE_X, _CENTRE_Y + 64, f"of {len(card.right)}", _LABEL, ink.QUIET, "ms")


def _verdict(pen: Pen, card: Card) -> None:
    if card.passed is None:
        pen.text(_LEFT, 152, "Finished", _VERDICT[0])
        return
    words, colour = ("Passed", ink.FINISHED) if card.passed else ("Not passed yet", ink.CANCELLED)
    pen.dot(_LEFT + 26, 134, 26, colour)
    if card.passed:
        _tick(pen, _LEFT + 26, 134, 1.3, ink.ON_BAR)
    else:
        pen.line(_LEFT + 14, 134, _LEFT + 38, 134, ink.ON_BAR, 6)
    left = _LEFT + 70
    size = next((size for size in _VERDICT if width_of(words, size) <= _RIGHT - left), _VERDICT[-1])
    pen.text(left, 134 + size * 0.36, words, size)
    pen.text(left, 190, f"{card.pass_mark} % passes", _SMALL, ink.QUIET)


def _levels(pen: Pen, levels: tuple[LevelStrength, ...]) -> None:
    for number, each in enumerate(levels):
        y = 246 + number * _LEVEL_ROOM
        pen.text(_LEFT, y, each.level.value, _LABEL)
        pen.text(_RIGHT, y, f"{each.right} of {each.asked}", _LABEL, anchor="rs")
        top = y + 14
        pen.box(_LEFT, top, _RIGHT, top + _BAR, ink.GRID, radius=_BAR / 2)
        if each.right:
            end = _LEFT + (_RIGHT - _LEFT) * each.right / each.asked
            pen.box(_LEFT, top, end, top + _BAR, ink.FINISHED, radius=_BAR / 2)


def _segment(begin: float, end: float, rim: float) -> list[tuple[float, float]]:
    """A piece of the ring between two angles, made smaller by a rim of so many pixels all round."""
    steps, found = 16, list[tuple[float, float]]()
    for radius, way in ((_OUTER - rim, 1), (_INNER + rim, -1)):
        gap = (_GAP * _OUTER / 2 + rim) / radius
        first, last = begin + gap, end - gap
        angles = [first + (last - first) * number / steps for number in range(steps + 1)]
        found += [_at(angle, radius) for angle in angles[::way]]
    return found


def _at(angle: float, radius: float) -> tuple[float, float]:
    return _CENTRE_X + radius * cos(angle), _CENTRE_Y + radius * sin(angle)


def _tick(pen: Pen, x: float, y: float, scale: float, colour: ink.Colour) -> None:
    pen.line(x - 11 * scale, y + 1 * scale, x - 3 * scale, y + 9 * scale, colour, 5 * scale)
    pen.line(x - 4.2 * scale, y + 9 * scale, x + 11 * scale, y - 9 * scale, colour, 5 * scale)


def _cross(pen: Pen, x: float, y: float, arm: float, colour: ink.Colour) -> None:
    pen.line(x - arm, y - arm, x + arm, y + arm, colour, 4)
    pen.line(x - arm, y + arm, x + arm, y - arm, colour, 4)
