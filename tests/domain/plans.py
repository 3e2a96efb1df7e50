"""Plans of every shape, for properties that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within

DISTINCT_MS = (11, 23, 47, 95, 191, 383, 767, 1535, 3071)
"""Each is more than all before it together, so no two sums of them are equal, and no two things happen at one time."""


def _task(doings: tuple[Doing, ...]) -> st.SearchStrategy[Plan]:
    return st.builds(Task, name=st.just("x"), ms=st.just(10), fails=st.booleans(), doing=st.sampled_from(doings))


def _inside(parts: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
    sequence = st.lists(parts | st.builds(Unawaited, st.just(Task("x", 10))), min_size=2, max_size=4)
    several = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(
        sequence.map(lambda found: InTurn(tuple(found))),
        st.builds(Together, several.map(tuple), st.sampled_from(Until)),
        st.builds(Together, several.map(tuple), limit=st.integers(1, 3)),
        st.builds(Within, parts, st.just(10)),
    )


def plans(doings: tuple[Doing, ...] = tuple(Doing)) -> st.SearchStrategy[Plan]:
    """Plans of up to eight tasks, named a, b and so on, with durations and deadlines that are never two alike."""
    return (
        st.recursive(_task(doings), _inside, max_leaves=6)
        .filter(lambda plan: _size(plan) <= len(DISTINCT_MS))
        .flatmap(
            lambda plan: st.permutations(DISTINCT_MS).map(lambda times: _named(plan, list(times), list("ihgfedcba")))
        )
    )


def _size(plan: Plan) -> int:
    """How many durations and deadlines a plan has."""
    match plan:
        case Task() | Unawaited():
            return 1
        case Within(part):
            return 1 + _size(part)
        case InTurn(parts) | Together(parts):
            return sum(map(_size, parts))


def _named(plan: Plan, times: list[int], names: list[str]) -> Plan:
    match plan:
        case Task():
            return replace(plan, name=names.pop(), ms=times.pop())
        case Unawaited(task):
            return Unawaited(replace(task, name=names.pop(), ms=times.pop()))
        case Within(part):
            return Within(_named(part, times, names), times.pop())
        case InTurn(parts):
            return InTurn(tuple(_named(part, times, names) for part in parts))
        case Together(parts, until, limit):
            return Together(tuple(_named(part, times, names) for part in parts), until, limit)
