"""A run of a demo is kept from the moment it is asked for, so that its buttons work next week."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from bot.domain.plan_text import parse_plan
from bot.domain.program import comparison, custom
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind, Trace
from bot.storage.runs import Runs
from bot.storage.store import Store
from tests.storage.conftest import At

BOTH = (Runtime.NODE, Runtime.PYTHON)


@pytest.fixture
def asked(at: At) -> KeptRun:
    """A run of the lesson's comparison that has just been asked for."""
    return KeptRun("one", 1, 10, comparison((20, 30)), BOTH, at(1))


def traced(run: KeptRun) -> tuple[Trace, ...]:
    """What could have happened: nothing but the phases themselves."""
    kinds = (Kind.PHASE_STARTED, Kind.RETURNED, Kind.PHASE_ENDED)
    events = [Event(float(phase), kind, phase) for phase in range(len(run.program.phases)) for kind in kinds]
    return tuple(Trace(run.program, runtime, tuple(events)) for runtime in run.runtimes)


@pytest.mark.parametrize("guild_id", [10, None])
async def test_a_run_comes_back_as_it_was_asked_for(store: Store, asked: KeptRun, guild_id: int | None) -> None:
    runs, run = Runs(store), replace(asked, guild_id=guild_id)
    await runs.add(run)
    assert await runs.get("one") == run
    assert await runs.get("two") is None


async def test_a_finished_run_comes_back_with_what_happened_in_each_runtime(
    store: Store, asked: KeptRun, at: At
) -> None:
    runs, traces = Runs(store), traced(asked)
    await runs.add(asked)
    await runs.finish("one", traces, at(2))
    assert await runs.get("one") == replace(asked, traces=traces, finished_at=at(2))


async def test_a_plan_that_a_member_wrote_comes_back(store: Store, asked: KeptRun) -> None:
    runs, run = Runs(store), replace(asked, program=custom(parse_plan("~a 300! > (b 50 & c 20 cpu) limit 1")))
    await runs.add(run)
    assert await runs.get("one") == run


async def test_a_run_is_never_overwritten(store: Store, asked: KeptRun) -> None:
    runs = Runs(store)
    await runs.add(asked)
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await runs.add(replace(asked, member_id=2))
    assert await runs.get("one") == asked


async def test_moments_and_big_ids_survive_to_the_millisecond(store: Store, asked: KeptRun, at: At) -> None:
    moment = at(1).replace(microsecond=123_000)
    run = replace(asked, member_id=2**63 - 1, guild_id=2**62, asked_at=moment)
    await Runs(store).add(run)
    assert await Runs(store).get("one") == run


async def test_of_one_members_runs_the_oldest_go(store: Store, asked: KeptRun, at: At) -> None:
    runs = Runs(store, most_kept=2)
    await runs.add(replace(asked, id="theirs", member_id=2))
    for number in range(4):
        await runs.add(replace(asked, id=f"mine{number}", asked_at=at(number)))

    kept = [run_id for run_id in ("theirs", "mine0", "mine1", "mine2", "mine3") if await runs.get(run_id)]
    assert kept == ["theirs", "mine2", "mine3"]


async def test_the_end_of_a_run_that_is_gone_changes_nothing(store: Store, asked: KeptRun, at: At) -> None:
    await Runs(store).finish("one", traced(asked), at(2))
    assert await Runs(store).get("one") is None
