"""The whole bot on a real gateway: a playground, a database file, and people at the chat page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import hypothesis
import pytest
from structlog.testing import capture_logs

from bench.postgres import Postgres, a_postgres
from bot import app
from bot.catalog.loader import load
from bot.playground import Playground, Recorded
from bot.runners.pool import Commands, installed
from bot.services.clock import Clock
from bot.settings import Settings
from tests import discord_openapi
from tests.person import Person, Seen

COMPONENTS_V2 = 1 << 15

# A busy machine is no fault of the code: how long an example takes is not judged.
SLOW_IS_FINE = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("tandem", hypothesis.settings(), **SLOW_IS_FINE)
hypothesis.settings.register_profile("thorough", hypothesis.settings(), max_examples=300, **SLOW_IS_FINE)
hypothesis.settings.load_profile("tandem")


class Hands:
    """A clock that is turned by hand. Each look at it takes a millisecond, so that no two things happen at once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._turned = asyncio.Condition()
        self._waking: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def turn(self, at: datetime) -> None:
        self.at = max(self.at, at)
        waking = asyncio.create_task(self._wake())
        self._waking.add(waking)
        waking.add_done_callback(self._waking.discard)

    async def wait_until(self, at: datetime) -> None:
        async with self._turned:
            await self._turned.wait_for(lambda: self.at >= at)

    async def _wake(self) -> None:
        async with self._turned:
            self._turned.notify_all()


class House:
    """A playground and a bot in it, which can be stopped and started again on the same database."""

    def __init__(
        self, playground: Playground, settings: Settings, stack: AsyncExitStack, sent: list[tuple[float, Recorded]]
    ) -> None:
        self.playground = playground
        self.settings = settings
        self._stack = stack
        self._bot: AsyncExitStack | None = None
        self._ids = 0
        self._hands = Hands(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.clock = Clock(self._hands.now, self._hands.wait_until)
        self.runners: Callable[[], Commands] = installed
        self.sent = sent
        """What the bot has sent, each with the time in seconds."""

    async def start(self, settings: Settings | None = None) -> None:
        """Start the bot and wait until it is ready."""
        self.settings = settings or self.settings
        stop, ready = asyncio.Event(), asyncio.Event()
        self._bot = AsyncExitStack()
        tasks = await self._bot.enter_async_context(asyncio.TaskGroup())
        world = app.World(self.new_id, Random(7), self.clock, self.runners, content=load)
        tasks.create_task(app.run(self.settings, self.playground.token, world, stop, ready.set))
        self._bot.callback(stop.set)
        async with asyncio.timeout(20):
            await ready.wait()

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self._bot is not None:
            await self._bot.aclose()
            self._bot = None

    async def restart(self, settings: Settings | None = None) -> None:
        await self.stop()
        await self.start(settings)

    @property
    def now(self) -> datetime:
        """What time it is for the bot."""
        return self._hands.at

    def passes(self, **time: float) -> None:
        """So much time passes at once, such as `hours=3`: whatever the bot waited for meanwhile is due."""
        self._hands.turn(self._hands.at + timedelta(**time))

    def comes(self, at: datetime) -> None:
        """It gets as late as that."""
        self._hands.turn(at)

    async def delete(self, message: Seen) -> None:
        """A moderator deletes a message."""
        await self._rest("DELETE", f"/channels/{message.raw['channel_id']}/messages/{message.id}")

    async def _rest(self, method: str, path: str, body: object = None) -> Any:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bot {self.playground.token}"}) as session,
            session.request(method, self.playground.api_url + path, json=body) as answer,
        ):
            assert answer.ok, await answer.text()
            return await answer.json() if answer.status == 200 else None

    async def presses(self, person: Person, custom_id: str) -> Seen:
        """A person presses a button with that id under a message from another day; what they are told."""
        message_id = await self.old_message(custom_id)
        return await person.press(custom_id, await person.sees(lambda message: message.id == message_id))

    async def person(self, name: str) -> Person:
        """Somebody with the chat page open until the test ends."""
        return await self._stack.enter_async_context(Person.at(self.playground.url, name))

    async def old_message(self, *custom_ids: str) -> str:
        """A message of the bot from another day, with a button for each id; the message's id."""
        buttons = [{"type": 2, "style": 2, "label": custom_id, "custom_id": custom_id} for custom_id in custom_ids]
        channel = self.playground.world.guild.channels[0].id
        body = {"flags": COMPONENTS_V2, "components": [{"type": 1, "components": buttons}]}
        return (await self._rest("POST", f"/channels/{channel}/messages", body))["id"]

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids:04}"


@asynccontextmanager
async def a_house(settings: Settings) -> AsyncGenerator[House]:
    """The whole bot, running. At the end nothing may have gone wrong on its side, and every body that it sent is held
    against Discord's own description.
    """
    with capture_logs() as logs:
        async with running(settings) as house:
            yield house
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
    if discord_openapi.DESCRIPTION.exists():
        bodies = [(r.method, r.path, r.body) for _, r in house.sent if r.body is not None]
        assert [found for body in bodies for found in discord_openapi.violations(*body)] == []


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[House]:
    """A playground with the bot in it."""
    sent: list[tuple[float, Recorded]] = []

    def hear(request: Recorded) -> None:
        sent.append((time.monotonic(), request))

    async with Playground(on_request=hear) as playground, AsyncExitStack() as stack:
        house = House(playground, replace(settings, api_url=playground.api_url), stack, sent)
        await house.start()
        try:
            yield house
        finally:
            await house.stop()


@pytest.fixture(scope="session")
def postgres() -> Generator[Postgres]:
    """A PostgreSQL that runs while the tests do."""
    with a_postgres(durable=False) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh database."""
    return replace(Settings(), database_url=f"sqlite:///{tmp_path / 'tandem.db'}")


@pytest.fixture
async def house(settings: Settings) -> AsyncGenerator[House]:
    """The whole bot, running."""
    async with a_house(settings) as found:
        yield found


@pytest.fixture
async def ada(house: House) -> Person:
    """A member."""
    return await house.person("Ada")


@pytest.fixture
async def grace(house: House) -> Person:
    """Another member."""
    return await house.person("Grace")
