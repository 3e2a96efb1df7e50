"""How an answer is proven: a program to run, and what each option claims about the run. The right one's claims hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.steps import Act, execution_table
from bot.domain.trace import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.program import Program
    from bot.domain.schedule import Runtime
    from bot.domain.trace import Event, Timing, Trace

PROOF = "proof"
"""The name of a program that is no demo, but belongs to a question alone."""

TOLERANCE = 0.15
LEAST_TOLERANCE_MS = 50
"""How far a measured time may lie from a claimed one: this share of it, and at least so many milliseconds."""

HAPPENINGS = {
    "starts": frozenset({Kind.STARTED}),
    "ends": frozenset({Kind.FULFILLED, Kind.REJECTED, Kind.CANCELLED}),
    "succeeds": frozenset({Kind.FULFILLED}),
    "fails": frozenset({Kind.REJECTED}),
    "is cancelled": frozenset({Kind.CANCELLED}),
}
"""What can be said of a task, as in `task1 starts`."""

MAIN_ENDS = "main ends"
PRINTS = "it prints"
_OF_NO_TASK = {MAIN_ENDS: frozenset({Kind.RETURNED, Kind.THREW}), PRINTS: frozenset({Kind.PRINTED})}

_TOLD = {
    Kind.STARTED: "started",
    Kind.FULFILLED: "finished",
    Kind.REJECTED: "failed",
    Kind.CANCELLED: "was cancelled",
    Kind.RETURNED: "main was over",
    Kind.THREW: "main failed",
    Kind.PRINTED: "it printed",
}


_NEVER = {
    "starts": ("never starts", "never started"),
    "ends": ("never ends", "never ended"),
    "succeeds": ("never succeeds", "never succeeded"),
    "fails": ("never fails", "never failed"),
    "is cancelled": ("is never cancelled", "was never cancelled"),
    "prints": ("never prints", "never printed"),
}
"""What is said of a thing that does not happen: as a claim, and when it was looked for."""


class Claim(Struct, frozen=True):
    """What somebody says about one phase of a run. Every part that is given must be so."""

    phase: int = 0
    total_ms: int | None = None
    """`main` takes about so long."""
    faster_than: int | None = None
    """`main` takes less time than in that phase."""
    order: tuple[str, ...] = ()
    """These happen, in this order, such as `task1 starts`, `main ends`, `it prints`."""
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


class Finding(Struct, frozen=True):
    """One part of a claim beside what a run showed, each as a clause: “main is over after about 600 ms”."""

    claimed: str
    observed: str
    holds: bool


class Proof(Struct, frozen=True):
    """The program behind a question, where it is to be run, and what each option claims, by the option's id."""

    program: Program
    runtimes: tuple[Runtime, ...]
    claims: tuple[tuple[str, tuple[Claim, ...]], ...]

    def claims_of(self, option_id: str) -> tuple[Claim, ...]:
        """What an option claims; nothing, if it says nothing that a run can show."""
        return dict(self.claims).get(option_id, ())

    def findings(self, option_id: str, trace: Trace) -> tuple[Finding, ...]:
        """What an option claims, beside what the run of the program showed.

        The phase is named, but for the option's own, which bears its id.
        """
        phases = trace.program.phases
        return tuple(
            finding
            for claim in self.claims_of(option_id)
            for finding in examine(claim, trace, in_its_own=phases[claim.phase].name == option_id)
        )

    def shown(self, trace: Trace) -> tuple[str, ...]:
        """The ids of the options whose every claim holds in a run. With a right key, that is the answer alone."""
        return tuple(
            option_id for option_id, claims in self.claims if claims and all(holds(claim, trace) for claim in claims)
        )


def happening_fault(happening: str, tasks: Iterable[str]) -> str | None:
    """What is wrong with the words of a happening, or None if it can be looked for in a run of these tasks."""
    task, _, verb = happening.partition(" ")
    if happening in _OF_NO_TASK or (verb in HAPPENINGS and task in tasks):
        return None
    if verb in HAPPENINGS:
        return f"there is no task “{task}”, expected one of {', '.join(tasks)}"
    return f"found “{happening}”, expected a task that {', '.join(HAPPENINGS)}, or {MAIN_ENDS}, or {PRINTS}"


def holds(claim: Claim, trace: Trace) -> bool:
    """Whether a run of the program showed what is claimed."""
    return all(finding.holds for finding in examine(claim, trace))


def examine(claim: Claim, trace: Trace, *, in_its_own: bool = False) -> tuple[Finding, ...]:
    """Every part of a claim beside what a run showed; the phase is named unless it is the claimant's own."""
    return tuple(_Examiner(claim, trace, in_its_own=in_its_own).findings())


