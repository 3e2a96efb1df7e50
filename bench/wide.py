"""Three processes with six shards share one PostgreSQL; one of them dies in the middle of quizzes and of a round."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from rich.console import Console
from sqlalchemy import URL, select

from bench.restarted import Restarted
from bench.stored import Stored, faults, lost, stored
from bench.taker import Ledger, Taker, Watch, labels
from bot.playground import Playground
from bot.playground.events import Answered, Event
from bot.playground.interaction import Answer
from bot.playground.message import Message, texts
from bot.playground.model import Channel, Guild
from bot.playground.request import type_command, use
from bot.playground.resolve import RefusedError
from bot.storage import tables
from bot.storage.engine import engine_for_store

SHARDS = 6
OF_PROCESS = ("0-1", "2-3", "4-5")
DIES = 1
"""The process that dies: it has the shard of the server in which the round is played."""

CROWD = 30
PLAYERS = 5
QUESTIONS, SECONDS = 3, 10

IDENTIFY_EVERY_S = 5.0
MAX_CONCURRENCY = 2

TAKEN_OVER_WITHIN_S = 30.0
STUCK_AFTER_S = 240.0


@dataclass
class Outcome:
    """What has become of it."""

    attempts: int
    seconds: float = 0.0
    ledger: Ledger = field(default_factory=Ledger)
    stuck: list[str] = field(default_factory=list[str])
    too_early: int = 0
    """Shards that asked to be let in before it was their turn."""
    taken_over_s: float = 0.0
    """From the death of a process until another one did what was its to do: the next step of the round."""
    wrong: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])


async def run(url: URL, attempts: int, seed: int, console: Console) -> Outcome:
    """Let members of all servers take so many quizzes, and those of one play a round, while its process dies."""
    outcome, start_s = Outcome(attempts), monotonic()
    playground = Playground(
        strict=False, shards=SHARDS, max_concurrency=MAX_CONCURRENCY, identify_every_s=IDENTIFY_EVERY_S
    )
    async with playground, AsyncExitStack() as stack:
        guilds = _guilds(playground)
        bots = list[Restarted]()
        for shards in OF_PROCESS:
            mine = {"TANDEM_SHARD_COUNT": str(SHARDS), "TANDEM_SHARD_IDS": shards}
            bots.append(await stack.enter_async_context(Restarted.on(playground, url, mine)))
        for bot in bots:
            await bot.until_ready()
        console.print(f"three processes are ready after {monotonic() - start_s:.0f} s")
        class_ = _Class(playground, guilds[2 * DIES])
        crowd = _Crowd(playground, guilds, outcome, Random(seed))  # noqa: S311 - reproducible, no secret
        async with asyncio.TaskGroup() as tasks:
            taking = tasks.create_task(crowd.take(attempts))
            playing = tasks.create_task(class_.play())
            await class_.asked(1)
            await bots[DIES].kill()
            died_s = monotonic()
            console.print("one of them is dead")
            await class_.moves()
            outcome.taken_over_s = monotonic() - died_s
            console.print(f"its round goes on after {outcome.taken_over_s:.0f} s")
            await bots[DIES].start()
            await asyncio.gather(taking, playing)
        outcome.seconds = monotonic() - start_s
        for bot in bots:
            await bot.stop()
        outcome.too_early = len(playground.gateway.starts.violations)
        outcome.complaints = [line for bot in bots for line in bot.complaints]
        found = await asyncio.to_thread(stored, url)
        outcome.wrong = _wrong(found, outcome) + class_.wrong(await asyncio.to_thread(_poll_answers, url))
    return outcome


def _guilds(playground: Playground) -> list[Guild]:
    """A server for each shard, in order."""
    world = playground.world
    by_shard = {(world.guild.id >> 22) % SHARDS: world.guild}
    number = 1
    while len(by_shard) < SHARDS:
        guild = world.add_guild(f"Server {number}")
        by_shard.setdefault((guild.id >> 22) % SHARDS, guild)
        number += 1
    return [by_shard[shard] for shard in range(SHARDS)]


class _Crowd:
    """Members of all servers, each with one quiz after the other."""

    def __init__(self, playground: Playground, guilds: list[Guild], outcome: Outcome, rng: Random) -> None:
        self._outcome, watch, self._takers = outcome, Watch(playground), list[Taker]()
        for number in range(CROWD):
            guild = guilds[number % len(guilds)]
            member = playground.world.join(f"Member {number}", guild)
            own = Random(rng.random())  # noqa: S311 - as above
            self._takers.append(Taker(playground, member, guild.channels[0], watch, outcome.ledger, own))

    async def take(self, attempts: int) -> None:
        """Take so many quizzes."""
        left = iter(range(attempts))
        async with asyncio.TaskGroup() as tasks:
            for taker in self._takers:
                tasks.create_task(self._one_after_another(taker, left))

    async def _one_after_another(self, taker: Taker, left: Iterator[int]) -> None:
        for _ in left:
            try:
                async with asyncio.timeout(STUCK_AFTER_S):
                    await taker.take("practice")
            except TimeoutError:
                self._outcome.stuck.append(taker.doing)


class _Class:
    """A class that plays a round: everybody answers every question once, as soon as the bot takes it."""

    def __init__(self, playground: Playground, guild: Guild) -> None:
        self._playground, self._room = playground, guild.channels[0]
        world = playground.world
        self._host = next(member for member in guild.members if member.user.id == guild.owner_id)
        self._players = [world.join(f"Player {number}", guild) for number in range(PLAYERS)]
        self._changed = asyncio.Event()
        self.taken: Counter[tuple[int, int]] = Counter()
        """How often somebody was told that their answer to a message's question counts."""
        world.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        self._changed.set()
        if (
            isinstance(event, Answered)
            and event.interaction.answer is Answer.MESSAGE
            and event.interaction.message is not None
            and event.interaction.original is not None
            and "Your answer" in "\n".join(texts(event.interaction.original))
        ):
            self.taken[event.interaction.message.id, event.interaction.member.user.id] += 1

    async def play(self) -> None:
        """Play to the end."""
        world = self._playground.world
        type_command(world, self._host, self._room, "round start", topic="async", questions=QUESTIONS, seconds=SECONDS)
        async with asyncio.timeout(STUCK_AFTER_S):
            for number in range(1, QUESTIONS + 1):
                message = await self.asked(number)
                while not await self._answer(message):
                    pass
            await self._until(lambda: self._messages("## The round is over"))

    async def asked(self, number: int) -> Message:
        """The question of that number, once it is open."""
        found = await self._until(lambda: [m for m in self._messages(f"## Question {number} of ") if "A" in labels(m)])
        return found[0]

    async def moves(self) -> None:
        """Wait until the question that is open is closed."""
        number = max(n for n in range(1, QUESTIONS + 1) if self._messages(f"## Question {n} of "))
        await self._until(lambda: any("**Standing**" in _text(m) for m in self._messages(f"## Question {number} of ")))

    async def _answer(self, message: Message) -> bool:
        """Let everybody answer who has not; whether all have, or it is closed."""
        for player in self._players:
            buttons = labels(message)
            if "A" not in buttons:
                return True
            if not self.taken[message.id, player.user.id]:
                try:
                    use(self._playground.world, player, message, buttons["A"])
                except RefusedError:
                    return True
        self._changed.clear()
        try:
            async with asyncio.timeout(3):
                while any(not self.taken[message.id, player.user.id] for player in self._players):
                    await self._changed.wait()
                    self._changed.clear()
        except TimeoutError:
            return "A" not in labels(message)
        return True

    def wrong(self, stored_answers: Counter[tuple[int, int]]) -> list[str]:
        """What of the round was lost, or happened twice."""
        found = [
            f"{len(messages)} messages show question {number}"
            for number in range(1, QUESTIONS + 1)
            if len(messages := self._messages(f"## Question {number} of ")) != 1
        ]
        ends = self._messages("## The round is over")
        if len(ends) != 1:
            found.append(f"{len(ends)} messages tell the end of the round")
        found += [
            f"answer {key} is stored {stored_answers[key]} times" for key in self.taken if stored_answers[key] != 1
        ]
        return found

    def _messages(self, words: str) -> list[Message]:
        return [message for message in self._public() if words in _text(message)]

    def _public(self) -> Iterator[Message]:
        room: Channel = self._room
        return (message for message in self._playground.world.messages(room) if message.seen_by is None)

    async def _until(self, look: object) -> list[Message]:
        assert callable(look)  # noqa: S101 - for the type
        async with asyncio.timeout(STUCK_AFTER_S):
            while not (found := look()):
                self._changed.clear()
                await self._changed.wait()
        return found


