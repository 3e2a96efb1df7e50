"""A prediction is kept from the moment it is asked for; the first pick stands, and so does the first result."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from bot.domain.lesson import Level
from bot.domain.predict import Prediction
from bot.storage.predictions import Predictions
from bot.storage.store import Store
from tests.storage.conftest import At


@pytest.fixture
def asked(at: At) -> Prediction:
    """A prediction that has just been asked for."""
    return Prediction("one", 1, 10, Level.HARD, 2**48 - 1, at(1))


@pytest.mark.parametrize("guild_id", [10, None])
async def test_a_prediction_comes_back_as_it_was_asked_for(
    store: Store, asked: Prediction, guild_id: int | None
) -> None:
    predictions, made = Predictions(store), replace(asked, guild_id=guild_id)
    await predictions.add(made)
    assert await predictions.get("one") == made
    assert await predictions.get("two") is None


async def test_the_first_pick_stands(store: Store, asked: Prediction, at: At) -> None:
    predictions, picked = Predictions(store), replace(asked, choice=2, answered_at=at(2))
    await predictions.add(asked)
    assert await predictions.answer("one", 2, at(2)) == picked
    assert await predictions.answer("one", 0, at(3)) == picked
    assert await predictions.get("one") == picked


async def test_of_two_picks_at_once_one_is_stored_and_both_are_told_it(store: Store, asked: Prediction, at: At) -> None:
    predictions = Predictions(store)
    await predictions.add(asked)
    first, second = await asyncio.gather(*(predictions.answer("one", choice, at(2)) for choice in (1, 3)))
    assert first == second == await predictions.get("one")


async def test_the_first_result_stands(store: Store, asked: Prediction, at: At) -> None:
    predictions = Predictions(store)
    await predictions.add(asked)
    await predictions.answer("one", 2, at(2))
    shown = await predictions.finish("one", "fine", 2)
    later = await predictions.finish("one", "late", 3)

    assert shown == later
    assert shown is not None
    assert (shown.run_id, shown.observed, shown.right) == ("fine", 2, True)


async def test_of_one_members_predictions_the_oldest_go(store: Store, asked: Prediction, at: At) -> None:
    predictions = Predictions(store, most_kept=2)
    await predictions.add(replace(asked, id="theirs", member_id=2))
    for number in range(4):
        await predictions.add(replace(asked, id=f"mine{number}", asked_at=at(number)))

    kept = [name for name in ("theirs", "mine0", "mine1", "mine2", "mine3") if await predictions.get(name)]
    assert kept == ["theirs", "mine2", "mine3"]


async def test_a_prediction_that_is_gone_takes_nothing(store: Store, at: At) -> None:
    predictions = Predictions(store)
    assert await predictions.answer("one", 2, at(2)) is None
    assert await predictions.finish("one", "run", 2) is None
