"""A run whose message stands still: its bot was killed, or it takes too long. A press goes on in the same message."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.exts.kit import live
from bot.playground import Playground
from bot.playground.interaction import TOKEN_LIVES
from tests.conftest import House
from tests.exts.demos import figures, result, runs_stored, under_way
from tests.person import Person
from tests.program import program


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database."""
    return f"sqlite:///{tmp_path / 'tandem.db'}"


async def test_a_run_whose_bot_was_killed_goes_on_in_the_same_message(database: str) -> None:
    async with Playground() as somewhere, Person.at(somewhere.url, "Ada") as ada:
        async with program(**_environment(somewhere, database)) as bot:
            await bot.says('"ready"')
            run = await ada.type("demo", demo="custom", plan="(a 2000 & b 3000) > c 10", runtime="python")
            await under_way(ada, run)
            bot.signal(signal.SIGKILL)
            await bot.ended()
        assert "If this stands still, press *Go on*." in ada.messages[run.id].text
        async with program(**_environment(somewhere, database)) as bot:
            await bot.says('"ready"')
            again = await ada.press("Go on", run)
            assert again.id == run.id
            assert "`(a 2000 & b 3000) > c 10`" in again.text
            assert figures(await result(ada, run))["Python"][1] == 3_010


async def test_a_run_whose_bot_was_killed_while_it_was_in_line_goes_on_too(database: str) -> None:
    async with Playground() as somewhere, AsyncExitStack() as stack:
        people = [await stack.enter_async_context(Person.at(somewhere.url, name)) for name in ("Ada", "Grace", "Linus")]
        ada = people[0]
        async with program(**_environment(somewhere, database)) as bot:
            await bot.says('"ready"')
            runs = enumerate(people * 3)
            await asyncio.gather(*(who.type("demo", demo="sequential", delays=f"{4000 + n}") for n, who in runs))
            waiting = await ada.sees(lambda seen: "number 1 in line." in seen.text)
            bot.signal(signal.SIGKILL)
            await bot.ended()
        assert "If this stands still, press *Go on*." in waiting.text
        async with program(**_environment(somewhere, database)) as bot:
            await bot.says('"ready"')
            await ada.press("Go on", waiting)
            assert figures(await result(ada, waiting))["Node.js"][1] >= 4_000


async def test_a_run_that_is_under_way_is_not_run_twice(house: House, ada: Person, grace: Person) -> None:
    run = await ada.type("demo", demo="sequential", delays="3000", runtime="python")
    await grace.sees(lambda seen: seen.id == run.id)
    await grace.press("Go on", run)
    said = await grace.sees(lambda seen: "still in line or under way." in seen.text)
    assert said.private
    assert figures(await result(ada, run))["Python"][1] == 3_000
    assert runs_stored(house.settings) == 1


async def test_a_run_that_takes_longer_than_its_message_can_be_edited_is_shown_by_a_press(
    house: House, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "FOLLOWED_S", 1.0)
    run = await ada.type("demo", demo="sequential", delays="2700", runtime="python")
    told = await ada.sees(lambda seen: "longer than Discord lets a message be followed" in seen.text)
    assert (told.id, told.labels) == (run.id, ["Go on"])

    monkeypatch.undo()
    house.playground.world.clock = lambda: time.time() + TOKEN_LIVES + 1
    other = await ada.type("demo", demo="sequential", delays="4500", runtime="python")  # outlives the first
    await result(ada, other)
    assert ada.messages[run.id].text == told.text

    await ada.press("Go on", told)
    assert figures(await result(ada, run))["Python"][1] == 2_700
    assert runs_stored(house.settings) == 2


def _environment(somewhere: Playground, database: str) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": somewhere.token,
        "DISCORD_API_URL": somewhere.api_url,
        "TANDEM_DATABASE_URL": database,
        "TANDEM_LOG_FORMAT": "json",
    }
