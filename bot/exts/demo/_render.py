"""A demo in words: under way, measured, stepped through, its code. No Discord."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Self

from msgspec import Struct

from bot.domain.awaited import compares
from bot.domain.demo import Demo
from bot.domain.lesson import RunTable
from bot.domain.plan import PlanError
from bot.domain.plan_text import parse_plan, text_of
from bot.domain.program import CUSTOM
from bot.domain.records import KeptRun
from bot.domain.remarks import place, remarks, sayings
from bot.domain.schedule import Runtime, schedule
from bot.domain.timeline import bars
from bot.domain.trace import Timing, Trace
from bot.domain.verdict import verdict
from bot.exts.kit import blocks
from bot.exts.kit.words import COLUMNS, clip, code_block, count

PLANS = {
    "(a 300 & b 500) > c 200": "a and b together, then c",
    "a 300 > b 500!": "in turn, and b fails",
    "~a 300 > b 500": "nobody awaits a",
    "(a 300! & b 500) settled": "wait for all, failed or not",
    "a 300 | b 500": "the first to end",
    "(a 300! | b 500) any": "the first to succeed",
    "(a 300 & b 500 & c 400) limit 2": "at most 2 at once",
    "(a 300 > b 500) within 400": "with a deadline",
    "a 300 cpu & b 500 cpu": "work on the event loop",
    "a 300 thread & b 500 thread": "work in threads",
}
"""Plans to begin with: between them they use every sign."""

MOST_CHARACTERS = 4_000
"""What a message may hold, by Discord's limit."""

MOST_SAYINGS = 8
"""So many lines of what programs said are shown: two for each of two phases in two runtimes."""

PAGE_CHARACTERS = 3_000
"""Code on one page; what stands around it has room in a message's 4,000."""

_HEADS = ("measured", "ideal", "overhead", "speed-up")
_FIGURES = (8, 6, 8, 8)
_NAME = COLUMNS - sum(_FIGURES) - len(_FIGURES)
"""The columns that the figures leave; a longer name has a line of its own."""


class Told(Struct, frozen=True):
    """What is told of a run beside its figures: all of it is worked out once, and the message is drawn often."""

    run: KeptRun
    title: str
    story: str
    """A demo's own story, or what takes its place."""
    hint: str | None = None
    """What to notice, if the demo's own words hold with these delays."""

    @classmethod
    def of(cls, run: KeptRun, demo: Demo | None) -> Self:
        """What to tell of a run; `demo` is the one that the catalogue has by that name now."""
        program = run.program
        if program.demo == CUSTOM:
            return cls(run, "A plan of your own", f"`{text_of(program.phases[0].plan)}`")
        if demo is None or not demo.makes(program):
            return cls(run, program.demo, "-# The catalogue has another demo of this name now, or none.")
        if not demo.tells_of(program, run.runtimes):
            return cls(run, demo.title, "-# With these delays it goes another way than this demo tells of.")
        return cls(run, demo.title, demo.story, demo.notice)

    def heading(self) -> Iterator[str]:
        """What runs which tasks where, who asked for it, and its story."""
        program = self.run.program
        times = ", ".join(f"{task.ms:,}" for task in program.tasks)
        facts = [
            f"/demo {program.demo}",
            f"{count(len(program.tasks), 'task')} of {times} ms",
            ", then ".join(runtime.label for runtime in self.run.runtimes),
            f"run by <@{self.run.member_id}>",
        ]
        yield f"## {self.title}\n-# {' · '.join(facts)}"
        yield self.story

    def notice(self) -> str | None:
        """What to look at in the picture."""
        return f"**What to notice**\n{self.hint}" if self.hint else None


def plan_so_far(text: str) -> str:
    """How long a plan takes, or what its first mistake is."""
    try:
        ideal = schedule(parse_plan(text), Runtime.NODE)
    except PlanError as error:
        return str(error)
    how = "is done" if ideal.succeeds else "fails"
    return f"{text.strip()} · {how} after {ideal.makespan_ms:,.0f} ms in Node.js"


def shown(run: KeptRun) -> str:
    """What a finished run has shown, in a sentence."""
    return f"**{verdict(run.traces)}**"


