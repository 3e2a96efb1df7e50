"""Timelines as monospace text: the bars of finished runs, and of one under way. Tables stand in `tables`.

All phases of a drawing share one time axis, each drawn from its own start. Every glyph is one column wide and part of
WGL4, as in `tables`.
"""

from __future__ import annotations

from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.awaited import waited_until
from bot.domain.tables import GLYPHS, WIDTH, WORDS, in_lines, legend
from bot.domain.trace import Event, Progress, Status, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.program import Program
    from bot.domain.schedule import Runtime
    from bot.domain.trace import Span, Timing

BARS: Mapping[Status, str] = MappingProxyType(
    {Status.STARTED: "▒", Status.FINISHED: "█", Status.FAILED: "█", Status.CANCELLED: "░"}
)
"""What a task's bar is made of, while it is under way and by how it ended."""

ENDS: Mapping[Status, str] = MappingProxyType({status: GLYPHS[status] for status in (Status.FAILED, Status.CANCELLED)})
"""The last glyph of a bar that did not end well."""

LEFT_BEHIND = "▓"
"""What the bar of a task is made of from where nobody waits for it any more."""

_MAIN_OVER, _TICK, _TICKER = "│", "·", "loop"
_LEFT_BEHIND_LEGEND = f"{LEFT_BEHIND} nobody waits"
_MAIN_OVER_LEGEND = f"{_MAIN_OVER} main is over"
_TICK_LEGEND = f"{_TICK} loop free; right: longest stall"


def bars(traces: Sequence[Trace], width: int = WIDTH) -> str:
    """The measured timelines of runs of one program, no line longer than `width` columns (at least 36).

    Runs of two runtimes stand under one axis, phase by phase.
    """
    charted = [(trace, trace.timings) for trace in traces]
    tasks = traces[0].program.tasks
    labels = [task.label for task in tasks]
    everything = [timing for _, timings in charted for timing in timings]
    ticker = [_TICKER] if any(timing.has_ticker for timing in everything) else []
    chart = _Chart.fit([*labels, *ticker], max(timing.over_ms for timing in everything), width)
    lines: list[str] = []
    for number, phase in enumerate(traces[0].program.phases):
        for trace, timings in charted:
            title = phase.name if len(traces) == 1 else f"{trace.runtime.label} · {phase.name}"
            lines.append(chart.heading(title, _total(timings[number])))
            lines += chart.phase(timings[number], labels)
    seen = {span.status for timing in everything for span in timing.spans}
    keys = [f"{glyph} {WORDS[status]}" for status, glyph in ENDS.items() if status in seen]
    keys += [_LEFT_BEHIND_LEGEND] if any(LEFT_BEHIND in line for line in lines) else []
    keys += [_MAIN_OVER_LEGEND] if any(chart.runs_on(timing) for timing in everything) else []
    keys += [_TICK_LEGEND] if ticker else []
    return _text([*lines, *chart.axis(), *in_lines(keys, width)])


def progress(program: Program, runtime: Runtime, events: Iterable[Event], now_ms: float, width: int = WIDTH) -> str:
    """The timeline of a run under way, `now_ms` after its first phase started; lines as long as those of `bars`.

    The axis is at least as long as the program ought to take, so that it rests while the bars grow.

    Raises:
        TraceError: the events cannot have come from a run of this program.
    """
    so_far = Progress(program, runtime, events)
    timings = [so_far.timing(index, now_ms) for index in range(len(program.phases))]
    measured = [timing.over_ms for timing in timings if timing]
    labels = [f"{GLYPHS[Status.NOT_STARTED]} {task.label}" for task in program.tasks]
    chart = _Chart.fit(labels, max([*measured, *(phase.ideal(runtime).over_ms for phase in program.phases)]), width)
    lines: list[str] = []
    seen: set[Status] = set()
    for index, (phase, timing) in enumerate(zip(program.phases, timings, strict=True)):
        spans = {span.task: span for span in timing.spans} if timing else {}
        lines.append(chart.heading(phase.name, _ms(timing.measured_ms) if timing else Status.NOT_STARTED))
        for number, task in enumerate(program.tasks):
            status = so_far.status(index, number)
            seen.add(status)
            lines.append(chart.row(f"{GLYPHS[status]} {task.label}", spans.get(number)))
    return _text([*lines, *chart.axis(), *legend(seen, width=width)])


