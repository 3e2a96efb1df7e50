"""A playground, a bot and a browser for the tests of the chat page, and a person who sits before it."""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.playground import Playground
from tests.page.showcase import Showcase

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "no Chromium found; get one with: apt-get install chromium (or name one in the environment as CHROMIUM)"
START_WITHIN = 15  # seconds
SEEN_WITHIN = 15_000  # milliseconds; only a busy machine needs so many


class Alarms:
    """The playground's patience, in the test's hand: nothing runs out before `ring`."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self._set = asyncio.Event()

    def call_later(self, _: float, then: Callable[[], None]) -> "Alarms.Alarm":
        self._waiting.append(then)
        self._set.set()
        return self.Alarm(self, then)

    async def ring(self) -> None:
        """Let the patience with everything that is under way run out, once there is something."""
        async with asyncio.timeout(START_WITHIN):
            while not self._waiting:  # what was set may have been cancelled since
                self._set.clear()
                await self._set.wait()
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    class Alarm:
        def __init__(self, alarms: "Alarms", then: Callable[[], None]) -> None:
            self._alarms, self._then = alarms, then

        def cancel(self) -> None:
            with contextlib.suppress(ValueError):
                self._alarms._waiting.remove(self._then)


class Windows:
    """Browser windows that stay open all session: a tab opens there several times as fast as in a new one.

    Whoever is there at the same time sits before another window, for a tab behind another is slow, as with everybody.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: dict[str, BrowserContext] = {}

    async def tab(self, seat: int, **options: Any) -> Page:
        """Open a tab in the window of this seat that has these options."""
        kind = repr((seat, sorted(options.items())))
        if kind not in self._open:
            self._open[kind] = await self._browser.new_context(locale="en-GB", **options)
        return await self._open[kind].new_page()


class Person:
    """Somebody at a tab: what they do, and what they see."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_role("combobox", name=re.compile("Message [#@]"))
        self.messages = page.get_by_role("list", name="Messages").locator("> li")
        self.newest = self.messages.last

    async def types(self, text: str) -> None:
        """Type, key by key."""
        await self.box.press_sequentially(text)

    async def runs(self, line: str) -> None:
        """Put a line into the message box all at once, as one who pastes, and press Enter."""
        await self.box.focus()
        await self.page.keyboard.insert_text(line)
        await self.box.press("Enter")

    async def presses(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.newest.get_by_role("button", name=name)

    async def sees(self, text: str) -> None:
        """The newest message says so."""
        await expect(self.newest).to_contain_text(text)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        expect.set_options(timeout=SEEN_WITHIN)
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()


@pytest_asyncio.fixture(loop_scope="session")
async def playground(alarms: Alarms) -> AsyncIterator[Playground]:
    async with Playground(call_later=alarms.call_later) as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Showcase]:
    monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
    bot = Showcase()
    running = asyncio.create_task(bot.start(playground.token))
    async with asyncio.timeout(START_WITHIN):
        await bot.is_up.wait()
    yield bot
    await bot.close()
    await running


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(windows: Windows, playground: Playground) -> AsyncIterator[Callable[..., Any]]:
    """Let somebody open the page; whatever they do, it must log no error and ask no other host for anything."""
    tabs, troubles = [], []

    async def arrive(address: str = "/", *, expects_failures: bool = False, **options: Any) -> Person:
        page = await windows.tab(len(tabs), **options)
        tabs.append(page)
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        if not expects_failures:
            page.on("console", lambda line: line.type == "error" and troubles.append(f"console: {line.text}"))
        page.on("request", lambda each: each.url.startswith(playground.url) or troubles.append(each.url))
        await page.goto(playground.url + address)
        person = Person(page)
        await expect(person.box).to_be_visible()
        return person

    yield arrive
    for tab in tabs:
        await tab.close()
    assert not troubles


@pytest_asyncio.fixture(loop_scope="session")
async def ada(bot: Showcase, arrive: Callable[..., Any]) -> Person:
    """Ada, the first member, with the bot online."""
    person: Person = await arrive()
    await expect(person.page.get_by_text("Try Tandem")).to_be_visible()
    return person