def measured(run: KeptRun) -> str:
    """The times of a finished run, what they mean, and what its programs said."""
    meaning = "Milliseconds. Overhead: measured less ideal."
    if any(compares(timing) for trace in run.traces for timing in trace.timings):
        meaning += " Speed-up: the times of all tasks over the time measured."
    lines = [meaning, *remarks(run.traces), *islice(_sayings(run), MOST_SAYINGS)]
    return "\n".join([code_block(_figures(run)), *(f"-# {line}" for line in lines)])


def steps(trace: Trace, step: int) -> list[str]:
    """What happened in one runtime, row by row; `step` counts from 0. A tracker that would be too much is left out."""
    pieces = [
        f"## Step by step in {trace.runtime.label}\n-# Made from the trace of this very run.",
        blocks.run_table(RunTable.EXECUTION, trace, step),
        blocks.step_note(trace, step),
    ]
    tracker = f"**Variable tracker**\n{blocks.run_table(RunTable.VARIABLES, trace, promises=True)}"
    room = MOST_CHARACTERS - sum(map(len, pieces))
    return [*pieces, tracker] if len(tracker) <= room else pieces


def as_text(run: KeptRun) -> Iterator[str]:
    """The timeline in monospace, and what the programs printed and returned."""
    yield "## The timeline, as text\n-# One axis for all; each bar is a task."
    yield code_block(bars(run.traces))
    if said := "\n".join(islice(_sayings(run), MOST_SAYINGS)):
        yield said


def code_pages(run: KeptRun, first: Runtime) -> list[str]:
    """The programs that ran, those of `first` first, as pages: together where they fit, cut between lines where not."""
    pages = [""]
    for runtime in sorted(run.runtimes, key=lambda runtime: runtime is not first):
        for phase in run.program.phases:
            name = place(run.program, runtime, phase.name)
            for piece in _pieces(phase.code[runtime].rstrip("\n")):
                shown = f"**{name}**\n{code_block(piece, runtime.suffix)}"
                if pages[-1] and len(pages[-1]) + len(shown) > PAGE_CHARACTERS:
                    pages.append("")
                pages[-1] += f"\n{shown}" if pages[-1] else shown
    return pages


def _pieces(source: str) -> Iterator[str]:
    piece: list[str] = []
    for line in source.split("\n"):
        if sum(map(len, piece)) + len(piece) + len(line) > PAGE_CHARACTERS - 100:
            yield "\n".join(piece)
            piece = []
        piece.append(line)
    yield "\n".join(piece)


def _figures(run: KeptRun) -> str:
    """Measured, ideal, overhead and speed-up: a row for each phase in each runtime."""
    rows: list[str] = [_row("", _HEADS)]
    for trace in run.traces:
        alone = len(trace.timings) == 1
        if len(run.traces) > 1 and not alone:
            rows.append(trace.runtime.label)
        for timing in trace.timings:
            name = trace.runtime.label if alone else timing.phase.name
            rows.append(_row(f" {name}" if len(run.traces) > 1 and not alone else name, _cells(timing)))
    return "\n".join(rows)


def _cells(timing: Timing) -> tuple[str, ...]:
    return (
        f"{timing.measured_ms:z,.1f}",
        f"{timing.ideal_ms:,.0f}",
        f"{timing.overhead_ms:z,.1f}",
        f"{timing.speed_up:.2f}×" if compares(timing) else "–",
    )


def _row(name: str, cells: tuple[str, ...]) -> str:
    figures = "".join(f" {cell:>{width}}" for cell, width in zip(cells, _FIGURES, strict=True))
    return f"{name:{_NAME}}{figures}" if len(name) <= _NAME else f"{name}\n{'':{_NAME}}{figures}"


def _sayings(run: KeptRun) -> Iterator[str]:
    """What the programs printed, threw and gave."""
    for said in sayings(run.traces):
        yield f"{said.who} {_quoted(said.words)} {said.when}".rstrip()


def _quoted(text: str) -> str:
    return f"`{clip(text.replace('`', '’'), 160)}`"
