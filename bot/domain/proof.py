"""How an answer is proven: a program to run, and what each option claims about the run. The right one's claims hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.domain.trace import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.program import Program
    from bot.domain.schedule import Runtime
    from bot.domain.trace import Timing, Trace

TOLERANCE = 0.15
LEAST_TOLERANCE_MS = 50
"""How far a measured time may lie from a claimed one: this share of it, and at least so many milliseconds."""

HAPPENINGS = {
    "starts": (Kind.STARTED,),
    "ends": (Kind.FULFILLED, Kind.REJECTED, Kind.CANCELLED),
    "succeeds": (Kind.FULFILLED,),
    "fails": (Kind.REJECTED,),
    "is cancelled": (Kind.CANCELLED,),
}
"""What can be said of a task, as in `task1 starts`. Of `main`: `main ends`; of printing: `it prints`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says about one phase of a run. Every part that is given must be so."""

    phase: int = 0
    total_ms: int | None = None
    """`main` takes about so long."""
    order: tuple[str, ...] = ()
    """These happen, in this order, such as `task1 starts`, `main ends`."""
    never: tuple[str, ...] = ()
    """None of these happens."""
    first_step: tuple[tuple[str, int], ...] = ()
    """A task, and the row of the execution table where it is started for the first time in this phase."""
    returns: str | None = None
    """What `main` returns, as JSON."""
    throws: str | None = None
    """A piece of the error that ends `main`."""
    prints: tuple[str, ...] | None = None
    """All that is printed, a line each."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The program behind a question, where it is to be run, and what each option claims, by the option's id."""

    program: Program
    runtimes: tuple[Runtime, ...]
    claims: tuple[tuple[str, tuple[Claim, ...]], ...]

    def claims_of(self, option_id: str) -> tuple[Claim, ...]:
        """What an option claims; nothing, if it says nothing that a run can show."""
        return dict(self.claims).get(option_id, ())
