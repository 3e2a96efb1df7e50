"""A demo as panels: under way, measured, stepped through."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle

from bot.domain.plan import Plan
from bot.domain.records import KeptRun
from bot.domain.steps import execution_table
from bot.domain.trace import Event
from bot.exts.demo import _render
from bot.exts.kit import links
from bot.exts.kit.actions import Press
from bot.exts.kit.panel import BAD, GOOD, Panel, row, rule

STEPS, STEP, CODE = "demo.steps", "demo.step", "demo.code"


def waiting(plan: Plan, member_id: int, position: int) -> Panel:
    """A run that waits for its turn."""
    return Panel(_render.title(plan, member_id), _render.waiting(position), row(_again(plan)))


def under_way(plan: Plan, member_id: int, events: Sequence[Event], now_ms: float) -> Panel:
    """A run under way. *Run again* is there from the start: whatever becomes of the bot, the message is no dead end."""
    return Panel(_render.title(plan, member_id), _render.under_way(plan, events, now_ms), row(_again(plan)))


def measured(run: KeptRun) -> Panel:
    """A finished run: its times and its timeline."""
    return Panel(
        _render.title(run.trace.plan, run.member_id),
        *_render.measured(run.trace),
        rule(),
        row(_again(run.trace.plan), Press(STEPS, run.id, label="Steps"), Press(CODE, run.id, label="Code")),
        colour=GOOD,
    )


def broken(plan: Plan, member_id: int, sentence: str) -> Panel:
    """A run that ended without a result."""
    return Panel(_render.title(plan, member_id), sentence, row(_again(plan)), colour=BAD)


def steps(run: KeptRun, step: int) -> Panel:
    """The tables of a run, one row marked; `step` counts from 0."""
    last = len(execution_table(run.trace)) - 1
    return Panel(
        *_render.steps(run.trace, step),
        rule(),
        row(
            Press(STEP, run.id, max(step - 1, 0), "back", label="◀ Step back", disabled=step == 0),
            Press(
                STEP,
                run.id,
                min(step + 1, last),
                "on",
                label="Step on ▶",
                style=ButtonStyle.primary,
                disabled=step == last,
            ),
        ),
    )


def code(sources: Sequence[str]) -> Panel:
    """The programs that ran."""
    return Panel(*_render.code(sources))


def _again(plan: Plan) -> Press:
    return links.run_demo(plan.demo, tuple(task.delay_ms for task in plan.tasks), "Run again")
