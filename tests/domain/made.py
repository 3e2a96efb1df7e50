"""Programs made for tests, from a few words."""

from __future__ import annotations

from bot.domain.plan_text import parse_plan
from bot.domain.program import Phase, Program, comparison


def program(*phases: tuple[str, str], demo: str = "made") -> Program:
    """A program of phases, each a name and a plan's text."""
    return Program(demo, tuple(Phase.generated(name, parse_plan(text)) for name, text in phases))


def tasks_in(count: int) -> Program:
    """The lesson's comparison of so many tasks."""
    return comparison([100 * number for number in range(1, count + 1)])
