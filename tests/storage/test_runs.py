"""A run of a demo is kept whole, so that its buttons work next week."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.catalog.loader import RECORDED_RUN
from bot.domain.trace import Trace
from bot.settings import ROOT
from bot.storage.runs import KeptRun, Runs
from bot.storage.store import Store
from tests.storage.conftest import At


def recorded() -> Trace:
    return Trace.from_json(json.loads(Path(ROOT / "content" / "async" / RECORDED_RUN).read_text(encoding="utf-8")))


@pytest.mark.parametrize("guild_id", [10, None])
async def test_a_run_comes_back_as_it_was(store: Store, at: At, guild_id: int | None) -> None:
    runs, run = Runs(store), KeptRun("one", 1, guild_id, recorded(), at(1))
    await runs.add(run)
    assert await runs.get("one") == run
    assert await runs.get("two") is None


async def test_a_run_is_never_overwritten(store: Store, at: At) -> None:
    runs, run = Runs(store), KeptRun("one", 1, 10, recorded(), at(1))
    await runs.add(run)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await runs.add(KeptRun("one", 2, 10, recorded(), at(2)))
    assert await runs.get("one") == run


async def test_moments_and_big_ids_survive_to_the_millisecond(store: Store, at: At) -> None:
    moment = at(1).replace(microsecond=123_000)
    run = KeptRun("one", 2**63 - 1, 2**62, recorded(), moment)
    await Runs(store).add(run)
    assert await Runs(store).get("one") == run
