"""Timelines as monospace text: the bars of a finished run, and of one under way. Tables stand in `tables`.

All phases of a drawing share one time axis, each drawn from its own start. Every glyph is one column wide and part of
WGL4, as in `tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.domain.tables import GLYPHS, LEGEND
from bot.domain.trace import Event, Progress, Status, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.plan import Plan
    from bot.domain.trace import Span

BARS: Mapping[Status, str] = MappingProxyType({Status.STARTED: "▒", Status.FINISHED: "█"})
"""What a task's bar is made of, while it is under way and when it has finished."""


def bars(trace: Trace, width: int = 46) -> str:
    """The measured timeline of a run, no line longer than `width` columns (at least 36)."""
    timings = trace.timings
    labels = [task.name for task in trace.plan.tasks]
    chart = _Chart.fit(labels, max(timing.measured_ms for timing in timings), width)
    lines: list[str] = []
    for timing in timings:
        lines.append(chart.heading(timing.phase.mode, _ms(timing.measured_ms)))
        lines += [chart.row(labels[span.task], span, Status.FINISHED) for span in timing.spans]
    return _text([*lines, *chart.axis()])


def progress(plan: Plan, events: Iterable[Event], now_ms: float, width: int = 46) -> str:
    """The timeline of a run under way, `now_ms` after its first phase started; lines as long as those of `bars`.

    The axis is at least as long as the plan ought to take, so that it rests while the bars grow.

    Raises:
        TraceError: the events cannot have come from a run of this plan.
    """
    so_far = Progress(plan, events)
    timings = [so_far.timing(index, now_ms) for index in range(len(plan.phases))]
    measured = [timing.measured_ms for timing in timings if timing]
    labels = [f"{GLYPHS[Status.NOT_STARTED]} {task.name}" for task in plan.tasks]
    chart = _Chart.fit(labels, max([*measured, *(phase.ideal_ms for phase in plan.phases)]), width)
    lines: list[str] = []
    for index, (phase, timing) in enumerate(zip(plan.phases, timings, strict=True)):
        spans = {span.task: span for span in timing.spans} if timing else {}
        lines.append(chart.heading(phase.mode, _ms(timing.measured_ms) if timing else Status.NOT_STARTED))
        for number, task in enumerate(plan.tasks):
            status = so_far.status(index, number)
            lines.append(chart.row(f"{GLYPHS[status]} {task.name}", spans.get(number), status))
    return _text([*lines, *chart.axis(), LEGEND])


@dataclass(frozen=True, slots=True)
class _Chart:
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
        return f"{title}{value:>{self.width - len(title)}}"

    def row(self, label: str, span: Span | None, status: Status) -> str:
        if span is None:
            return label
        start = min(self._column(span.start_ms), self.columns - 1)
        length = max(self._column(span.end_ms) - start, 1)  # a task too short to see is seen all the same
        bar = " " * start + BARS[status] * length
        return self.heading(f"{label:{self.label_width}} {bar:{self.columns}}", _ms(span.end_ms - span.start_ms))

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


def _ms(duration_ms: float) -> str:
    return f"{duration_ms:,.0f} ms"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines)
