"""The composition root: it makes the parts, hands them to each other, and takes them down in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import cast

import aiohttp
import discord
import structlog
from msgspec import Struct
from sqlalchemy import make_url

from bot.catalog.apart import load_apart
from bot.catalog.catalog import Catalog
from bot.client import TandemClient
from bot.errors import PortError, TokenError, UnreachableError
from bot.exts import (  # the feature is called help
    daily,
    demo,
    help,  # noqa: A004
    insights,
    lesson,
    predict,
    privacy,
    quiz,
    review,
    round,  # noqa: A004
    score,
    test,
)
from bot.exts import (
    settings as settings_feature,
)
from bot.runners.pool import Commands, RunnerPool, installed
from bot.services.bundle import Services
from bot.services.clock import Clock, machine_clock
from bot.services.daily import DailyService
from bot.services.demos import DemoService
from bot.services.guilds import GuildService
from bot.services.insights import InsightService
from bot.services.jobs import keep
from bot.services.lessons import LessonService
from bot.services.memory import remember
from bot.services.polls import PollService
from bot.services.predictions import PredictionService
from bot.services.privacy import PrivacyService
from bot.services.quizzes import QuizService
from bot.services.reminders import ReminderService
from bot.services.reviews import ReviewService
from bot.services.rounds import RoundService
from bot.services.scores import ScoreService
from bot.services.tests import TestService
from bot.services.turns import OneProcess, held
from bot.settings import Settings
from bot.storage.attempts import Attempts
from bot.storage.cards import Cards
from bot.storage.daily import Daily
from bot.storage.engine import is_sqlite
from bot.storage.guilds import Guilds
from bot.storage.insights import Insights
from bot.storage.known import KnownAttempts
from bot.storage.members import Members
from bot.storage.migrate import migrate
from bot.storage.polls import Polls
from bot.storage.predictions import Predictions
from bot.storage.privacy import Privacy
from bot.storage.progress import ProgressStore
from bot.storage.ranking import Ranking
from bot.storage.reading import PartsRead
from bot.storage.rounds import Rounds
from bot.storage.runs import Runs
from bot.storage.store import Store
from bot.storage.turns import PostgresTurns
from bot.underneath import TURN_EVERY_S, speak_to
from bot.watch import Watch, meter_of, watched

FEATURES = (
    lesson,
    quiz,
    test,
    review,
    round,
    daily,
    demo,
    predict,
    score,
    insights,
    settings_feature,
    privacy,
    help,
)

_TOKEN_REFUSED = 4004
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

ANSWERED_WITHIN_S = 20.0
CONNECT_WITHIN_S = 60.0
"""How long a starting bot waits for Discord, its API and its gateway, before it says so and ends."""

_REMEDY = "Check the network and DISCORD_API_URL."

_log = structlog.get_logger("tandem.app")


class World(Struct, frozen=True):
    """What the bot takes from the world around it; tests hand in their own."""

    new_id: Callable[[], str]
    rng: Random
    clock: Clock
    runners: Callable[[], Commands] = installed
    """Finds what programs can be run with; called in a thread, since it may start Node.js and wait."""
    deaf_after_s: float = 60.0
    """How long Discord may say nothing, no answer to a heartbeat either, until the bot connects anew."""
    content: Callable[[Path], Catalog] = load_apart
    """Reads the content folder; called in a thread, since it waits."""
    when_let_in: Callable[[], None] = lambda: None
    """Told that Discord has let the first shard in: from here on there are clicks."""


def real_world(
    content: Callable[[Path], Catalog] = load_apart,
    runners: Callable[[], Commands] = installed,
    when_let_in: Callable[[], None] = lambda: None,
) -> World:
    """The machine's clock, and ids and shuffles that nobody can guess."""
    clock = machine_clock(lambda: datetime.now(UTC))
    return World(
        lambda: secrets.token_hex(6),
        secrets.SystemRandom(),
        clock,
        runners,
        content=content,
        when_let_in=when_let_in,
    )