class _Chart(Struct, frozen=True):
    """Where things stand: labels at the left, `columns` of time in the middle, milliseconds at the right."""

    width: int
    label_width: int
    columns: int
    scale_ms: float

    @classmethod
    def fit(cls, labels: Sequence[str], scale_ms: float, width: int) -> _Chart:
        label_width = max(map(len, labels))
        return cls(width, label_width, width - label_width - len(_ms(scale_ms)) - 2, max(scale_ms, 1))

    def heading(self, title: str, value: str) -> str:
        room = self.width - len(value) - 1
        title = title if len(title) <= room else f"{title[: room - 1]}…"
        return f"{title}{value:>{self.width - len(title)}}"

    def phase(self, timing: Timing, labels: Sequence[str]) -> list[str]:
        """The rows of a finished phase: a bar a task, and the signs of life of its event loop."""
        spans = {span.task: span for span in timing.spans}
        until = waited_until(timing)
        over = min(self._column(timing.measured_ms), self.columns - 1) if self.runs_on(timing) else None
        lines: list[str] = []
        for task, label in enumerate(labels):
            if task not in spans:
                lines.append(f"{label:{self.label_width}} never started")
                continue
            bar = self.bar(spans[task], until[task])
            if over is not None and bar[over : over + 1] not in ENDS.values():
                bar = f"{bar[:over]:{over}}{_MAIN_OVER}{bar[over + 1 :]}"
            lines.append(self.line(label, bar, spans[task]))
        if timing.has_ticker:
            places = {min(self._column(at_ms), self.columns - 1) for at_ms in timing.ticks_ms}
            dots = "".join(_TICK if column in places else " " for column in range(self.columns))
            lines.append(self.heading(f"{_TICKER:{self.label_width}} {dots}", _ms(timing.longest_stall_ms)))
        return lines

    def row(self, label: str, span: Span | None) -> str:
        """A task's bar, if it has started."""
        return label if span is None else self.line(label, self.bar(span), span)

    def bar(self, span: Span, until_ms: float | None = None) -> str:
        """A bar from the start of the chart, with what lies behind `until_ms` told apart."""
        start = min(self._column(span.start_ms), self.columns - 1)
        length = max(self._column(span.end_ms) - start, 1)  # a task too short to see is seen all the same
        bar = " " * start + BARS[span.status] * (length - 1) + ENDS.get(span.status, BARS[span.status])
        if until_ms is None or span.end_ms <= until_ms:
            return bar
        until = max(self._column(until_ms), start)
        return bar[:until] + bar[until:].replace(BARS[Status.FINISHED], LEFT_BEHIND)

    def line(self, label: str, bar: str, span: Span) -> str:
        return self.heading(f"{label:{self.label_width}} {bar:{self.columns}}", _ms(span.end_ms - span.start_ms))

    def runs_on(self, timing: Timing) -> bool:
        """Whether tasks can be seen to run on after `main` was over."""
        last_ms = max((span.end_ms for span in timing.spans), default=0.0)
        return self._column(last_ms) > self._column(timing.measured_ms)

    def axis(self) -> tuple[str, str]:
        """The rule with its ticks, and under it their milliseconds: 1, 2 or 5 of a power of ten apart."""
        steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
        room = len(f"{int(self.scale_ms):,}") + 2
        step = next(step for step in steps if self._column(step) >= room)
        rule, numbers = "└".ljust(self.columns, "─"), ""
        for at_ms in range(0, int(self.scale_ms) + 1, step):
            column = min(self._column(at_ms), self.columns - 1)
            rule = rule if at_ms == 0 else f"{rule[:column]}┴{rule[column + 1 :]}"
            numbers = f"{numbers:{column}}{at_ms:,}"
        margin = " " * (self.label_width + 1)
        return margin + rule, self.heading(margin + numbers, "ms")

    def _column(self, at_ms: float) -> int:
        return round(min(at_ms / self.scale_ms, 1) * self.columns)


def _total(timing: Timing) -> str:
    return _ms(timing.measured_ms) if timing.threw is None else f"failed at {_ms(timing.measured_ms)}"


def _ms(duration_ms: float) -> str:
    return f"{duration_ms:,.0f} ms"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines if line)
