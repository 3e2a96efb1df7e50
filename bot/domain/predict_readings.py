"""How a program can be misread: rules that turn a plan into the one somebody believes in, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import TypeGuard

from msgspec.structs import replace

from bot.domain.plan import InTurn, Plan, Task, Together, Unawaited, Until, Within, tasks_of
from bot.domain.predict_course import Course, course_of
from bot.domain.predict_plans import STEP_MS
from bot.domain.schedule import Runtime, schedule

Reading = Callable[[Plan, Runtime], Course | None]
"""The course that somebody predicts of a plan in a runtime: None where the idea has nothing to say about it."""

Rule = Callable[[Plan], Plan]
"""How a part of a plan is misread; the part itself where there is nothing to misread."""


def _everywhere(plan: Plan, rule: Rule) -> Plan:
    """The plan with a rule applied to each part, the inner ones first; the plan itself if that changes nothing."""
    match plan:
        case Task() | Unawaited():
            return rule(plan)
        case Within(part, ms):
            new = _everywhere(part, rule)
            return rule(plan if new is part else Within(new, ms))
        case InTurn(parts):
            changed = _all_changed(parts, rule)
            return rule(plan if changed is parts else InTurn(changed))
        case Together(parts, until, limit):
            changed = _all_changed(parts, rule)
            return rule(plan if changed is parts else Together(changed, until, limit))


def _all_changed(parts: tuple[Plan, ...], rule: Rule) -> tuple[Plan, ...]:
    new = tuple([_everywhere(part, rule) for part in parts])
    return parts if all(map(is_, new, parts)) else new


def reading(rule: Rule, *, total_alone: bool = False) -> Callable[[Plan, Runtime], Course | None]:
    """A course that follows from reading a plan by a rule; for rules that break the order, of the total alone."""

    def course(plan: Plan, runtime: Runtime) -> Course | None:
        misread = _everywhere(plan, rule)
        if misread is plan:
            return None
        believed = course_of(misread, runtime)
        return believed.total_alone if total_alone else believed

    return course


def in_turn(part: Plan) -> Plan:
    """Parts that are together run one after the other."""
    return InTurn(part.parts) if _waits_for_all(part) else part


def at_once(part: Plan) -> Plan:
    """Parts in turn run together."""
    if not isinstance(part, InTurn):
        return part
    return Together(tuple(inner.task if isinstance(inner, Unawaited) else inner for inner in part.parts))


def first_ends(part: Plan) -> Plan:
    """A wait for all is one for the first."""
    return Together(part.parts, Until.RACE) if _waits_for_all(part) and part.limit is None else part


def last_in_list(part: Plan) -> Plan:
    """A wait for all is one for the last that is written."""
    return part.parts[-1] if _waits_for_all(part) and part.limit is None else part


def last_await(part: Plan) -> Plan:
    """Of parts in turn, the last alone takes time."""
    return part.parts[-1] if isinstance(part, InTurn) else part


def shared(part: Plan) -> Plan:
    """Tasks that are together take the mean of their times. In round numbers, like the others."""
    if not _waits_for_all(part) or part.limit is not None or not all(isinstance(one, Task) for one in part.parts):
        return part
    tasks = tasks_of(part)
    mean_ms = sum(task.ms for task in tasks) / len(tasks)
    return Task(tasks[0].name, round(mean_ms / STEP_MS) * STEP_MS)


def race_of_all(part: Plan) -> Plan:
    """A wait for the first is one for all."""
    if isinstance(part, Together) and part.until in (Until.RACE, Until.ANY):
        return Together(part.parts, Until.SETTLED)
    return part


def no_limit(part: Plan) -> Plan:
    """There is no limit."""
    return replace(part, limit=None) if isinstance(part, Together) and part.limit is not None else part


def in_rounds(part: Plan) -> Plan:
    """A limit makes rounds."""
    if not isinstance(part, Together) or part.limit is None:
        return part
    size, parts = part.limit, part.parts
    rounds = [parts[at : at + size] for at in range(0, len(parts), size)]
    return _one_or(InTurn, tuple(_one_or(Together, one) for one in rounds))


def awaited(part: Plan) -> Plan:
    """Every call is awaited."""
    return part.task if isinstance(part, Unawaited) else part


def last_call_awaited(part: Plan) -> Plan:
    """A call that stands last is awaited."""
    if isinstance(part, InTurn) and isinstance(last := part.parts[-1], Unawaited):
        return InTurn((*part.parts[:-1], last.task))
    return part


def waits_to_fail(part: Plan) -> Plan:
    """A failure is noticed when everything has ended."""
    if not (isinstance(part, Together) and part.until is Until.ALL and part.limit is None and _may_fail(part)):
        return part
    longest = max(task.ms for task in tasks_of(part))
    fails = (replace(one, ms=longest) if isinstance(one, Task) and one.fails else one for one in part.parts)
    return replace(part, parts=tuple(fails))


def fails_fast(part: Plan) -> Plan:
    """A wait for all to settle ends at the first failure."""
    if isinstance(part, Together) and part.until is Until.SETTLED and _may_fail(part):
        return Together(part.parts)
    return part


def any_is_race(part: Plan) -> Plan:
    """A wait for the first success is one for the first end."""
    return replace(part, until=Until.RACE) if isinstance(part, Together) and part.until is Until.ANY else part


def race_is_any(part: Plan) -> Plan:
    """A wait for the first end is one for the first success."""
    if isinstance(part, Together) and part.until is Until.RACE and _may_fail(part):
        return replace(part, until=Until.ANY)
    return part


def _succeeds(part: Plan) -> Plan:
    match part:
        case Task():
            return replace(part, fails=False)
        case Unawaited(task):
            return Unawaited(replace(task, fails=False))
        case _:
            return part


def no_deadline(part: Plan) -> Plan:
    """There is no deadline."""
    return part.part if isinstance(part, Within) else part


def deadline_is_wait(part: Plan) -> Plan:
    """A deadline is how long its part takes."""
    return Task(tasks_of(part)[0].name, part.ms) if isinstance(part, Within) else part


def _waits_for_all(part: Plan) -> TypeGuard[Together]:
    return isinstance(part, Together) and part.until in (Until.ALL, Until.SETTLED)


def _one_or(made: Callable[[tuple[Plan, ...]], Plan], parts: tuple[Plan, ...]) -> Plan:
    first, *others = parts
    return made(parts) if others else first


def _may_fail(part: Plan) -> bool:
    return any(task.fails for task in tasks_of(part))


def _calls_alone(plan: Plan) -> bool:
    match plan:
        case Task():
            return False
        case Unawaited():
            return True
        case Within(part):
            return _calls_alone(part)
        case InTurn(parts) | Together(parts):
            return any(map(_calls_alone, parts))


def failure_ignored(plan: Plan, runtime: Runtime) -> Course | None:
    """The course without any failure; that the tasks fail is written in front of whoever predicts."""
    if not _may_fail(plan):
        return None
    fails = {f"{task.name} ends": f"{task.name} fails" for task in tasks_of(plan) if task.fails}
    well = course_of(_everywhere(plan, _succeeds), runtime)
    return Course(well.total_ms, tuple((ms, fails.get(what, what)) for ms, what in well.ends or ()))


def like_the_other(mine: Runtime, *, calls_alone: bool) -> Callable[[Plan, Runtime], Course | None]:
    """The course in the other runtime, for programs that call without await, or for the others."""

    def course(plan: Plan, runtime: Runtime) -> Course | None:
        if runtime is not mine or _calls_alone(plan) is not calls_alone:
            return None
        return course_of(plan, Runtime.PYTHON if mine is Runtime.NODE else Runtime.NODE)

    return course


def not_held(plan: Plan, runtime: Runtime) -> Course:
    """`main` is over at once."""
    return course_of(plan, runtime).with_main_at(0)


def runs_on_counts(plan: Plan, runtime: Runtime) -> Course:
    """`main` is over when nothing is left."""
    return course_of(plan, runtime).with_main_at(schedule(plan, runtime).over_ms)
