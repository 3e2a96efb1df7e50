"""The parts of the local Discord that its tests hold in their hands."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from bot.playground import Playground, Recorded
from tests.playground.local_discord import Frame, Rest, Tab, Time, Wire

HELLO = {"name": "hello", "description": "Say hello", "type": 1}


@pytest.fixture
def time() -> Time:
    """The playground's clock."""
    return Time()


@pytest.fixture
def recorded() -> list[Recorded]:
    """Every request to the playground's REST API."""
    return []


@pytest.fixture
async def playground(time: Time, recorded: list[Recorded]) -> AsyncGenerator[Playground]:
    """A local Discord, its time moved by hand."""
    async with Playground(clock=time, call_later=time.call_later, on_request=recorded.append) as running:
        yield running


@pytest.fixture
async def rest(playground: Playground) -> AsyncIterator[Rest]:
    """The bot's side of the REST API."""
    async with aiohttp.ClientSession() as session:
        yield Rest(session, playground)


@pytest.fixture
async def wire(playground: Playground) -> AsyncGenerator[Wire]:
    """The bot's side of the gateway: logged in, its server known."""
    async with Wire.to(playground) as connected:
        await connected.identify(playground.token)
        await connected.event("GUILD_CREATE")
        yield connected


@pytest.fixture
async def tabs(playground: Playground) -> AsyncGenerator[dict[str, Tab]]:
    """Two members at the chat page."""
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(Tab.at(playground, name)) for name in ("Ada", "Linus")}


@pytest.fixture
async def ada(rest: Rest, wire: Wire, playground: Playground) -> AsyncGenerator[Tab]:
    """A member at the chat page, with one command to use and a bot to hear of it."""
    await rest.register(HELLO)
    async with Tab.at(playground, "Ada") as tab:
        yield tab


@pytest.fixture
async def interaction(ada: Tab, wire: Wire) -> Frame:
    """What the bot is sent when Ada has used /hello."""
    await ada.do("command", name="hello")
    return await wire.event("INTERACTION_CREATE")
