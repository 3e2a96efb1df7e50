"""Wrong ideas of how a program goes: what a learner who holds one says, what is true, and how it misreads a plan.

What really happens is the schedule's; a misreading that comes to the same is no wrong option.
"""

from __future__ import annotations

from msgspec import Struct

from bot.domain import predict_readings as readings
from bot.domain import predict_shapes as shapes
from bot.domain.lesson import Misconception
from bot.domain.plan import Plan
from bot.domain.predict_readings import Reading
from bot.domain.predict_shapes import Shape
from bot.domain.schedule import Runtime


class Truth(Struct, frozen=True):
    """What is true instead, and of which programs: it is read beside one that has just run."""

    text: str
    of: Shape = shapes.always


class Misreading(Struct, frozen=True):
    """A wrong idea, and the course that follows from it: None where it has nothing to say about a program."""

    id: str
    name: str
    truths: tuple[Truth, ...]
    """The first one that is so of a program is told; where none is, the idea is not offered."""
    course: Reading
    rank: int = 0
    """Those of a lower rank are offered first: what fits nearly every program would become a habit to rule out."""

    def misconception(self, plan: Plan, runtime: Runtime) -> Misconception | None:
        """The idea with what is true of this program; None if there is nothing to say against it here."""
        truth = next((truth.text for truth in self.truths if truth.of(plan, runtime)), None)
        return None if truth is None else Misconception(self.id, self.name, truth)


_ALL_COMPLETE = shapes.both(shapes.complete, shapes.unlimited)

