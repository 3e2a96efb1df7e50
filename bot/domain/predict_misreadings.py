"""Wrong ideas of how a program goes: what a learner who holds one says, what is true, and how it misreads a plan.

What really happens is the schedule's; a misreading that comes to the same is no wrong option.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import predict_readings as readings
from bot.domain.lesson import Misconception
from bot.domain.predict_readings import Reading
from bot.domain.schedule import Runtime


@dataclass(frozen=True, slots=True)
class Misreading:
    """A wrong idea, and the course that follows from it: None where it has nothing to say about a program."""

    misconception: Misconception
    course: Reading
    rank: int = 0
    """Those of a lower rank are offered first: what fits nearly every program would become a habit to rule out."""


MISREADINGS = (
    Misreading(
        Misconception(
            "sum-for-longest",
            "Tasks that are awaited together run one after the other",
            "Together they are all under way at once, so the wait is as long as the longest of them.",
        ),
        readings.reading(readings.in_turn),
    ),
    Misreading(
        Misconception(
            "longest-for-sum",
            "Calls that are awaited one below the other run at the same time",
            "Each await holds main up until its task has ended; only then is the next one called, so the times add up.",
        ),
        readings.reading(readings.at_once),
    ),
    Misreading(
        Misconception(
            "first-ends-all",
            "A wait for all is over as soon as the first has ended",
            "A wait for all lasts until the last of them has ended.",
        ),
        readings.reading(readings.first_ends),
    ),
    Misreading(
        Misconception(
            "last-in-list",
            "What is written last ends last",
            "Together, the place in the list decides nothing: the longest ends last.",
        ),
        readings.reading(readings.last_in_list, total_alone=True),
        rank=1,
    ),
    Misreading(
        Misconception(
            "last-await",
            "Only the last await takes time",
            "Every await takes the time of its task, so the times add up.",
        ),
        readings.reading(readings.last_await, total_alone=True),
        rank=1,
    ),
    Misreading(
        Misconception(
            "shared-time",
            "Tasks that are together share the work, so each has to do less",
            "Every task takes its own time, whether others are under way or not.",
        ),
        readings.reading(readings.shared, total_alone=True),
        rank=1,
    ),
    Misreading(
        Misconception(
            "not-held-up",
            "await does not hold main up",
            "main stops at each await until that task has ended; it is other code that goes on meanwhile.",
        ),
        readings.not_held,
        rank=2,
    ),
    Misreading(
        Misconception(
            "main-waits-for-all",
            "main is over when everything that it started is over",
            "main is over after its last await; what nobody awaits any more does not hold it up.",
        ),
        readings.runs_on_counts,
    ),
    Misreading(
        Misconception(
            "race-waits",
            "A wait for the first is over when all have ended",
            "The first decides, and nobody waits for the others.",
        ),
        readings.reading(readings.race_of_all),
    ),
    Misreading(
        Misconception(
            "limit-ignored",
            "All tasks start at once, with or without a limit",
            "Never more than the limit are under way; the next one starts when one has ended.",
        ),
        readings.reading(readings.no_limit),
    ),
    Misreading(
        Misconception(
            "limit-in-rounds",
            "With a limit, the next round starts when the whole round before it has ended",
            "There are no rounds: as soon as one task ends, the next one takes its place.",
        ),
        readings.reading(readings.in_rounds),
    ),
    Misreading(
        Misconception(
            "call-is-await",
            "A call without await is waited for all the same",
            "Without await nobody waits: main goes on at once.",
        ),
        readings.reading(readings.awaited),
    ),
    Misreading(
        Misconception(
            "last-call-counts",
            "main waits for the last thing that it calls, even without await",
            "Without await nobody waits, wherever in main the call stands.",
        ),
        readings.reading(readings.last_call_awaited),
    ),
    Misreading(
        Misconception(
            "python-like-node",
            "In Python, calling an async function starts it, as in Node.js",
            "In Python, the call only makes a coroutine; it runs when it is awaited or made a task.",
        ),
        readings.like_the_other(Runtime.PYTHON, calls_alone=True),
    ),
    Misreading(
        Misconception(
            "node-like-python",
            "In Node.js, an async function starts when it is awaited, as in Python",
            "In Node.js, the call itself starts the function; await only waits for its end.",
        ),
        readings.like_the_other(Runtime.NODE, calls_alone=True),
    ),
    Misreading(
        Misconception(
            "python-runs-on",
            "In Python, what is left behind runs on to its end, as in Node.js",
            "Python cancels the tasks that a failure, a race or a deadline leaves behind.",
        ),
        readings.like_the_other(Runtime.PYTHON, calls_alone=False),
    ),
    Misreading(
        Misconception(
            "node-cancels",
            "In Node.js, what is left behind is cancelled, as in Python",
            "Node.js cannot cancel a promise: what a failure, a race or a deadline leaves behind runs on.",
        ),
        readings.like_the_other(Runtime.NODE, calls_alone=False),
    ),
    Misreading(
        Misconception(
            "failure-ignored",
            "A task that fails ends like any other, and the program goes on",
            "An error that nobody catches ends main at the await that meets it.",
        ),
        readings.failure_ignored,
    ),
    Misreading(
        Misconception(
            "failure-waits",
            "When one task fails, the wait still lasts until all have ended",
            "A wait for all to succeed is over at the first failure.",
        ),
        readings.reading(readings.waits_to_fail, total_alone=True),
    ),
    Misreading(
        Misconception(
            "settled-fails-fast",
            "A wait for all to settle is over at the first failure",
            "It lasts until the last has ended, well or not, and does not fail itself.",
        ),
        readings.reading(readings.fails_fast),
    ),
    Misreading(
        Misconception(
            "any-is-race",
            "In a wait for the first success, the first to end decides, even if it failed",
            "Failures are passed over until one task succeeds.",
        ),
        readings.reading(readings.any_is_race),
    ),
    Misreading(
        Misconception(
            "race-is-any",
            "A race is decided by the first success",
            "A race is decided by the first that ends, well or not.",
        ),
        readings.reading(readings.race_is_any),
    ),
    Misreading(
        Misconception(
            "deadline-ignored",
            "A deadline cuts nothing short",
            "When the deadline passes first, the wait ends there, with an error.",
        ),
        readings.reading(readings.no_deadline),
    ),
    Misreading(
        Misconception(
            "deadline-is-wait",
            "A deadline is a wait, and always lasts to its end",
            "A deadline only says how long at most: what ends sooner is over sooner.",
        ),
        readings.reading(readings.deadline_is_wait, total_alone=True),
    ),
)