def _text(message: Message) -> str:
    return "\n".join(texts(message))


def _poll_answers(url: URL) -> Counter[tuple[int, int]]:
    """How often each member's answer to the question of a message is stored."""
    engine, poll, answer = engine_for_store(url, 1), tables.polls.c, tables.poll_answers.c
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                select(poll.message_id, answer.member_id).join_from(tables.poll_answers, tables.polls)
            )
            return Counter((row.message_id, row.member_id) for row in rows)
    finally:
        engine.dispose()


def _wrong(found: Stored, outcome: Outcome) -> list[str]:
    """What the store lacks or has twice. Sums and memories hold the round's answers too, and are not counted anew."""
    wrong = lost(found, outcome.ledger.shown)
    wrong += [line for line in faults(found) if line.startswith(("attempt", "answers", "standing"))]
    if found.twice:
        wrong.append(f"{found.twice} answers are stored twice")
    if found.open:
        wrong.append(f"attempts are left open: {', '.join(found.open)}")
    if len(found.attempts) != outcome.attempts:
        wrong.append(f"{len(found.attempts)} attempts are stored, {outcome.attempts} were taken")
    return wrong


def failures(outcome: Outcome) -> list[str]:
    """Why it was not survived, a line each; empty when it was."""
    found = [f"stuck: {each}" for each in outcome.stuck] + outcome.wrong
    found += [f"in the log: {line}" for line in outcome.complaints]
    if outcome.ledger.finished != outcome.attempts:
        found.append(f"{outcome.ledger.finished} of {outcome.attempts} quizzes came to their end")
    if outcome.too_early:
        found.append(f"{outcome.too_early} shards did not wait for their turn")
    if outcome.taken_over_s > TAKEN_OVER_WITHIN_S:
        found.append(f"it took {outcome.taken_over_s:.0f} s until another process took over")
    return found


def table(outcome: Outcome) -> str:
    """What has happened, in Markdown."""
    ledger = outcome.ledger
    rows = [
        ("quizzes taken to their end", f"{ledger.finished} of {outcome.attempts}, in {outcome.seconds:.0f} s"),
        ("clicks and commands", f"{ledger.asked}, of which {ledger.failed} failed and were pressed again"),
        ("answers that members were shown as taken", f"{len(ledger.shown)}"),
        ("lost, stored otherwise, twice, or shown twice", f"{len(outcome.wrong)}"),
        ("shards that did not wait for their turn", f"{outcome.too_early}"),
        ("until another process went on with the round", f"{outcome.taken_over_s:.1f} s (goal ≤ 30 s)"),
        ("errors in the logs", f"{len(outcome.complaints)}"),
    ]
    lines = [f"| {what} | {found} |" for what, found in rows]
    return "\n".join(["| three processes, one killed | |", "|---|---|", *lines])
