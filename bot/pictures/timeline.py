"""The timeline of finished runs as a picture, and the same in words for those who do not see it. Places: `layout`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.domain.awaited import awaited
from bot.domain.trace import Status
from bot.pictures import ink
from bot.pictures.layout import HEADING, LABEL, LOOP_LABEL, MARGIN, SMALL, TITLE, WIDTH, Key, layout, left_behind
from bot.pictures.pen import Pen, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from bot.domain.trace import Span, Timing, Trace
    from bot.pictures.ink import Colour
    from bot.pictures.layout import Block, Layout, Row

LONGEST_DESCRIPTION = 1_000
"""Characters; Discord takes 1,024."""

_COLOURS = {Status.FINISHED: ink.FINISHED, Status.FAILED: ink.FAILED, Status.CANCELLED: ink.CANCELLED}
_HATCH = 14
"""Pixels between the strokes of a cancelled bar."""


def draw(traces: Sequence[Trace]) -> bytes:
    """The picture of runs of one program, each in another runtime, as PNG. It takes some 30 ms: call it in a thread."""
    places = layout(traces)
    return png(_Picture(places).drawn())


def describe(traces: Sequence[Trace]) -> str:
    """What the picture shows, in at most `LONGEST_DESCRIPTION` characters: each task, or if need be how many."""
    program = traces[0].program
    charted = [(trace.runtime.label, trace.timings) for trace in traces]
    blocks = [(label, timings[number]) for number in range(len(program.phases)) for label, timings in charted]
    opening = f"Timeline of {program.demo}, all times in milliseconds."
    for told in (_each_task, _how_many):
        sentences = [f"{label}, {timing.phase.name}: {_main(timing)}; {told(timing)}." for label, timing in blocks]
        text = " ".join([opening, *sentences])
        if len(text) <= LONGEST_DESCRIPTION:
            return text
    return f"{text[: LONGEST_DESCRIPTION - 1]}…"


def _main(timing: Timing) -> str:
    if timing.threw is not None:
        return f"main fails at {timing.measured_ms:,.0f} with {timing.threw[:80]}"
    stall = f", the event loop stalls for up to {timing.longest_stall_ms:,.0f}" if timing.has_ticker else ""
    return f"main ends at {timing.measured_ms:,.0f}{stall}"


def _each_task(timing: Timing) -> str:
    spans, kept = {span.task: span for span in timing.spans}, awaited(timing)

    def told(task: int) -> str:
        if task not in spans:
            return "never started"
        span = spans[task]
        how = "" if span.status is Status.FINISHED else f"{span.status} "
        nobody = "" if task in kept or span.status is Status.CANCELLED else " with nobody waiting for its end"
        return f"{how}from {span.start_ms:,.0f} to {span.end_ms:,.0f}{nobody}"

    return ", ".join(f"{task.label} {told(index)}" for index, task in enumerate(timing.phase.tasks))


def _how_many(timing: Timing) -> str:
    ended = Counter(span.status.value for span in timing.spans)
    ended["never started"] = len(timing.phase.tasks) - len(timing.spans)
    return "tasks: " + ", ".join(f"{count} {status}" for status, count in ended.items() if count)


class _Picture:
    """Draws everything where the layout says."""

    def __init__(self, places: Layout) -> None:
        self._places = places
        self._axis = places.axis
        self._pen = Pen(WIDTH, places.height)

    def drawn(self) -> Image.Image:
        self._pen.text(MARGIN, MARGIN + TITLE * 0.75, self._places.title, TITLE)
        for block in self._places.blocks:
            self._block(block)
        self._scale()
        self._legend()
        return self._pen.finished()

    def _block(self, block: Block) -> None:
        pen, baseline = self._pen, block.top + HEADING
        pen.text(MARGIN, baseline, block.title, HEADING)
        pen.text(MARGIN + ink.width_of(block.title, HEADING), baseline, block.aside, HEADING, ink.QUIET)
        pen.text(WIDTH - MARGIN, baseline, block.total, HEADING, anchor="rs")
        if block.timing.threw is not None:
            self._cross(WIDTH - MARGIN - ink.width_of(block.total, HEADING) - 24, baseline - 12, 10, ink.FAILED)
        bottom = (block.loop_top or block.rows[-1].top) + self._places.bar_height + 4
        for at_ms in self._axis.numbers():
            x = self._axis.x(at_ms)
            pen.line(x, block.rows_top - 4, x, bottom, ink.GRID)
        for row in block.rows:
            self._row(row)
        if block.loop_top is not None:
            self._loop(block, block.loop_top)
        for mark in block.marks:
            self._mark(block, mark.at_ms, mark.words, bottom, solid=mark.solid)

    def _row(self, row: Row) -> None:
        baseline = self._baseline(row.top)
        self._pen.text(MARGIN, baseline, row.label, LABEL)
        if row.span is None:
            self._pen.text(self._axis.left + 10, baseline, "never started", LABEL, ink.QUIET)
            return
        bar = self._bar(row, row.span)
        self._duration(row.span, bar, baseline)

    def _bar(self, row: Row, span: Span) -> tuple[float, float, Colour | None]:
        """Draw a bar; return the part of it that words may stand in, and their colour, if any."""
        top, bottom = row.top, row.top + self._places.bar_height
        x1, x2 = self._axis.x(span.start_ms), self._axis.x(span.end_ms)
        x2 = max(x2, x1 + 3)
        colour = _COLOURS.get(span.status, ink.FINISHED)
        if span.status is Status.CANCELLED:
            self._hatched(x1, top, x2, bottom)
            return x1, x2, None
        split = max(self._axis.x(row.until_ms), x1) if left_behind(row, self._axis) else x2
        words = (x1, x2, ink.ON_BAR)
        if split > x1:
            self._pen.box(x1, top, split, bottom, colour, (True, split == x2, split == x2, True))
        if split < x2:
            whole = x1 == split
            self._outlined(split, top, x2, bottom, colour, (whole, True, True, whole))
            words = (split, x2, ink.TEXT)
        if span.status is Status.FAILED:
            size = self._places.bar_height
            inside = x2 - x1 > size
            self._cross(x2 - size / 2 if inside else x2 + size / 2, top + size / 2, size / 4, ink.TEXT)
            return words[0], x2 - size if inside else x1, words[2]
        return words

    def _hatched(self, x1: float, top: float, x2: float, bottom: float) -> None:
        """A bar without a right edge: what it was, was not finished."""
        pen, height = self._pen, bottom - top
        pen.box(x1, top, x2, bottom, ink.HATCHED, (False,) * 4)
        start = x1 - height
        while start < x2:
            left, right = max(start, x1), min(start + height, x2)
            if right > left:
                pen.line(left, bottom - (left - start), right, bottom - (right - start), ink.CANCELLED)
            start += _HATCH
        for y in (top + 1.5, bottom - 1.5):
            pen.line(x1, y, x2, y, ink.CANCELLED, 3)
        pen.line(x1 + 1.5, top, x1 + 1.5, bottom, ink.CANCELLED, 3)

    def _duration(self, span: Span, bar: tuple[float, float, Colour | None], baseline: float) -> None:
        words = f"{span.end_ms - span.start_ms:,.0f} ms"
        room, (left, right, colour) = ink.width_of(words, SMALL) + 20, bar
        end = max(self._axis.x(span.end_ms), self._axis.x(span.start_ms) + 3)
        beside = end + (self._places.bar_height if span.status is Status.FAILED and right <= left else 0)
        if colour is not None and right - left >= room:
            self._pen.text(right - 10, baseline - 1, words, SMALL, colour, "rs")
        elif beside + room <= WIDTH - MARGIN:
            self._pen.text(beside + 10, baseline - 1, words, SMALL)
        elif colour is None:
            top = baseline - self._places.bar_height * 0.72
            self._pen.box(end - room - 4, top, end - 4, top + self._places.bar_height * 0.88, ink.GROUND, (True,) * 4)
            self._pen.text(end - 14, baseline - 1, words, SMALL, anchor="rs")
        else:
            self._pen.text(self._axis.x(span.start_ms) - 10, baseline - 1, words, SMALL, anchor="rs")

    def _loop(self, block: Block, top: int) -> None:
        middle, baseline = top + self._places.bar_height / 2, self._baseline(top)
        self._pen.text(MARGIN, baseline, LOOP_LABEL, LABEL, ink.QUIET)
        for start_ms, end_ms in block.stalls:
            x1, x2 = self._axis.x(start_ms) + 9, self._axis.x(end_ms) - 9
            words = f"stalled {end_ms - start_ms:,.0f} ms"
            room = ink.width_of(words, SMALL) + 20
            if x2 - x1 < room:
                words, room = "stalled", ink.width_of("stalled", SMALL) + 12
            self._pen.line(x1, middle, x2, middle, ink.QUIET)
            for x in (x1, x2):
                self._pen.line(x, middle - 9, x, middle + 9, ink.QUIET)
            if x2 - x1 >= room:
                centre = (x1 + x2) / 2
                self._pen.box(centre - room / 2, top, centre + room / 2, top + 30, ink.GROUND, (False,) * 4)
                self._pen.text(centre, baseline - 1, words, SMALL, anchor="ms")
        for at_ms in block.timing.ticks_ms:
            self._pen.dot(self._axis.x(at_ms), middle, 5, ink.TICK)

    def _mark(self, block: Block, at_ms: float, words: str, bottom: float, *, solid: bool) -> None:
        x, half = self._axis.x(at_ms), ink.width_of(words, SMALL) / 2
        if solid:
            self._pen.line(x, block.rows_top - 6, x, bottom + 6, ink.TEXT, 3)
        else:
            self._pen.dashed(x, block.rows_top - 6, bottom + 6, ink.TEXT)
        centre = min(max(x, self._axis.left + half), WIDTH - MARGIN - half)
        self._pen.text(centre, bottom + 30, words, SMALL, anchor="ms")

    def _scale(self) -> None:
        top = self._places.axis_top
        self._pen.line(self._axis.left, top, self._axis.right, top, ink.QUIET)
        for at_ms in self._axis.numbers():
            x, words = self._axis.x(at_ms), f"{at_ms:,}"
            half = ink.width_of(words, SMALL) / 2
            self._pen.line(x, top, x, top + 8, ink.QUIET)
            self._pen.text(min(x, WIDTH - half - 8) - half, top + 34, words if at_ms else "0 ms", SMALL, ink.QUIET)

    def _legend(self) -> None:
        for placed in self._places.legend:
            x, top = placed.left, placed.top
            right, bottom = x + placed.key.sign_width, top + 28
            match placed.key:
                case Key.FAILED:
                    self._pen.box(x, top, right, bottom, ink.FAILED, (True,) * 4)
                    self._cross(x + 26, top + 14, 7, ink.TEXT)
                case Key.CANCELLED:
                    self._hatched(x, top, right, bottom)
                case Key.LEFT_BEHIND:
                    self._outlined(x, top, right, bottom, ink.FINISHED, (True,) * 4)
                case Key.TICK:
                    self._pen.dot(x + 7, top + 15, 5, ink.TICK)
            self._pen.text(right + 12, top + 23, placed.key.value, SMALL, ink.QUIET)

    def _outlined(self, x1: float, y1: float, x2: float, y2: float, colour: Colour, corners: tuple[bool, ...]) -> None:
        """A bar that is only an outline: nobody waits for this."""
        pale = ink.FAILED_LATE if colour == ink.FAILED else ink.RAN_ON
        left = 2 if corners[0] else 0
        self._pen.box(x1, y1, x2, y2, colour, corners)
        self._pen.box(x1 + left, y1 + 2, x2 - 2, y2 - 2, pale, corners)

    def _cross(self, x: float, y: float, arm: float, colour: Colour) -> None:
        self._pen.line(x - arm, y - arm, x + arm, y + arm, colour, 4)
        self._pen.line(x - arm, y + arm, x + arm, y - arm, colour, 4)

    def _baseline(self, top: float) -> float:
        return top + self._places.bar_height / 2 + LABEL * 0.36
