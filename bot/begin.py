"""How the bot itself begins: all that has to be in order before the first line of `app` is read.

The content is read by a process of its own from the first moment on, unless it was kept, Node.js is looked for
meanwhile, and no garbage until there are clicks: what a start makes stays. Measured, all of it together is a third of
the start.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from bot import logs
from bot.catalog.apart import ReadApart
from bot.errors import SettingsError
from bot.runners.pool import Commands, installed
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import World

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    new_event_loop = None

PORT = 8123
"""Where the playground listens if nothing else is said."""

THREADS_TAKE_TURNS_S = 0.0002

GARBAGE = 5_000, 5, 5
"""When to look for garbage: after so many new objects, and how much less often among older ones. Measured: by Python's
own 700 it is a tenth of a click; after 20,000 it costs no less, and 5 MB of what is garbage lie about.
"""

ResultT = TypeVar("ResultT")


def wherever(settings: Settings, content: ReadApart, port: int = PORT) -> None:
    """Run on Discord if there is a token, in the playground if not."""
    if settings.token is None:
        play(settings, content, port)
    else:
        run(settings, content)


def run(settings: Settings, content: ReadApart) -> None:
    """Run the bot on Discord.

    Raises:
        StartError: it cannot start; the sentence names the remedy.
    """
    if settings.token is None:
        raise SettingsError("DISCORD_TOKEN is not set. Set it, or try the bot without: python -m bot playground.")
    token = settings.token.get_secret_value()
    underway = _underway(settings, content)
    from bot import app  # noqa: PLC0415 - meanwhile

    on_uvloop(underway.until_told(lambda stop: app.run(settings, token, underway.world(), stop)))


def play(settings: Settings, content: ReadApart, port: int) -> None:
    """Run the bot in an embedded local Discord on 127.0.0.1:`port`.

    Raises:
        StartError: it cannot start; the sentence names the remedy.
    """
    underway = _underway(settings, content)
    from bot import app  # noqa: PLC0415 - meanwhile

    on_uvloop(underway.until_told(lambda stop: app.play(settings, port, underway.world(), stop, _announce)))


def on_uvloop(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run on uvloop where there is one: measured, it halves the CPU time of a click.

    The threads that read and write the store ask for short turns, many a click: with Python's 5 ms between two, a
    busy event loop would keep each waiting. Measured with 200 clicks a second: a third less at the 99th percentile.
    """
    sys.setswitchinterval(THREADS_TAKE_TURNS_S)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


class _Underway(Struct, frozen=True):
    """What other processes do while this one imports what it is made of."""

    content: ReadApart
    commands: Future[Commands]

    def world(self) -> World:
        """The real one, where both are waited for."""
        from bot.app import real_world  # noqa: PLC0415 - see `run`

        return real_world(self.content.catalog, self.commands.result, _let_in)

    async def until_told(self, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Do `work` until SIGTERM or SIGINT sets the event that it is handed."""
        from bot.app import ToldToEndError, stopping_on_signals  # noqa: PLC0415 - see `run`

        async with stopping_on_signals() as stop:
            try:
                await work(stop)
            except ToldToEndError:
                self.content.end()
                os._exit(0)  # Python would wait for the database; what it is at there, it takes whole or not at all


def _underway(settings: Settings, content: ReadApart) -> _Underway:
    """Begin what takes its time elsewhere."""
    gc.disable()
    logs.set_up(settings.log_level, settings.log_format, settings.secrets)
    with_node = ThreadPoolExecutor(1, "tandem-node")
    commands = with_node.submit(installed)
    with_node.shutdown(wait=False)
    return _Underway(content, commands)


def _announce(url: str) -> None:
    sys.stdout.write(f"\n  Tandem's playground: {url}\n  Open it, and type /lesson async. Ctrl+C ends it.\n\n")
    sys.stdout.flush()


def _let_in() -> None:
    """Look for garbage from now on, but never again among what was there by then.

    A fiftieth of it is garbage, which stays. Measured: to find that would take 70 ms.
    """
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