MISREADINGS = (
    Misreading(
        "sum-for-longest",
        "Tasks that are awaited together run one after the other",
        (
            Truth(
                "Together they are all under way at once, so the wait is as long as its longest part.", _ALL_COMPLETE
            ),
            Truth("Together they are all under way at once; none waits for another to end.", shapes.unlimited),
            Truth("Together, as many as the limit are under way at once; only the others wait for a place."),
        ),
        readings.reading(readings.in_turn),
    ),
    Misreading(
        "longest-for-sum",
        "Calls that are awaited one below the other run at the same time",
        (
            Truth(
                "Each await lasts until it is over, and only then comes the line below, so these waits add up.",
                shapes.both(shapes.complete, shapes.awaits_in_turn),
            ),
            Truth("The line below an await runs after it, never beside it.", shapes.awaits_in_turn),
        ),
        readings.reading(readings.at_once),
    ),
    Misreading(
        "first-ends-all",
        "A wait for all is over as soon as the first has ended",
        (
            Truth("A wait for all lasts until the last of them has ended.", shapes.complete),
            Truth("A success does not end a wait for all: only the last end does, or a failure.", shapes.fails_fast),
            Truth(
                "A wait for all lasts until the last of them has ended, unless its time is up before.",
                shapes.has_deadline,
            ),
        ),
        readings.reading(readings.first_ends),
    ),
    Misreading(
        "last-in-list",
        "What is written last ends last",
        (
            Truth("Together, the place in the list decides nothing: the longest ends last.", _ALL_COMPLETE),
            Truth("Together, the place in the list decides nothing: all of them begin at once."),
        ),
        readings.reading(readings.last_in_list, total_alone=True),
        rank=1,
    ),
    Misreading(
        "last-await",
        "Only the last await takes time",
        (
            Truth(
                "Every await takes the time of what it waits for, so the times add up.",
                shapes.both(shapes.complete, shapes.awaits_in_turn),
            ),
            Truth("Every await takes time, not the last alone.", shapes.awaits_in_turn),
        ),
        readings.reading(readings.last_await, total_alone=True),
        rank=1,
    ),
    Misreading(
        "shared-time",
        "Tasks that are together share the work, so each has to do less",
        (Truth("No task does the work of another: alone or together, each needs its own time."),),
        readings.reading(readings.shared, total_alone=True),
        rank=1,
    ),
    Misreading(
        "not-held-up",
        "await does not hold main up",
        (Truth("main stops at each await until that is over; it is other code that goes on meanwhile."),),
        readings.not_held,
        rank=2,
    ),
    Misreading(
        "main-waits-for-all",
        "main is over when everything that it started is over",
        (Truth("What nobody awaits, or nobody awaits any more, does not hold main up."),),
        readings.runs_on_counts,
    ),
    Misreading(
        "race-waits",
        "A wait for the first is over when all have ended",
        (
            Truth("The first success decides, and nobody waits for the others.", shapes.wants_success),
            Truth("The first decides, and nobody waits for the others."),
        ),
        readings.reading(readings.race_of_all),
    ),
    Misreading(
        "limit-ignored",
        "All tasks start at once, with or without a limit",
        (
            Truth("Never more than the limit are under way; the next one starts when one has ended.", shapes.complete),
            Truth("Never more than the limit are under way at once."),
        ),
        readings.reading(readings.no_limit),
    ),
    Misreading(
        "limit-in-rounds",
        "With a limit, the next round starts when the whole round before it has ended",
        (
            Truth("There are no rounds: as soon as one task ends, the next one takes its place.", shapes.complete),
            Truth("There are no rounds: whoever ends well makes room for the next one, whatever the others do."),
        ),
        readings.reading(readings.in_rounds),
    ),
    Misreading(
        "call-is-await",
        "A call without await is waited for all the same",
        (Truth("Without await nobody waits: the program goes on at once."),),
        readings.reading(readings.awaited),
    ),
    Misreading(
        "last-call-counts",
        "main waits for the last thing that it calls, even without await",
        (Truth("Without await nobody waits, wherever the call stands."),),
        readings.reading(readings.last_call_awaited),
    ),
    Misreading(
        "python-like-node",
        "In Python, calling an async function starts it, as in Node.js",
        (Truth("In Python, the call only makes a coroutine; it runs when it is awaited or made a task."),),
        readings.like_the_other(Runtime.PYTHON, calls_alone=True),
    ),
    Misreading(
        "node-like-python",
        "In Node.js, an async function starts when it is awaited, as in Python",
        (Truth("In Node.js, the call itself starts the function; await only waits for its end."),),
        readings.like_the_other(Runtime.NODE, calls_alone=True),
    ),
    Misreading(
        "python-runs-on",
        "In Python, what is left behind runs on to its end, as in Node.js",
        (
            Truth("A TaskGroup cancels its other tasks as soon as one has failed.", shapes.cut_by_group_alone),
            Truth(
                "A timeout cancels what it waits for; a TaskGroup, the others when one fails.", shapes.cut_by_deadline
            ),
            Truth(
                "A race in Python cancels nobody; it is this program that does so, with job.cancel().",
                shapes.cut_by_race_alone,
            ),
        ),
        readings.like_the_other(Runtime.PYTHON, calls_alone=False),
    ),
    Misreading(
        "node-cancels",
        "In Node.js, what is left behind is cancelled, as in Python",
        (Truth("Node.js cannot cancel a promise: what a failure, a race or a deadline leaves behind runs on."),),
        readings.like_the_other(Runtime.NODE, calls_alone=False),
    ),
    Misreading(
        "failure-ignored",
        "A task that fails ends like any other, and the program goes on",
        (
            Truth("An error that nobody catches ends main at the await that meets it.", shapes.main_fails),
            Truth("In a wait for the first success, a task that fails does not count.", shapes.wants_success),
        ),
        readings.failure_ignored,
    ),
    Misreading(
        "failure-waits",
        "When one task fails, the wait still lasts until all have ended",
        (Truth("A wait for all to succeed is over at the first failure."),),
        readings.reading(readings.waits_to_fail, total_alone=True),
    ),
    Misreading(
        "settled-fails-fast",
        "A wait for all to settle is over at the first failure",
        (Truth("It lasts until the last has ended, well or not, and does not fail itself."),),
        readings.reading(readings.fails_fast),
    ),
    Misreading(
        "any-is-race",
        "In a wait for the first success, the first to end decides, even if it failed",
        (Truth("Failures are passed over until one task succeeds."),),
        readings.reading(readings.any_is_race),
    ),
    Misreading(
        "race-is-any",
        "A race is decided by the first success",
        (Truth("A race is decided by the first that ends, well or not."),),
        readings.reading(readings.race_is_any),
    ),
    Misreading(
        "deadline-ignored",
        "A deadline cuts nothing short",
        (Truth("When the deadline passes first, the wait ends there, with an error."),),
        readings.reading(readings.no_deadline),
    ),
    Misreading(
        "deadline-is-wait",
        "A deadline is a wait, and always lasts to its end",
        (
            Truth("A deadline only says how long at most: what ends sooner is over sooner.", shapes.main_succeeds),
            Truth("A deadline that passes first is an error; nothing that hangs on it goes on."),
        ),
        readings.reading(readings.deadline_is_wait, total_alone=True),
    ),
)
