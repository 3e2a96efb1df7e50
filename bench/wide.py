"""Three processes with six shards share one PostgreSQL; one of them dies in the middle of quizzes and of a round."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import TypeVar

from rich.console import Console
from sqlalchemy import URL, select

from bench.restarted import Restarted
from bench.stored import Stored, faults, lost, stored, unasked
from bench.taker import Ledger, labels, words
from bench.takers import Takers
from bot.playground import Playground
from bot.playground.events import Answered, Event
from bot.playground.interaction import Answer
from bot.playground.message import Message
from bot.playground.model import Channel, Guild
from bot.playground.request import type_command, use
from bot.playground.resolve import RefusedError
from bot.storage import tables
from bot.storage.engine import engine_for_store

FoundT = TypeVar("FoundT")

SHARDS = 6
OF_PROCESS = ("0-1", "2-3", "4-5")
DIES = 1
"""The process that dies: it has the shard of the server in which the round is played."""

CROWD = 30
PLAYERS = 5
QUESTIONS, SECONDS = 2, 5

TAKEN = 3
"""So many answers to the question that is open have been taken when the process dies."""

TOLD = "You chose **A**"
"""What a player reads whose answer is taken; everybody presses A."""

IDENTIFY_EVERY_S = 5.0
MAX_CONCURRENCY = 2

TAKEN_OVER_WITHIN_S = 30.0
STUCK_AFTER_S = 240.0


@dataclass
class Outcome:
    """What has become of it.

    Attributes:
        too_early: shards that asked to be let in before it was their turn.
        taken_over_s: from the death of a process until another one did what was its to do: the next step of the round.
        before: how many answers to the question that was open had been taken when it died.
        fell: how bots ended that nobody had ended.
        exit_codes: how each process ended when it was told to.
    """

    attempts: int
    seconds: float = 0.0
    ledger: Ledger = field(default_factory=Ledger)
    stuck: list[str] = field(default_factory=list[str])
    too_early: int = 0
    taken_over_s: float = 0.0
    before: int = 0
    kills: int = 0
    wrong: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])
    fell: list[int] = field(default_factory=list[int])
    exit_codes: list[int] = field(default_factory=list[int])


async def run(url: URL, attempts: int, seed: int, console: Console) -> Outcome:
    """Let members of all servers take so many quizzes, and those of one play a round, while its process dies."""
    start_s = monotonic()
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
        crowd = Takers(playground, guilds, CROWD, Random(seed), stuck_after_s=STUCK_AFTER_S)  # noqa: S311 - reproducible
        class_ = _Class(playground, guilds[2 * DIES])
        outcome = Outcome(attempts, ledger=crowd.ledger, stuck=crowd.stuck)
        async with asyncio.TaskGroup() as tasks:
            taking = tasks.create_task(crowd.take(attempts, "practice"))
            await class_.until(lambda: crowd.ledger.finished >= attempts // 3)
            playing = tasks.create_task(class_.play())
            outcome.before = await class_.answers(TAKEN)
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
            await bot.until_ready()
            outcome.exit_codes.append(await bot.stop())
            outcome.complaints += bot.log.complaints
            outcome.fell += bot.fell
            outcome.kills += bot.kills
        outcome.too_early = len(playground.gateway.starts.violations)
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
            and TOLD in words(event.interaction.original)
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
            await self.until(lambda: self._messages("## The round is over"))

    async def asked(self, number: int) -> Message:
        """The question of that number, once it is open."""
        found = await self.until(lambda: [m for m in self._messages(f"## Question {number} of ") if "A" in labels(m)])
        return found[0]

    async def answers(self, count: int) -> int:
        """Wait until so many have been told that their answer to the first question is taken; how many have."""
        await self.until(lambda: self.taken.total() >= count)
        return self.taken.total()

    async def moves(self) -> None:
        """Wait until the question that is open is closed."""
        number = max(n for n in range(1, QUESTIONS + 1) if self._messages(f"## Question {n} of "))
        await self.until(lambda: any("**Standing**" in words(m) for m in self._messages(f"## Question {number} of ")))

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
        found += [f"answer {key} is not stored" for key in self.taken if not stored_answers[key]]
        found += [f"answer {key} was taken {times} times" for key, times in self.taken.items() if times > 1]
        return found

    def _messages(self, title: str) -> list[Message]:
        return [message for message in self._public() if title in words(message)]

    def _public(self) -> Iterator[Message]:
        room: Channel = self._room
        return (message for message in self._playground.world.messages(room) if message.seen_by is None)

    async def until(self, look: Callable[[], FoundT]) -> FoundT:
        """Wait until what happens on Discord makes something true."""
        async with asyncio.timeout(STUCK_AFTER_S):
            while not (found := look()):
                self._changed.clear()
                await self._changed.wait()
        return found


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
    """What the store lacks or has twice."""
    wrong = lost(found, outcome.ledger.shown) + unasked(found, outcome.ledger.pressed) + faults(found, rounds=True)
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
    found += [f"a bot ended by itself with {code}" for code in outcome.fell]
    found += [f"a bot ended with {code}" for code in outcome.exit_codes if code != 0]
    if outcome.kills != 1 or not outcome.before:
        found.append(f"{outcome.kills} processes were killed, {outcome.before} answers of the round taken before")
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
        ("answers to the open question of the round, taken before the death", f"{outcome.before}"),
        ("lost, stored otherwise, taken twice, or shown twice", f"{len(outcome.wrong)}"),
        ("shards that did not wait for their turn", f"{outcome.too_early}"),
        ("until another process went on with the round", f"{outcome.taken_over_s:.1f} s (goal ≤ 30 s)"),
        ("errors in the logs", f"{len(outcome.complaints)}"),
    ]
    lines = [f"| {what} | {found} |" for what, found in rows]
    return "\n".join(["| three processes, one killed | |", "|---|---|", *lines])
