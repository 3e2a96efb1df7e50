"""Members answer without pause while the bot is killed again and again, and its database with it: is anything lost?"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Protocol

from rich.console import Console
from sqlalchemy import URL, make_url

from bench.restarted import Restarted
from bench.stored import Stored, faults, lost, stored, unasked
from bench.taker import ANSWER, Ledger, Taker, Watch, answered, labels, words
from bot.playground import Playground
from bot.playground.events import Answered, Asked, Event, Posted
from bot.playground.interaction import Interaction

KINDS = ("practice", "visual", "practice", "visual")
"""The quizzes that one member takes: the first two count, the others are learned from. Then somebody else comes."""

EARLY = 0.2
"""The share of kills that come while the bot starts."""

EARLY_WITHIN_S = 1.0
LIVES_S = 6.0
"""How long the bot lives at most: from its start when it is killed early, otherwise from when it is ready.
Members whose click was lost with the last one look at it for 3 s.
"""

AWAY_S = (0.5, 2.5)
"""How long the database is away."""

PROOFS = 0.01
"""How often somebody wants to see the proof of an answer: seldom, since who follows a run does not answer meanwhile."""

LOOKS_AGAIN_S = 0.5
"""How long a member waits who was told that something failed, before they press again."""

STUCK_AFTER_S = 240.0
"""Who has not come to the end of a quiz by then, though nothing is killed any more, is stuck."""

SERVED_WITHIN_S = 120.0


class Server(Protocol):
    """A database server that can be killed."""

    def kill(self) -> None:
        """End it at once."""
        ...

    def start(self) -> None:
        """Start it, and wait until it can be reached."""
        ...


@dataclass
class Outcome:
    """What has become of the answers, of the members and of the bot.

    Attributes:
        kills: how often the bot was killed while it was alive.
        told: the sentences that members got in the place of what they wanted, and how often.
        under_way: how many clicks the bot was at work on, each time that it was killed.
        served_s: how long after each start of the database server the first answer was taken, in seconds.
        exit_code: how the bot ended when it was told to.
    """

    kills: int
    server_kills: int
    members: int
    seconds: float
    ledger: Ledger
    stuck: list[str]
    told: Counter[str]
    ready_s: list[float]
    under_way: list[int]
    served_s: list[float]
    complaints: list[str]
    fell: list[int]
    exit_code: int
    found: Stored
    lost: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])


async def measure(members: int, kills: int, server_kills: int, seed: int, console: Console) -> Outcome:
    """The same on a database of its own: a file, or, where a server is to be killed, a PostgreSQL."""
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    async with Playground(strict=False) as playground:
        if not server_kills:
            with TemporaryDirectory(prefix="tandem-crash-") as folder:
                url = make_url(f"sqlite:///{Path(folder) / 'tandem.db'}")
                return await run(playground, url, rng, console, members=members, kills=kills)
        from bench.postgres import a_postgres  # noqa: PLC0415 - it needs what only developers have

        with a_postgres() as server:
            how = {"members": members, "kills": kills, "server_kills": server_kills}
            return await run(playground, server.store_url(), rng, console, server=server, **how)


async def run(
    playground: Playground,
    url: URL,
    rng: Random,
    console: Console,
    *,
    members: int,
    kills: int,
    server: Server | None = None,
    server_kills: int = 0,
) -> Outcome:
    """Let so many members answer while the bot, and the server of its database, are killed so often."""
    loop = asyncio.get_running_loop()
    began_s, seats = loop.time(), _Seats(playground, rng)
    async with Restarted.on(playground, url) as bot, asyncio.TaskGroup() as tasks:
        for _ in range(members):
            tasks.create_task(seats.taken())
        strikes = [_bot_dies] * kills + [_server_dies] * server_kills
        rng.shuffle(strikes)
        scene = _Scene(bot, server, rng)
        playground.world.subscribe(scene.hear)
        for number, strike in enumerate(strikes, 1):
            await strike(scene)
            if number % 10 == 0:
                console.print(f"{number} kills, {len(seats.ledger.shown)} answers, {loop.time() - began_s:.0f} s")
        await bot.until_ready()
        await seats.end()
        exit_code = await bot.stop()
    found = await asyncio.to_thread(stored, url)
    return Outcome(
        kills=bot.kills,
        server_kills=server_kills,
        members=seats.count,
        seconds=loop.time() - began_s,
        ledger=seats.ledger,
        stuck=seats.stuck,
        told=scene.told,
        ready_s=bot.ready_s,
        under_way=scene.under_way,
        served_s=scene.served_s,
        complaints=bot.log.complaints,
        fell=bot.fell,
        exit_code=exit_code,
        found=found,
        lost=lost(found, seats.ledger.shown),
        faults=faults(found),
    )


class _Seats:
    """Members who take one quiz after another, and are followed by others, until all is over."""

    def __init__(self, playground: Playground, rng: Random) -> None:
        self._playground, self._watch, self._rng = playground, Watch(playground), rng
        self._over, self._left, self._all_gone = False, 0, asyncio.Event()
        self.ledger, self.stuck, self.count = Ledger(), list[str](), 0
        self._giving_up_at_s: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def taken(self) -> None:
        """One seat: whoever sits there finishes their quiz, also after the end."""
        self._left += 1
        while not self._over:
            taker = self._somebody()
            for kind in KINDS:
                if not self._over:
                    await self._takes(taker, kind)
        self._left -= 1
        if not self._left:
            self._all_gone.set()

    async def end(self) -> None:
        """Nobody begins anew; wait until everybody is through, or stuck."""
        self._over = True
        self._giving_up_at_s.set_result(asyncio.get_running_loop().time() + STUCK_AFTER_S)
        await self._all_gone.wait()

    async def _takes(self, taker: Taker, kind: str) -> None:
        clock = asyncio.get_running_loop().time
        taking = asyncio.ensure_future(taker.take(kind))
        try:
            await asyncio.wait({taking, self._giving_up_at_s}, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                await asyncio.wait({taking}, timeout=self._giving_up_at_s.result() - clock())
            if taking.done():
                await taking
            else:
                self.stuck.append(taker.doing)
        finally:
            taking.cancel()

    def _somebody(self) -> Taker:
        self.count += 1
        world, own = self._playground.world, Random(self._rng.random())  # noqa: S311 - reproducible, no secret
        member, room = world.join(f"Member {self.count}"), world.guild.channels[0]
        return Taker(
            self._playground, member, room, self._watch, self.ledger, own, looks_again_s=LOOKS_AGAIN_S, proofs=PROOFS
        )


@dataclass
class _Scene:
    """Who is killed, when, and what is seen of it."""

    bot: Restarted
    server: Server | None
    rng: Random
    served: asyncio.Event = field(default_factory=asyncio.Event)
    served_s: list[float] = field(default_factory=list[float])
    told: Counter[str] = field(default_factory=Counter[str])
    under_way: list[int] = field(default_factory=list[int])
    _asked_at_s: dict[int, float] = field(default_factory=dict[int, float])

    def hear(self, event: Event) -> None:
        """Hear what happens on Discord."""
        match event:
            case Asked(interaction):
                self._asked_at_s[interaction.id] = asyncio.get_running_loop().time()
            case Answered(interaction):
                self._asked_at_s.pop(interaction.id, None)
                if _is_taken(interaction):
                    self.served.set()
            case Posted(message) if not labels(message):
                self.told[words(message)] += 1
            case _:
                pass

    def look(self) -> None:
        """Count the clicks that have reached the bot and have no answer."""
        since_s = self.bot.ready_at_s if self.bot.log.ready.is_set() else asyncio.get_running_loop().time()
        self.under_way.append(sum(at_s >= since_s for at_s in self._asked_at_s.values()))
        self._asked_at_s.clear()


def _is_taken(interaction: Interaction) -> bool:
    """Whether somebody has answered a question and sees the feedback, for which the store is needed."""
    pressed, message = str(interaction.data.get("custom_id", "")), interaction.message
    return pressed.startswith(ANSWER) and message is not None and answered(message) is not None


async def _bot_dies(scene: _Scene) -> None:
    bot, rng = scene.bot, scene.rng
    if rng.random() < EARLY:
        await asyncio.sleep(rng.uniform(0, EARLY_WITHIN_S))
    else:
        await bot.until_ready()
        await asyncio.sleep(rng.uniform(0, LIVES_S))
    await bot.kill(scene.look)
    await bot.start()


async def _server_dies(scene: _Scene) -> None:
    """The server is away for a while; then wait until the bot takes an answer, which is up to the bot alone."""
    server, rng, clock = scene.server, scene.rng, asyncio.get_running_loop().time
    assert server is not None  # noqa: S101 - without one, it is not killed
    await scene.bot.until_ready()
    await asyncio.sleep(rng.uniform(0, LIVES_S))
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(rng.uniform(*AWAY_S))
    await asyncio.to_thread(server.start)
    started_s = clock()
    scene.served.clear()
    async with asyncio.timeout(SERVED_WITHIN_S):
        await scene.served.wait()
    scene.served_s.append(clock() - started_s)


def table(outcome: Outcome) -> str:
    """What has happened, in Markdown."""
    ledger, found = outcome.ledger, outcome.found
    rows = [
        ("the bot killed, its database server killed", f"{outcome.kills}, {outcome.server_kills}"),
        (
            "members, quizzes that they finished",
            f"{outcome.members:,}, {ledger.finished:,} in {outcome.seconds:.0f} s",
        ),
        (
            "clicks under way when the bot was killed",
            f"{sum(outcome.under_way):,}, {max(outcome.under_way, default=0)} at most",
        ),
        ("clicks and commands", f"{ledger.asked:,}, of which {ledger.failed:,} had no answer within 3 s"),
        ("answers that members were shown as taken", f"{len(ledger.shown):,}"),
        ("answers stored", f"{len(found.answers):,}"),
        ("lost, or stored otherwise than shown", f"{len(outcome.lost)}"),
        ("quizzes stored", f"{len(found.attempts):,}"),
        ("attempts stuck, members stuck", f"{len(found.open)}, {len(outcome.stuck)}"),
        ("rows that do not follow from the answers", f"{len(outcome.faults)}"),
        ("errors in the log", f"{len(outcome.complaints)}"),
        ("from start to ready", _times(outcome.ready_s)),
    ]
    if outcome.served_s:
        rows.append(("from the server's start to the first answer", _times(outcome.served_s)))
    return "\n".join(["| killed | |", "|---|---|", *(f"| {what} | {value} |" for what, value in rows)])


def _times(seconds: list[float]) -> str:
    return f"{median(seconds):.2f} s in the middle, {max(seconds):.2f} s at most" if seconds else "never"


def failures(outcome: Outcome) -> list[str]:
    """Why it was not survived, a line each; empty when it was."""
    wrong = [*outcome.lost, *outcome.faults, *(f"open: {each}" for each in outcome.found.open)]
    wrong += [f"stuck: {each}" for each in outcome.stuck]
    wrong += [f"in the log: {line[:500]}" for line in outcome.complaints]
    wrong += [f"the bot ended by itself with {code}" for code in outcome.fell]
    wrong += unasked(outcome.found, outcome.ledger.pressed)
    if not outcome.stuck and len(outcome.found.attempts) != outcome.ledger.finished:
        wrong.append(f"{len(outcome.found.attempts)} quizzes are stored, {outcome.ledger.finished} were finished")
    if outcome.exit_code != 0:
        wrong.append(f"the bot ended with {outcome.exit_code}")
    return wrong
