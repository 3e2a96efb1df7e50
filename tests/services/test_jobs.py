"""Jobs are done when they are due, by a clock that is turned by hand; one that fails is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.services.clock import Clock, machine_clock
from bot.services.jobs import RETRY_AFTER, keep
from bot.services.turns import OneProcess
from bot.storage.engine import StoreAwayError
from tests.conftest import Hands

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE_S = 5.0


def later(**time: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**time)


class Errands:
    """A job whose store is a list of moments; whoever watches is told of each look and each piece of work."""

    shared = True

    def __init__(self, name: str, *due: datetime, failing: int = 0, why: Exception | None = None) -> None:
        self.name, self.due, self.failing = name, list(due), failing
        self._why = why or RuntimeError("no luck")
        self.changed = asyncio.Event()
        self.looks = self.tries = 0
        self.done: list[datetime] = []
        self._heard = asyncio.Condition()

    async def next_at(self) -> datetime | None:
        await self._tell("looks")
        return min(self.due, default=None)

    async def work(self) -> None:
        await self._tell("tries")
        if self.failing:
            self.failing -= 1
            raise self._why
        self.done.append(self.due.pop(self.due.index(min(self.due))))
        await self._tell()

    async def until(self, condition: Callable[[Errands], bool]) -> None:
        """Wait until this job is as `condition` says."""
        async with asyncio.timeout(PATIENCE_S), self._heard:
            await self._heard.wait_for(lambda: condition(self))

    async def _tell(self, what: str | None = None) -> None:
        async with self._heard:
            if what is not None:
                setattr(self, what, getattr(self, what) + 1)
            self._heard.notify_all()


@pytest.fixture
def hands() -> Hands:
    """A clock that shows noon."""
    return Hands(NOON)


@asynccontextmanager
async def kept(hands: Hands, *jobs: Errands) -> AsyncGenerator[asyncio.Task[None]]:
    """The jobs, being kept; cancelled at the end, which must leave nothing running."""
    before = asyncio.all_tasks()
    keeping = asyncio.create_task(keep(jobs, Clock(hands.now, hands.wait_until), OneProcess()))
    try:
        yield keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        assert keeping.cancelled()
        assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()


async def settled() -> None:
    """Give all that is ready to run the time to run."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_is_due_is_done_at_once_and_in_order(hands: Hands) -> None:
    job = Errands("a", later(minutes=-1), later(hours=-1))
    async with kept(hands, job):
        await job.until(lambda job: len(job.done) == 2)
    assert job.done == [later(hours=-1), later(minutes=-1)]


async def test_what_is_not_due_yet_waits_for_its_time(hands: Hands) -> None:
    job = Errands("a", later(hours=2))
    async with kept(hands, job):
        await job.until(lambda job: job.looks == 1)
        hands.turn(later(hours=1))
        await settled()
        assert job.done == []
        hands.turn(later(hours=2))
        await job.until(lambda job: job.done == [later(hours=2)])


async def test_a_change_wakes_a_job_that_waits_for_a_later_time(hands: Hands) -> None:
    job = Errands("a", later(hours=2))
    async with kept(hands, job):
        await job.until(lambda job: job.looks == 1)
        job.due.append(later(hours=1))
        job.changed.set()
        await job.until(lambda job: job.looks == 2)
        hands.turn(later(hours=1))
        await job.until(lambda job: job.done == [later(hours=1)])


async def test_a_change_wakes_a_job_that_had_nothing_planned(hands: Hands) -> None:
    job = Errands("a")
    async with kept(hands, job):
        await job.until(lambda job: job.looks == 1)
        job.due.append(later(minutes=-1))
        job.changed.set()
        await job.until(lambda job: bool(job.done))


async def test_a_change_while_the_store_is_read_is_not_missed(hands: Hands) -> None:
    class Changing(Errands):
        async def next_at(self) -> datetime | None:
            found = await super().next_at()
            if self.looks == 1:  # stored just after the store was read
                self.due.append(later(minutes=-1))
                self.changed.set()
            return found

    job = Changing("a")
    async with kept(hands, job):
        await job.until(lambda job: bool(job.done))


