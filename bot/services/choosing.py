"""What somebody asks for, from their words: a program, and where to run it. Pure; Discord and terminal share it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from msgspec import Struct

from bot.domain.demo import Demo, parse_durations
from bot.domain.errors import MemberError
from bot.domain.names import shown
from bot.domain.plan import PlanError
from bot.domain.plan_text import parse_plan
from bot.domain.program import CUSTOM, Program, custom
from bot.domain.schedule import Runtime
from bot.runners.node import NodeMissingError

BOTH = "both"
"""The choice of all runtimes, one after the other: each is measured alone."""


class UnknownDemoError(MemberError):
    """There is no demo of that name."""


class Manner(Struct, frozen=True):
    """How one asks for demos in a place, for sentences that name a remedy."""

    example: str
    """A custom demo."""
    names: str
    """A sentence that tells where the names of demos are."""


ON_DISCORD = Manner("/demo custom plan:(a 300 & b 500) > c 200", "Choose one from the list that appears as you type.")


def choose_program(
    demos: Mapping[str, Demo], name: str, durations: str | None, plan: str | None, manner: Manner = ON_DISCORD
) -> Program:
    """What somebody asked to run; without `durations`, with those of the catalogue.

    Raises:
        UnknownDemoError: there is no such demo; the sentence suggests the nearest.
        PlanError: the plan or the durations cannot be used.
    """
    name = name.strip().lower()
    if name == CUSTOM:
        return _custom(durations, plan, manner)
    demo = demos.get(name)
    if demo is None:
        close = get_close_matches(name, [*demos, CUSTOM], n=1, cutoff=0.5)
        hint = f"Did you mean `{close[0]}`?" if close else manner.names
        raise UnknownDemoError(f"There is no demo “{shown(name)}”. {hint}")
    if plan is not None:
        raise PlanError(f"`{name}` has a plan of its own. Yours goes with custom: `{manner.example}`.")
    return demo.program(None if durations is None else parse_durations(durations))


def choose_runtimes(choice: str | None, *, has_node: bool, first: Runtime = Runtime.NODE) -> tuple[Runtime, ...]:
    """Where to run: `node`, `python` or `both`; without a choice, in `first`, or in Python if that is not there.

    Raises:
        NodeMissingError: Node.js was chosen and is not there; the sentence says how to get it.
        MemberError: there is no such choice.
    """
    if choice is None:
        return (first if has_node else Runtime.PYTHON,)
    if choice == BOTH:
        chosen = tuple(Runtime)
    elif choice in set(Runtime):
        chosen = (Runtime(choice),)
    else:
        raise MemberError(f"There is no runtime “{shown(choice)}”. Choose node, python or both.")
    if Runtime.NODE in chosen and not has_node:
        raise NodeMissingError
    return chosen


def _custom(durations: str | None, plan: str | None, manner: Manner) -> Program:
    if plan is None:
        raise PlanError(f"Write your plan too, such as `{manner.example}`.")
    if durations is not None:
        raise PlanError("A plan of your own has its times in it. Leave the delays out.")
    return custom(parse_plan(plan))