class ToldToEndError(Exception):
    """The bot was told to end before it was made. A thread may be at the database, and cannot be stopped."""


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings, world: World, until: asyncio.Event | None = None
) -> AsyncGenerator[TandemClient]:
    """The bot, made but not connected.

    Raises:
        StartError: the content is broken, or the database cannot be used.
        ToldToEndError: `until` was set before the database was at this version.
    """
    url = make_url(settings.database_url)
    async with watched(settings.metrics_port) as watch:
        catalog, commands = await _prepared(settings, world, watch, until or asyncio.Event())
        meter = meter_of(settings.metrics_port, catalog.demos)
        async with Store(url, on_commit=meter.committed) as store, RunnerPool(commands=commands, meter=meter) as pool:
            services = _services(catalog, store, pool, world)
            turns = OneProcess() if is_sqlite(url) else PostgresTurns(url)
            client = TandemClient(
                services,
                world.clock,
                turns,
                shard_count=settings.shard_count,
                shard_ids=settings.shard_ids,
                deaf_after_s=world.deaf_after_s,
            )
            for feature in FEATURES:
                feature.setup(client)
            with watch.of(meter, client, store, pool):
                yield client


async def _prepared(settings: Settings, world: World, watch: Watch, until: asyncio.Event) -> tuple[Catalog, Commands]:
    """What is read and looked for, with the database brought to this version; the latter may take minutes."""

    async def read() -> Catalog:
        catalog = await asyncio.to_thread(world.content, settings.content_dir)
        watch.is_ready("content")
        return catalog

    url = make_url(settings.database_url)
    found = asyncio.gather(read(), asyncio.to_thread(world.runners), migrate(url))
    told = asyncio.create_task(until.wait(), name="told to end")
    try:
        await asyncio.wait((found, told), return_when=asyncio.FIRST_COMPLETED)
        if not found.done():
            _log.info("stopped", before="it was ready")
            raise ToldToEndError
        catalog, commands, _ = await found
        return catalog, commands
    finally:
        found.cancel()
        told.cancel()
        await asyncio.gather(found, told, return_exceptions=True)


def _services(catalog: Catalog, store: Store, pool: RunnerPool, world: World) -> Services:
    """What the bot can do, each part handed what it needs."""
    now, new_id, rng = world.clock.now, world.new_id, world.rng
    known = KnownAttempts()
    read, attempts, members = PartsRead(store), Attempts(store, remember, known), Members(store)
    stored, asked = Polls(store, remember), Rounds(store, remember)
    lessons = LessonService(catalog, read, now)
    demos = DemoService(pool, Runs(store), catalog.demos, now=now, new_id=new_id)
    polls = PollService(lessons, stored, now=now, rng=rng)
    quizzes = QuizService(lessons, attempts, now=now, new_id=new_id, rng=rng)
    reviews = ReviewService(
        lessons,
        quizzes,
        attempts,
        Cards(store),
        members,
        now=now,
        new_id=new_id,
        rng=rng,
        has_node=lambda: demos.has_node,
    )
    return Services(
        lessons=lessons,
        quizzes=quizzes,
        tests=TestService(lessons, attempts, now=now, new_id=new_id, rng=rng, has_node=lambda: demos.has_node),
        demos=demos,
        predictions=PredictionService(
            demos, Predictions(store), now=now, new_id=new_id, new_seed=lambda: rng.getrandbits(48)
        ),
        scores=ScoreService(lessons, attempts, read, Ranking(store), ProgressStore(store), members, now),
        insights=InsightService(lessons, Insights(store)),
        guilds=GuildService(Guilds(store), now),
        reviews=reviews,
        reminders=ReminderService(members, reviews, now),
        polls=polls,
        rounds=RoundService(lessons, polls, asked, now=now, new_id=new_id, rng=rng, demos=demos),
        daily=DailyService(lessons, polls, stored, Daily(store), demos, now=now, new_id=new_id, rng=rng),
        privacy=PrivacyService(Privacy(store, known), now),
    )


async def run(
    settings: Settings, token: str, world: World, until: asyncio.Event, when_ready: Callable[[], None] = lambda: None
) -> None:
    """Run the bot on the Discord at `settings.api_url` until `until` is set.

    Raises:
        StartError: it cannot start; the sentence names the remedy.
        ToldToEndError: `until` was set before the bot was made.
    """
    speak_to(settings.api_url)
    async with assembled(settings, world, until) as client, client:
        try:
            async with asyncio.TaskGroup() as tasks:
                turns = tasks.create_task(client.turns.keep())
                connection = tasks.create_task(
                    _connected(client, token, settings.api_url, world.when_let_in, when_ready)
                )
                jobs = tasks.create_task(_jobs(client, world.clock))
                await until.wait()
                jobs.cancel()
                connection.cancel()  # first: discord.py would go on trying if it was told to end while it connects
                await client.close()
                turns.cancel()  # last: what is under way is nobody else's yet
        except ExceptionGroup as group:
            if not until.is_set():  # one that is told to end may break off on the way
                raise _start_error(_first(group)) from group
    _log.info("stopped")


