"""What the truths told of wrong ideas mean for a program: worked out from its schedule and its code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.domain.plan import InTurn, Plan, Together, Unawaited, Until, Within, tasks_of
from bot.domain.predict import Challenge
from bot.domain.schedule import Outcome, schedule

Check = Callable[[Challenge], bool]


def parts(plan: Plan) -> Iterator[Plan]:
    yield plan
    match plan:
        case Within(part):
            yield from parts(part)
        case InTurn(inner) | Together(inner):
            for part in inner:
                yield from parts(part)
        case _:
            pass


def groups(asked: Challenge, *until: Until) -> list[Together]:
    return [part for part in parts(asked.plan) if isinstance(part, Together) and part.until in until]


def waits_for_all(asked: Challenge) -> list[Together]:
    return groups(asked, Until.ALL, Until.SETTLED)


def takes(part: Plan, asked: Challenge) -> float:
    return 0 if isinstance(part, Unawaited) else schedule(part, asked.runtime).makespan_ms


def goes_through(asked: Challenge) -> bool:
    """Every task starts, and ends by itself before `main` does, but for those that nobody awaits."""
    course = schedule(asked.plan, asked.runtime)
    lost = {part.task.name for part in parts(asked.plan) if isinstance(part, Unawaited)}
    ended = {span.task for span in course.spans if span.outcome is not Outcome.CANCELLED}
    in_time = all(span.end_ms <= course.makespan_ms for span in course.spans if span.task not in lost)
    return course.succeeds and in_time and ended >= {task.name for task in tasks_of(asked.plan)} - lost


def lasts_as_long_as_its_longest(asked: Challenge) -> bool:
    return goes_through(asked) and all(
        takes(group, asked) == max(takes(part, asked) for part in group.parts) for group in waits_for_all(asked)
    )


def lasts_until_the_last_has_ended(asked: Challenge) -> bool:
    return goes_through(asked) and bool(waits_for_all(asked))


def starts_at_once(asked: Challenge) -> bool:
    """The tasks that stand first in the parts of a group start at the same time."""
    starts = {span.task: span.start_ms for span in schedule(asked.plan, asked.runtime).spans}
    return all(len({starts.get(tasks_of(part)[0].name) for part in group.parts}) == 1 for group in waits_for_all(asked))


def adds_up(asked: Challenge) -> bool:
    sequences = [part for part in parts(asked.plan) if isinstance(part, InTurn)]
    summed = all(takes(part, asked) == sum(takes(one, asked) for one in part.parts) for part in sequences)
    return goes_through(asked) and summed and in_turn(asked)


def in_turn(asked: Challenge) -> bool:
    """Some parts are awaited one below the other."""
    sequences = [part.parts for part in parts(asked.plan) if isinstance(part, InTurn)]
    return any(sum(not isinstance(one, Unawaited) for one in inner) > 1 for inner in sequences)


def has_failed_group(asked: Challenge) -> bool:
    course = schedule(asked.plan, asked.runtime)
    return not course.succeeds and any(any(task.fails for task in tasks_of(one)) for one in groups(asked, Until.ALL))


def has_deadline(asked: Challenge) -> bool:
    return any(isinstance(part, Within) for part in parts(asked.plan))


def is_limited(asked: Challenge) -> bool:
    return any(group.limit is not None for group in waits_for_all(asked))


def cancelled_by(words: str, *without: str) -> Check:
    """Tasks are cancelled, and the code has these words and none of those."""

    def check(asked: Challenge) -> bool:
        spans = schedule(asked.plan, asked.runtime).spans
        cancels = any(span.outcome is Outcome.CANCELLED for span in spans)
        return cancels and words in asked.code and not any(word in asked.code for word in without)

    return check


CHECKED: dict[str, Check] = {
    "Together they are all under way at once, so the wait is as long as its longest part.": (
        lasts_as_long_as_its_longest
    ),
    "Together they are all under way at once; none waits for another to end.": starts_at_once,
    "Together, as many as the limit are under way at once; only the others wait for a place.": is_limited,
    "Each await lasts until it is over, and only then comes the line below, so these waits add up.": adds_up,
    "The line below an await runs after it, never beside it.": in_turn,
    "A wait for all lasts until the last of them has ended.": lasts_until_the_last_has_ended,
    "A success does not end a wait for all: only the last end does, or a failure.": has_failed_group,
    "A wait for all lasts until the last of them has ended, unless its time is up before.": has_deadline,
    "Together, the place in the list decides nothing: the longest ends last.": lasts_as_long_as_its_longest,
    "Together, the place in the list decides nothing: all of them begin at once.": starts_at_once,
    "Every await takes the time of what it waits for, so the times add up.": adds_up,
    "Every await takes time, not the last alone.": in_turn,
    "The first success decides, and nobody waits for the others.": lambda asked: bool(groups(asked, Until.ANY)),
    "The first decides, and nobody waits for the others.": lambda asked: bool(groups(asked, Until.RACE)),
    "Never more than the limit are under way; the next one starts when one has ended.": lambda asked: (
        is_limited(asked) and goes_through(asked)
    ),
    "There are no rounds: as soon as one task ends, the next one takes its place.": lambda asked: (
        is_limited(asked) and goes_through(asked)
    ),
    "A TaskGroup cancels its other tasks as soon as one has failed.": cancelled_by(
        "asyncio.TaskGroup", "job.cancel", "asyncio.timeout"
    ),
    "A timeout cancels what it waits for; a TaskGroup, the others when one fails.": cancelled_by(
        "asyncio.timeout", "job.cancel"
    ),
    "A race in Python cancels nobody; it is this program that does so, with job.cancel().": cancelled_by(
        "job.cancel()", "asyncio.TaskGroup", "asyncio.timeout"
    ),
    "An error that nobody catches ends main at the await that meets it.": lambda asked: (
        not schedule(asked.plan, asked.runtime).succeeds
    ),
    "In a wait for the first success, a task that fails does not count.": lambda asked: any(
        any(task.fails for task in tasks_of(group)) for group in groups(asked, Until.ANY)
    ),
    "A deadline only says how long at most: what ends sooner is over sooner.": lambda asked: (
        has_deadline(asked) and goes_through(asked)
    ),
    "A deadline that passes first is an error; nothing that hangs on it goes on.": lambda asked: (
        has_deadline(asked) and not schedule(asked.plan, asked.runtime).succeeds
    ),
}


def holds(truth: str, asked: Challenge) -> bool:
    """Whether what is told is so of the program that was asked about."""
    return CHECKED[truth](asked) if truth in CHECKED else True
