"""A member's progress as a picture, and the same in words: parts read, strength by level, days in a row, what is due.

What is filled is reached, and every figure stands beside its bar: no colour means anything alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.lesson import Level, PartId
from bot.pictures import ink
from bot.pictures.ink import cut, plain, width_of
from bot.pictures.pen import Pen, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.grading import LevelStrength
    from bot.domain.progress import Progress, Reading

WIDTH = 800
"""A phone shows a picture about 340 points wide: text of 30 pixels is read as one of 13 points."""

MOST_LESSONS = 5
"""More would make the picture taller than a phone shows; the others are counted."""

_MARGIN = 36
_HEADING, _LABEL, _SMALL = 34, 30, 26
_HUGE = (96, 80, 64, 48, 36)
"""Heights of a figure: the first in which it fits."""

_TILE, _TILE_GAP = 168, 24
_LESSON_ROOM, _LEVEL_ROOM = 96, 56
_BOX, _BOX_GAP = 44, 10
_BAR_LEFT, _BAR_RIGHT, _BAR = 190, 548, 30
_RADIUS = 14


def draw(progress: Progress) -> bytes:
    """The card as PNG. It takes some 30 ms: call it in a thread."""
    lessons = progress.lessons[:MOST_LESSONS]
    more = len(progress.lessons) - len(lessons)
    tops = [_MARGIN, _MARGIN + _TILE + 56]
    tops.append(tops[1] + _LESSON_ROOM * len(lessons) + (_LABEL + 12) * bool(more) + 64)
    height = tops[2] + _LEVEL_ROOM * len(Level) + 32
    pen = Pen(WIDTH, height)
    _tiles(pen, tops[0], progress)
    _parts(pen, tops[1], lessons, more)
    _levels(pen, tops[2], progress.levels)
    return png(pen.finished())


def describe(progress: Progress) -> str:
    """What the card shows."""
    lessons = progress.lessons[:MOST_LESSONS]
    read = [f"{each.title}: {len(each.read)} of {len(PartId)} parts read" for each in lessons]
    if len(progress.lessons) > len(lessons):
        read.append(f"{len(progress.lessons) - len(lessons)} more lessons")
    levels = [f"{each.level.value} {each.right} of {each.asked}" for each in progress.levels]
    strength = f"Right answers by level: {', '.join(levels)}" if levels else "No answers yet"
    days, due = progress.streak.days, progress.due
    row = f"{days} {'day' if days == 1 else 'days'} in a row"
    if days and not progress.streak.today:
        row += ", not yet today"
    questions = f"{due} {'question' if due == 1 else 'questions'} due for review"
    return f"Progress. {row}. {questions}. {'; '.join(read)}. {strength}."[:1_000]


def _tiles(pen: Pen, top: int, progress: Progress) -> None:
    """Two figures to be seen at a glance."""
    streak, middle = progress.streak, WIDTH / 2
    noun = "day in a row" if streak.days == 1 else "days in a row"
    aside = "today included" if streak.today else "go on today" if streak.days else "begin today"
    _tile(pen, _MARGIN, top, middle - _TILE_GAP / 2, (f"{streak.days:,}", noun, aside), ink.TICK)
    noun = "question" if progress.due == 1 else "questions"
    aside = "due for review"
    _tile(pen, middle + _TILE_GAP / 2, top, WIDTH - _MARGIN, (f"{progress.due:,}", noun, aside), ink.FINISHED)


def _tile(pen: Pen, left: float, top: float, right: float, words: tuple[str, str, str], colour: ink.Colour) -> None:
    number, noun, aside = words
    pen.box(left, top, right, top + _TILE, ink.GRID, radius=_RADIUS)
    pen.box(left, top, left + 10, top + _TILE, colour, (True, False, False, True), radius=_RADIUS)
    room = right - left - 34 - 20 - 14 - max(width_of(noun, _LABEL), width_of(aside, _SMALL))
    size = next((size for size in _HUGE if width_of(number, size) <= room), _HUGE[-1])
    pen.text(left + 34, top + _TILE / 2 + size * 0.36, number, size)
    x = left + 34 + width_of(number, size) + 20
    pen.text(x, top + _TILE / 2 - 6, noun, _LABEL)
    pen.text(x, top + _TILE / 2 + 32, aside, _SMALL, ink.QUIET)


def _parts(pen: Pen, top: int, lessons: Sequence[Reading], more: int) -> None:
    pen.text(_MARGIN, top, "Parts read", _HEADING)
    for number, lesson in enumerate(lessons):
        y = top + 14 + number * _LESSON_ROOM
        total = f"{len(lesson.read)} of {len(PartId)}"
        room = WIDTH - 2 * _MARGIN - 40 - width_of(total, _LABEL)
        pen.text(_MARGIN, y + 34, cut(plain(lesson.title), _SMALL, room), _SMALL, ink.QUIET)
        pen.text(WIDTH - _MARGIN, y + 78, total, _LABEL, anchor="rs")
        for place, part in enumerate(PartId):
            _part(pen, _MARGIN + place * (_BOX + _BOX_GAP), y + 46, place + 1, read=part in lesson.read)
    if more:
        y = top + 14 + len(lessons) * _LESSON_ROOM
        pen.text(_MARGIN, y + _LABEL, f"and {more} more in /score", _SMALL, ink.QUIET)


def _part(pen: Pen, x: float, y: float, number: int, *, read: bool) -> None:
    """One of the ten boxes: filled with a tick when it has been read, else hollow with its number."""
    colour = ink.FINISHED if read else ink.GRID
    pen.box(x, y, x + _BOX, y + _BOX, colour)
    if read:
        pen.line(x + 11, y + 23, x + 19, y + 31, ink.ON_BAR, 5)
        pen.line(x + 18, y + 31, x + 33, y + 13, ink.ON_BAR, 5)
    else:
        pen.box(x + 3, y + 3, x + _BOX - 3, y + _BOX - 3, ink.GROUND)
        pen.text(x + _BOX / 2, y + _BOX / 2 + 9, str(number), _SMALL, ink.QUIET, "ms")


def _levels(pen: Pen, top: int, levels: Sequence[LevelStrength]) -> None:
    pen.text(_MARGIN, top, "Right answers by level", _HEADING)
    known = {each.level: each for each in levels}
    for number, level in enumerate(Level):
        y = top + 24 + number * _LEVEL_ROOM
        found = known.get(level)
        pen.text(_MARGIN, y + 26, level.value, _LABEL)
        pen.box(_BAR_LEFT, y, _BAR_RIGHT, y + _BAR, ink.GRID)
        if found is None:
            pen.text(WIDTH - _MARGIN, y + 26, "not asked yet", _SMALL, ink.QUIET, "rs")
            continue
        if found.right:
            end = _BAR_LEFT + (_BAR_RIGHT - _BAR_LEFT) * found.right / found.asked
            pen.box(_BAR_LEFT, y, end, y + _BAR, ink.FINISHED)
        pen.text(WIDTH - _MARGIN, y + 26, f"{found.right:,} of {found.asked:,}", _LABEL, anchor="rs")
