"""Where everything of a timeline stands, in pixels. What it looks like is in `timeline`.

All blocks, one a phase and runtime, share one time axis, each drawn from the start of its own phase.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.awaited import waited_until
from bot.domain.trace import TICK_MS, Status
from bot.pictures.ink import cut, plain, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.trace import Span, Timing, Trace

WIDTH = 800
"""A phone shows a picture about 340 points wide: text of 30 pixels is read as one of 13 points."""

MARGIN = 28
TITLE, HEADING, LABEL, SMALL = 40, 34, 30, 26
"""Heights of text."""

LOOP_LABEL = "loop"
"""The row of the event loop, told by its ticks."""

_TITLE_ROOM, _HEADING_ROOM, _MARK_ROOM, _AXIS_ROOM, _LEGEND_ROOM = 66, 50, 36, 50, 44
_BLOCK_GAP = 22
_ROOMY, _DENSE = (46, 34), (40, 32)
"""A row's height with its gap, and its bar's; dense where there are many rows."""
_MANY_ROWS = 16
_STALL_MS = 3 * TICK_MS
_VISIBLE = 0.015
"""The share of the axis from which a difference can be seen."""


class Axis(Struct, frozen=True):
    """Time, from left to right."""

    left: float
    right: float
    scale_ms: float

    def x(self, at_ms: float) -> float:
        """Where a time stands."""
        return self.left + (self.right - self.left) * min(at_ms / self.scale_ms, 1)

    def numbers(self) -> Iterator[int]:
        """The times that are written under the axis: 1, 2 or 5 of a power of ten apart."""
        room = width_of(f"{self.scale_ms:,.0f}", SMALL) + 40
        steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
        step = next(step for step in steps if self.x(step) - self.left >= room or step > self.scale_ms)
        yield from range(0, int(self.scale_ms) + 1, step)


class Row(Struct, frozen=True):
    """A task's row. One that never started has no span."""

    label: str
    top: int
    span: Span | None
    until_ms: float = 0.0
    """Until when somebody waits for it."""


class Mark(Struct, frozen=True):
    """A line across a block at one time, with its words under the block."""

    at_ms: float
    words: str
    solid: bool


class Block(Struct, frozen=True):
    """One phase in one runtime."""

    title: str
    aside: str
    total: str
    timing: Timing
    top: int
    rows: tuple[Row, ...]
    loop_top: int | None
    marks: tuple[Mark, ...]
    bottom: int

    @property
    def rows_top(self) -> int:
        """Where its first row begins."""
        return self.top + _HEADING_ROOM

    @property
    def stalls(self) -> Iterator[tuple[float, float]]:
        """From when to when the event loop gave no sign of life, where that was long."""
        return (found for found in self.timing.silences if found[1] - found[0] >= _STALL_MS)