async def test_a_job_that_fails_is_tried_again_and_stops_no_other(hands: Hands) -> None:
    bad, good = Errands("bad", NOON, failing=1), Errands("good", NOON, later(seconds=1))
    with capture_logs() as logs:
        async with kept(hands, bad, good):
            await bad.until(lambda job: job.tries == 1)
            await good.until(lambda job: job.done == [NOON])
            hands.turn(later(seconds=1))
            await good.until(lambda job: job.done == [NOON, later(seconds=1)])
            assert bad.tries == 1
            hands.turn(hands.at + RETRY_AFTER)
            await bad.until(lambda job: job.done == [NOON])
    assert [(entry["event"], entry["job"]) for entry in logs] == [("job failed", "bad")]


def away() -> StoreAwayError:
    """What the store says when its server cannot be reached."""
    error = StoreAwayError()
    error.__cause__ = OSError("no route\nto the server")
    return error


@pytest.mark.parametrize("why", [away(), ExceptionGroup("of two tasks", [away(), away()])])
async def test_a_job_whose_store_is_away_says_so_in_a_line_and_is_done_when_it_is_back(
    hands: Hands, why: Exception
) -> None:
    job = Errands("a", NOON, failing=1, why=why)
    with capture_logs() as logs:
        async with kept(hands, job):
            await job.until(lambda job: job.tries == 1)
            hands.turn(hands.at + RETRY_AFTER)
            await job.until(lambda job: job.done == [NOON])
    line = {"event": "job put off", "log_level": "warning", "job": "a", "error": "StoreAwayError"}
    assert logs == [line | {"cause": "no route to the server"}]


async def test_a_job_that_fails_rests_even_if_something_changes(hands: Hands) -> None:
    job = Errands("a", NOON, failing=1)
    with capture_logs():
        async with kept(hands, job):
            await job.until(lambda job: job.tries == 1)
            job.changed.set()
            await settled()
            assert job.tries == 1
            hands.turn(hands.at + RETRY_AFTER)
            await job.until(lambda job: job.done == [NOON])


async def test_a_store_that_cannot_be_read_is_tried_again(hands: Hands) -> None:
    class Unread(Errands):
        async def next_at(self) -> datetime | None:
            found = await super().next_at()
            if self.looks == 1:
                raise OSError("the disk is away")
            return found

    job = Unread("a", NOON)
    with capture_logs() as logs:
        async with kept(hands, job):
            await job.until(lambda job: job.looks == 1)
            await settled()
            hands.turn(hands.at + RETRY_AFTER)
            await job.until(lambda job: job.done == [NOON])
    assert [entry["error"] for entry in logs] == ["the disk is away"]


async def test_a_job_is_cancelled_in_the_middle_of_its_work(hands: Hands) -> None:
    class Endless(Errands):
        async def work(self) -> None:
            await super().work()
            await asyncio.Event().wait()

    job = Endless("a", NOON)
    async with kept(hands, job) as keeping:
        await job.until(lambda job: job.done == [NOON])
    assert keeping.cancelled()


async def test_without_jobs_there_is_nothing_to_keep(hands: Hands) -> None:
    await asyncio.wait_for(keep([], Clock(hands.now, hands.wait_until), OneProcess()), PATIENCE_S)


async def test_the_machines_clock_is_asked_anew_after_each_nap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.clock.LONGEST_NAP_S", 0.0)
    shown = iter([NOON, later(hours=-1), later(minutes=59), later(hours=1)])  # it is set back meanwhile
    await asyncio.wait_for(machine_clock(lambda: next(shown)).wait_until(later(hours=1)), PATIENCE_S)
    assert list(shown) == []


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    await asyncio.wait_for(machine_clock(lambda: NOON).wait_until(later(hours=-1)), PATIENCE_S)


async def test_what_went_wrong_besides_is_told_in_full(hands: Hands) -> None:
    job = Errands("a", NOON, failing=1, why=ExceptionGroup("of two tasks", [away(), RuntimeError("no luck")]))
    with capture_logs() as logs:
        async with kept(hands, job):
            await job.until(lambda job: job.tries == 1)
            hands.turn(hands.at + RETRY_AFTER)
            await job.until(lambda job: job.done == [NOON])
    assert [(entry["event"], entry["exc_info"]) for entry in logs] == [("job failed", True)]
