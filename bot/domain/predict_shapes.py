"""What is so of a program to predict, by its shape and by how it goes. What is said of it: `predict_misreadings`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.domain.plan import InTurn, Plan, Task, Together, Unawaited, Until, Within, tasks_of
from bot.domain.schedule import Runtime, schedule

Shape = Callable[[Plan, Runtime], bool]
"""Whether something is so of a program in a runtime."""

_FIRST = (Until.RACE, Until.ANY)


def always(_plan: Plan, _runtime: Runtime) -> bool:
    """It is so of every program."""
    return True


def both(one: Shape, other: Shape) -> Shape:
    """Whether the one and the other is so."""
    return lambda plan, runtime: one(plan, runtime) and other(plan, runtime)


def unlimited(plan: Plan, _runtime: Runtime) -> bool:
    """No part has a limit."""
    return not any(part.limit is not None for part in _groups(plan))


def complete(plan: Plan, _runtime: Runtime) -> bool:
    """Every part goes on to its own end: no failure, race or deadline cuts one short."""
    match plan:
        case Task():
            return not plan.fails
        case Unawaited():
            return True
        case Within():
            return False
        case InTurn(parts):
            return all(complete(part, _runtime) for part in parts)
        case Together(parts, Until.SETTLED):
            return all(isinstance(part, Task) or complete(part, _runtime) for part in parts)
        case Together(parts, until):
            return until is Until.ALL and all(complete(part, _runtime) for part in parts)


def awaits_in_turn(plan: Plan, _runtime: Runtime) -> bool:
    """Two parts or more are awaited one below the other."""
    sequences = (part.parts for part in _parts(plan) if isinstance(part, InTurn))
    return any(sum(not isinstance(part, Unawaited) for part in parts) > 1 for parts in sequences)


def fails_fast(plan: Plan, _runtime: Runtime) -> bool:
    """A task fails where all have to succeed."""
    return any(part.until is Until.ALL and any(task.fails for task in tasks_of(part)) for part in _groups(plan))


def has_deadline(plan: Plan, _runtime: Runtime) -> bool:
    """Some part has a deadline."""
    return any(isinstance(part, Within) for part in _parts(plan))


def wants_success(plan: Plan, _runtime: Runtime) -> bool:
    """Some part waits for the first success."""
    return any(part.until is Until.ANY for part in _groups(plan))


def cut_by_group_alone(plan: Plan, runtime: Runtime) -> bool:
    """What is cut short is so by a failure where all have to succeed."""
    return fails_fast(plan, runtime) and not has_deadline(plan, runtime) and not _has_race(plan)


def cut_by_deadline(plan: Plan, runtime: Runtime) -> bool:
    """What is cut short is so by a deadline, or by the failure that comes of it."""
    return has_deadline(plan, runtime) and not _has_race(plan)


def cut_by_race_alone(plan: Plan, runtime: Runtime) -> bool:
    """What is cut short is so by a race."""
    return _has_race(plan) and not has_deadline(plan, runtime) and not fails_fast(plan, runtime)


def main_fails(plan: Plan, runtime: Runtime) -> bool:
    """`main` ends with an error."""
    return not schedule(plan, runtime).succeeds


def main_succeeds(plan: Plan, runtime: Runtime) -> bool:
    """`main` ends without an error."""
    return not main_fails(plan, runtime)


def _has_race(plan: Plan) -> bool:
    return any(part.until in _FIRST for part in _groups(plan))


def _groups(plan: Plan) -> Iterator[Together]:
    return (part for part in _parts(plan) if isinstance(part, Together))


def _parts(plan: Plan) -> Iterator[Plan]:
    """The plan and all parts in it."""
    yield plan
    match plan:
        case Within(part):
            yield from _parts(part)
        case InTurn(parts) | Together(parts):
            for part in parts:
                yield from _parts(part)
        case _:
            pass
