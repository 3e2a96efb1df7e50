"""Work that is due at a time: rounds that go on, questions of the day, reminders, tests whose time is up.

A job keeps nothing: when it is due, and what is to be done, stand in the store, so that a restart loses nothing. Of
several processes, one does it for all; should that one die, another takes it over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, cast

import structlog

from bot.domain.errors import TroubleError
from bot.meter import NOBODY, Meter
from bot.services.clock import Clock
from bot.services.first import first
from bot.services.turns import Turns, alone

RETRY_AFTER = timedelta(seconds=15)
"""How long a job rests that has failed, whatever changes meanwhile: what fails each time must not do so at once."""

LOOK_EVERY = timedelta(seconds=10)
"""How often a job looks into the store although nobody has woken it, where other processes store too."""

_log = structlog.get_logger("tandem.jobs")


class Job(Protocol):
    """Work that is due at times that the store knows."""

    name: str
    shared: bool
    """Whether one process does it for all; otherwise each does its own part."""
    changed: asyncio.Event
    """Set by whoever has stored something that may be due sooner."""

    async def next_at(self) -> datetime | None:
        """When there is something to do next; None if nothing is planned."""
        ...

    async def work(self) -> None:
        """Do what is due."""
        ...


async def keep(jobs: Sequence[Job], clock: Clock, turns: Turns, meter: Meter = NOBODY) -> None:
    """Do each job whenever it is due, until cancelled. What goes wrong in one is logged, and tried again."""
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            work = partial(_keep, job, clock, turns, meter)
            kept = alone(turns, f"job {job.name}", work) if job.shared else work()
            tasks.create_task(kept, name=f"job-{job.name}")


async def _keep(job: Job, clock: Clock, turns: Turns, meter: Meter) -> None:
    while True:
        job.changed.clear()
        try:
            at = await job.next_at()
            now = clock.now()
            if at is not None and at <= now:
                await job.work()
                continue
        except Exception as error:
            if trouble := _trouble(error):  # no fault of the job: what it says is enough
                _log.warning("job put off", job=job.name, error=type(trouble).__name__, cause=trouble.cause)
            else:
                _log.exception("job failed", job=job.name, error=str(error))
            meter.job_failed(job.name)
            await clock.wait_until(clock.now() + RETRY_AFTER)
            continue
        if job.shared and turns.shared:
            at = now + LOOK_EVERY if at is None else min(at, now + LOOK_EVERY)
        await _either(job.changed, at, clock)


def _trouble(error: BaseException) -> TroubleError | None:
    """The trouble that a job had, one of them if its tasks had several; None if anything else went wrong as well."""
    if isinstance(error, BaseExceptionGroup):
        found = [_trouble(each) for each in cast("BaseExceptionGroup[BaseException]", error).exceptions]
        return None if None in found else found[0]
    return error if isinstance(error, TroubleError) else None


async def _either(changed: asyncio.Event, at: datetime | None, clock: Clock) -> None:
    """Wait for the event, or for the time, whichever comes first."""
    if at is None:
        await changed.wait()
        return
    await first(changed.wait(), clock.wait_until(at))
