"""A demo as panels: under way, measured, stepped through, its code, its timeline as text."""

from __future__ import annotations

from discord import ButtonStyle

from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table
from bot.domain.trace import Trace
from bot.exts.demo import _render
from bot.exts.kit import links
from bot.exts.kit.live import GO_ON, Live
from bot.exts.kit.panel import BAD, GOOD, Panel
from bot.exts.kit.parts import Press, row, rule
from bot.services.demos import DemoService

RUN, RESUME, STEP, PAGE = "demo.run", "demo.resume", "demo.step", "demo.page"
"""`demo.run` was under every run before runs were stored when asked for; those messages are still there."""


class Look:
    """How `/demo` shows a run. There is a button to go on from the start, so that the message is no dead end."""

    def __init__(self, demos: DemoService, run: KeptRun) -> None:
        self._demos = demos
        self._told = _render.Told.of(run, demos.demo(run.program.demo))

    def under_way(self, live: Live) -> Panel:
        """In line, or the live bars."""
        return Panel(*self._told.heading(), live.told(), row(_resume(live.kept, GO_ON)))

    async def done(self, run: KeptRun) -> Panel:
        """What was measured, the picture, and what to notice in it."""
        buttons = (links.run_again, links.run_steps, links.run_code, links.run_text)
        return Panel(
            *self._told.heading(),
            _render.shown(run),
            await self._demos.picture(run),
            self._told.notice(),
            _render.measured(run),
            rule(),
            row(*(button(run.id) for button in buttons)),
            colour=GOOD,
        )

    def broken(self, run: KeptRun, sentence: str) -> Panel:
        """Why there is nothing to show."""
        return Panel(*self._told.heading(), sentence, row(_resume(run, "Run again")), colour=BAD)


def steps(run: KeptRun, trace: Trace, step: int) -> Panel:
    """The tables of a run in one runtime, one row marked; `step` counts from 0."""
    last = len(execution_table(trace)) - 1
    others = [other.runtime for other in run.traces if other.runtime is not trace.runtime]
    return Panel(
        *_render.steps(trace, step),
        rule(),
        row(
            _step(run, trace, max(step - 1, 0), "back", "◀ Step back", disabled=step == 0),
            _step(run, trace, min(step + 1, last), "on", "Step on ▶", disabled=step == last),
            *(Press(STEP, run.id, 0, "to", other.value, label=f"See {other.label}") for other in others),
        ),
    )


def code_pages(run: KeptRun, first: Runtime) -> int:
    """How many pages the programs of a run fill."""
    return len(_render.code_pages(run, first))


def code(run: KeptRun, page: int, first: Runtime) -> Panel:
    """A page of the programs that ran, those of runtime `first` first; `page` counts from 0."""
    pages = _render.code_pages(run, first)
    last = len(pages) - 1
    return Panel(
        "## The code that ran\n-# This text, as it stands. Each task takes its time, no more."
        + (f" Page {page + 1} of {last + 1}." if last else ""),
        pages[page],
        row(
            Press(PAGE, run.id, max(page - 1, 0), "back", label="◀ Back", disabled=page == 0),
            Press(PAGE, run.id, min(page + 1, last), "on", label="On ▶", disabled=page == last),
        )
        if last
        else None,
    )


def text(run: KeptRun) -> Panel:
    """The timeline of a run in monospace."""
    return Panel(*_render.as_text(run))


def _resume(run: KeptRun, label: str) -> Press:
    return Press(RESUME, run.id, label=label, style=ButtonStyle.primary)


def _step(run: KeptRun, trace: Trace, to: int, way: str, label: str, *, disabled: bool) -> Press:
    style = ButtonStyle.primary if way == "on" else ButtonStyle.secondary
    return Press(STEP, run.id, to, way, trace.runtime.value, label=label, style=style, disabled=disabled)