class _Examiner:
    """Holds the parts of one claim against one phase of a run."""

    def __init__(self, claim: Claim, trace: Trace, *, in_its_own: bool) -> None:
        self._claim, self._trace = claim, trace
        self._timing = trace.timings[claim.phase]
        self._events = [event for event in trace.events if event.phase == claim.phase]
        phases = trace.program.phases
        self._where = f"in “{phases[claim.phase].name}” " if len(phases) > 1 and not in_its_own else ""
        self._labels = {task.name: task.label for task in phases[claim.phase].tasks}

    def findings(self) -> Iterator[Finding]:
        for claimed, seen, so in self._parts():
            yield Finding(self._where + claimed, self._where + seen, so)

    def _parts(self) -> Iterator[tuple[str, str, bool]]:
        claim, timing = self._claim, self._timing
        if claim.total_ms is not None:
            near = max(LEAST_TOLERANCE_MS, TOLERANCE * claim.total_ms)
            so = abs(timing.measured_ms - claim.total_ms) <= near
            yield f"main is over after about {claim.total_ms:,} ms", _over_after(timing), so
        if claim.faster_than is not None:
            other = self._trace.timings[claim.faster_than]
            seen = f"{_over_after(timing)}, in “{other.phase.name}” after {other.measured_ms:,.0f} ms"
            yield f"main takes less than in “{other.phase.name}”", seen, timing.measured_ms < other.measured_ms
        if claim.order:
            yield self._labelled(claim.order), self._course(claim.order), self._in_order(claim.order)
        for happening in claim.never:
            so = self._first(happening) is None
            yield self._denied(happening)[0], self._course([happening]), so
        for task, row in claim.first_step:
            found, label = self._first_row(task), self._labels[task]
            seen = f"{label} started in step {found}" if found else f"{label} never started"
            yield f"{label} starts in step {row}", seen, found == row
        yield from self._outcome()

    def _outcome(self) -> Iterator[tuple[str, str, bool]]:
        claim, timing = self._claim, self._timing
        if claim.returns is not None:
            so = timing.threw is None and _same_json(timing.returned, claim.returns)
            yield f"main gives {_compact(claim.returns)}", _ended(timing), so
        if claim.throws is not None:
            so = timing.threw is not None and claim.throws in timing.threw
            yield f"main fails with {claim.throws}", _ended(timing), so
        if claim.prints is not None:
            so = claim.prints == timing.printed
            yield f"it prints {_quoted(claim.prints)}", f"it printed {_quoted(timing.printed)}", so

    def _matches(self, event: Event, happening: str) -> bool:
        if happening in _OF_NO_TASK:
            return event.kind in _OF_NO_TASK[happening]
        task, _, verb = happening.partition(" ")
        named = event.task is not None and self._trace.program.tasks[event.task].name == task
        return named and event.kind in HAPPENINGS[verb]

    def _first(self, happening: str) -> Event | None:
        return next((event for event in self._events if self._matches(event, happening)), None)

    def _in_order(self, happenings: Sequence[str]) -> bool:
        left = iter(self._events)
        return all(any(self._matches(event, happening) for event in left) for happening in happenings)

    def _course(self, happenings: Sequence[str]) -> str:
        """These happenings as they came, each with its time, and those that never came."""
        found = [(happening, self._first(happening)) for happening in happenings]
        came = sorted((event for _, event in found if event is not None), key=self._events.index)
        origin = self._events[0].at_ms
        said = [f"{self._told(event)} at {event.at_ms - origin:,.0f} ms" for event in came]
        said += [self._denied(happening)[1] for happening, event in found if event is None]
        return ", ".join(said)

    def _told(self, event: Event) -> str:
        if event.task is None:
            return _TOLD[event.kind]
        return f"{self._trace.program.tasks[event.task].label} {_TOLD[event.kind]}"

    def _denied(self, happening: str) -> tuple[str, str]:
        who, _, does = happening.partition(" ")
        claimed, seen = _NEVER[does]
        return f"{self._labels.get(who, who)} {claimed}", f"{self._labels.get(who, who)} {seen}"

    def _labelled(self, happenings: Sequence[str]) -> str:
        words = [happening.partition(" ") for happening in happenings]
        return ", then ".join(f"{self._labels.get(who, who)} {does}" for who, _, does in words)

    def _first_row(self, task: str) -> int | None:
        place = [known.name for known in self._trace.program.tasks].index(task)
        phase = 0
        for step in execution_table(self._trace):
            called = step.act is Act.CALL and step.statuses[place] is Status.STARTED
            if called and phase == self._claim.phase:
                return step.number
            phase += step.act is Act.DONE
        return None


def _over_after(timing: Timing) -> str:
    return f"main was over after {timing.measured_ms:,.0f} ms"


def _ended(timing: Timing) -> str:
    if timing.threw is not None:
        return f"main failed with {timing.threw}"
    return f"main gave {timing.returned}" if timing.returned is not None else "main gave nothing"


def _same_json(found: str | None, claimed: str) -> bool:
    try:
        return found is not None and json.loads(found) == json.loads(claimed)
    except ValueError:  # too long a value is cut off
        return False


def _compact(value: str) -> str:
    """JSON as a trace has it."""
    return json.dumps(json.loads(value), separators=(",", ":"), ensure_ascii=False)


def _quoted(lines: Sequence[str]) -> str:
    return ", ".join(f"“{line}”" for line in lines) or "nothing"