async def play(
    settings: Settings, port: int, world: World, until: asyncio.Event, announce: Callable[[str], None]
) -> None:
    """Run the bot in a playground on 127.0.0.1:`port` until `until` is set.

    Raises:
        StartError: it cannot start; the sentence names the remedy.
        ToldToEndError: `until` was set before the bot was made.
    """
    from bot.playground import Playground  # noqa: PLC0415 - nothing of it is needed on Discord: a tenth of the start

    async with contextlib.AsyncExitStack() as stack:
        try:
            playground = await stack.enter_async_context(Playground(port=port))
        except OSError as error:
            raise PortError(
                f"Port {port} cannot be listened on ({error.strerror}). Choose another: --port, or PORT= with make."
            ) from error
        here = replace(settings, api_url=playground.api_url)
        await run(here, playground.token, world, until, lambda: announce(playground.url))


@contextlib.asynccontextmanager
async def stopping_on_signals() -> AsyncGenerator[asyncio.Event]:
    """An event that SIGTERM or SIGINT (Ctrl+C) sets."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    try:
        yield event
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _connected(
    client: TandemClient,
    token: str,
    api_url: str,
    when_let_in: Callable[[], None],
    when_ready: Callable[[], None],
) -> None:
    async with _answering(api_url):
        await client.login(token)
    async with held(client.turns, "commands", TURN_EVERY_S), _answering(api_url):
        await client.tree.share()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_tell_when_ready(client, when_let_in, when_ready))
        await client.connect()
        raise UnreachableError("Discord ended the connection for good. Start the bot again.")


async def _jobs(client: TandemClient, clock: Clock) -> None:
    """Do what is due, once Discord can be told of it."""
    await client.wait_until_ready()
    for job in client.jobs:
        client.meter.job(job.name)
    await keep(client.jobs, clock, client.turns, client.meter)


@contextlib.asynccontextmanager
async def _answering(api_url: str) -> AsyncGenerator[None]:
    """What is asked of Discord's API meanwhile is answered in time; what is wrong becomes a start error."""
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            yield
    except discord.LoginFailure as error:
        raise TokenError("Discord refused the token. Copy it anew into DISCORD_TOKEN.") from error
    except TimeoutError as error:
        raise UnreachableError(f"{api_url} did not answer within {ANSWERED_WITHIN_S:g} s. {_REMEDY}") from error
    except (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise UnreachableError(f"{api_url} cannot be reached ({reason}). {_REMEDY}") from error
    except (TypeError, KeyError, ValueError) as error:  # what discord.py makes of an answer that is none
        raise UnreachableError(f"{api_url} does not speak Discord's API. Check DISCORD_API_URL.") from error


async def _tell_when_ready(
    client: TandemClient, when_let_in: Callable[[], None], when_ready: Callable[[], None]
) -> None:
    """Wait for the first shard, which discord.py would do for ever, then for all of them.

    Other processes may have their turn before. That is no fault of Discord's, and takes as long as it takes.
    """
    await client.begun.wait()
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            await client.connected.wait()
    except TimeoutError as error:
        raise UnreachableError(
            f"Discord's gateway did not let the bot in within {CONNECT_WITHIN_S:g} s. {_REMEDY}"
        ) from error
    when_let_in()
    await client.wait_until_ready()
    when_ready()


def _first(group: ExceptionGroup[Exception]) -> Exception:
    """The first of the errors in a group, however deep it lies."""
    error = group.exceptions[0]
    return _first(cast("ExceptionGroup[Exception]", error)) if isinstance(error, ExceptionGroup) else error


def _start_error(error: Exception) -> Exception:
    """What made the connection end, as a start error where the remedy is known."""
    match error:
        case discord.ConnectionClosed() if error.code == _TOKEN_REFUSED:
            return TokenError("Discord's gateway refused the token. Copy it anew into DISCORD_TOKEN.")
        case discord.ConnectionClosed():
            return UnreachableError(f"Discord's gateway ended the connection ({error}). Check TANDEM_SHARD_COUNT.")
        case _:
            return error