class Key(StrEnum):
    """What the line at the foot explains, in its words."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    LEFT_BEHIND = "nobody waits"
    TICK = "event loop is free"

    @property
    def sign_width(self) -> int:
        """How wide the sign before the words is."""
        return 14 if self is Key.TICK else 40


class PlacedKey(Struct, frozen=True):
    """An entry of the line at the foot."""

    key: Key
    left: float
    top: int


class Layout(Struct, frozen=True):
    """A whole picture."""

    title: str
    height: int
    bar_height: int
    axis: Axis
    axis_top: int
    blocks: tuple[Block, ...]
    legend: tuple[PlacedKey, ...]


def layout(traces: Sequence[Trace]) -> Layout:
    """Where everything stands. The runs are of one program, each in another runtime."""
    program = traces[0].program
    charted = [(trace, trace.timings) for trace in traces]
    timings = [timing for _, found in charted for timing in found]
    labels = [plain(task.label) for task in program.tasks]
    shown = [*labels, LOOP_LABEL] if any(timing.has_ticker for timing in timings) else labels
    left = MARGIN + max(width_of(label, LABEL) for label in shown) + 18
    axis = Axis(left, WIDTH - MARGIN, max(1.0, *(timing.over_ms for timing in timings)))
    dense = len(timings) * len(labels) > _MANY_ROWS
    pitch, bar_height = _DENSE if dense else _ROOMY

    top, blocks = MARGIN + _TITLE_ROOM, list[Block]()
    for number, phase in enumerate(program.phases):
        for trace, found in charted:
            titles = (trace.runtime.label, plain(phase.name))
            block = _block(titles, found[number], labels, top, pitch, axis)
            blocks.append(block)
            top = block.bottom + _BLOCK_GAP
    legend = tuple(_legend(_keys(blocks, axis), top + _AXIS_ROOM))
    foot = legend[-1].top + _LEGEND_ROOM if legend else top + _AXIS_ROOM
    title = cut(plain(program.demo), TITLE, WIDTH - 2 * MARGIN)
    return Layout(title, foot + MARGIN // 2, bar_height, axis, top - _BLOCK_GAP // 2, tuple(blocks), legend)


def _block(titles: tuple[str, str], timing: Timing, labels: Sequence[str], top: int, pitch: int, axis: Axis) -> Block:
    spans, until = {span.task: span for span in timing.spans}, waited_until(timing)
    total = f"{timing.measured_ms:,.0f} ms" if timing.threw is None else f"failed at {timing.measured_ms:,.0f} ms"
    runtime, phase = titles
    title = f"{runtime} · "
    aside = cut(phase, HEADING, WIDTH - 2 * MARGIN - 50 - width_of(title + total, HEADING))
    next_top = top + _HEADING_ROOM
    rows: list[Row] = []
    for task, label in enumerate(labels):
        rows.append(Row(label, next_top, spans.get(task), until.get(task, 0.0)))
        next_top += pitch
    loop_top = next_top if timing.has_ticker else None
    next_top += pitch if timing.has_ticker else 0
    marks = tuple(_marks(timing, axis))
    bottom = next_top + (_MARK_ROOM if marks else 0)
    return Block(title, aside, total, timing, top, tuple(rows), loop_top, marks, bottom)


def _marks(timing: Timing, axis: Axis) -> Iterator[Mark]:
    visible_ms = _VISIBLE * axis.scale_ms
    if timing.over_ms - timing.measured_ms > visible_ms:
        ends = "ends" if timing.threw is None else "fails"
        yield Mark(timing.measured_ms, f"main {ends} at {timing.measured_ms:,.0f} ms", solid=True)
    elif timing.overhead_ms > 2 * visible_ms and timing.threw is None:
        yield Mark(timing.ideal_ms, f"ideal {timing.ideal_ms:,.0f} ms", solid=False)


def _keys(blocks: Sequence[Block], axis: Axis) -> Iterator[Key]:
    rows = [row for block in blocks for row in block.rows]
    seen = {row.span.status for row in rows if row.span}
    if Status.FAILED in seen:
        yield Key.FAILED
    if Status.CANCELLED in seen:
        yield Key.CANCELLED
    if any(left_behind(row, axis) for row in rows):
        yield Key.LEFT_BEHIND
    if any(block.loop_top is not None for block in blocks):
        yield Key.TICK


def left_behind(row: Row, axis: Axis) -> bool:
    """Whether it can be seen that a task ran on with nobody waiting for it."""
    if row.span is None or row.span.status is Status.CANCELLED:
        return False
    return row.span.end_ms - row.until_ms > _VISIBLE * axis.scale_ms


def _legend(keys: Iterable[Key], top: int) -> Iterator[PlacedKey]:
    left = float(MARGIN)
    for key in keys:
        room = key.sign_width + 12 + width_of(key.value, SMALL)
        if left + room > WIDTH - MARGIN:
            left, top = float(MARGIN), top + _LEGEND_ROOM
        yield PlacedKey(key, left, top)
        left += room + 32
