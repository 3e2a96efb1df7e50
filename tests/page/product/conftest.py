"""Tandem itself in a browser: the bot, the answer key, and two members with the page open."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import pytest
import pytest_asyncio

from bot.catalog.loader import load
from bot.domain.lesson import Question
from bot.playground import Playground
from bot.settings import Settings
from tests.conftest import House, a_house
from tests.page.conftest import Person
from tests.page.product.acts import DESK


@pytest_asyncio.fixture(loop_scope="session")
async def house(settings: Settings) -> AsyncGenerator[House]:
    """The whole bot, on the loop that drives the browser."""
    async with a_house(settings) as running:
        yield running


@pytest.fixture
def playground(house: House) -> Playground:
    """Where everybody arrives."""
    return house.playground


@pytest_asyncio.fixture(loop_scope="session")
async def ada(arrive: Callable[..., Any]) -> Person:
    return await arrive(**DESK)


@pytest_asyncio.fixture(loop_scope="session")
async def grace(arrive: Callable[..., Any], playground: Playground) -> Person:
    """Another member, in a tab of her own."""
    return await arrive(f"/?member={playground.world.people[1].user.id}", **DESK)


@pytest.fixture
def bank(house: House) -> Mapping[str, Question]:
    """The questions of the lesson."""
    return load(house.settings.content_dir).lessons["async"].questions
