"""Members take quizzes while everything that can go wrong with Discord does: does every one of them get to the end?"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console

from bench.round_host import RoundHost
from bench.taker import Ledger, Taker, Watch
from bench.watched import Report, Watched
from bot.playground import Playground
from bot.playground.faults import OF_EVENTS, Fault, Faults

RATES = {
    Fault.LIMITED: 0.05,
    Fault.LIMITED_GLOBALLY: 0.1,
    Fault.FAILED: 0.02,
    Fault.BAD_GATEWAY: 0.02,
    Fault.TIMED_OUT: 0.02,
    Fault.LOST: 0.03,
    Fault.SLOW: 0.03,
    Fault.LATE: 0.03,
    Fault.CUT: 0.02,
    Fault.GONE: 0.01,
    Fault.CLOSED: 0.008,
    Fault.REFUSED: 0.001,
    Fault.RECONNECT: 0.004,
    Fault.SILENT: 0.002,
    Fault.UNREACHABLE: 0.15,
    Fault.TWICE: 0.05,
}
"""One request in four or five meets a fault, one event in 66 ends its connection."""

KINDS = ("practice", "visual")
GUILDS, SHARDS = 4, 2
CROWD = 50
"""Members who take quizzes at once."""

STUCK_AFTER_S = 180.0
"""Who has not come to the end of a quiz by then is stuck."""

QUIET_WITHIN_S = 40.0
"""How long the bot may still try when the last quiz is over: discord.py waits 1, 3, 5, 7 and 9 s between tries."""

HEARTBEAT_S = 1.0

GROWS_BY_BYTES, GROWS_BY_OBJECTS = 32_000_000, 0.03
"""What the bot may grow by in the second half: its memory, since the allocator keeps what pictures drawn at once
have taken, and the objects that it holds, which tell a leak from that.
"""

EXPECTED = ("Attempting a reconnect for shard ID",)
"""What discord.py logs as an error though it is on its way to mend it."""


@dataclass
class Outcome:
    """What has become of the quizzes and of the bot."""

    attempts: int
    seconds: float
    rounds: int
    ledger: Ledger
    happened: Counter[Fault]
    stuck: list[str]
    complaints: list[str]
    warnings: Counter[str]
    before: Report
    half: Report
    after: Report
    exit_code: int
    wrong: list[str] = field(default_factory=list[str])
    """What the store holds that it should not, or lacks."""

    @property
    def unexpected(self) -> list[str]:
        """The errors in the bot's log, but for those that are expected."""
        return [line for line in self.complaints if not any(words in line for words in EXPECTED)]

    @property
    def left_over(self) -> list[str]:
        """The tasks that were not there when the bot was ready, and are there when all is over."""
        return [*(Counter(self.after.tasks) - Counter(self.before.tasks)).elements()]

    @property
    def grown(self) -> int:
        """Bytes that the bot's memory has grown by in the second half."""
        return self.after.rss - self.half.rss


async def run(attempts: int, seed: int, console: Console) -> Outcome:
    """Let members take so many quizzes to their end, with faults by that seed."""
    faults = Faults(Random(seed), RATES)  # noqa: S311 - reproducible, no secret
    faults.on = False
    with TemporaryDirectory(prefix="tandem-faults-") as folder:
        database = Path(folder) / "tandem.db"
        async with Playground(strict=False, faults=faults, heartbeat_s=HEARTBEAT_S) as playground:
            ledger, stuck, start = Ledger(), list[str](), monotonic()
            async with Watched.of(playground, database, SHARDS) as bot:
                members = _Crowd(playground, ledger, Random(seed), stuck)  # noqa: S311 - as above
                await members.take(1)  # all that runs for as long as the bot has begun by then
                before = await bot.report()
                host = RoundHost(playground)
                playing = asyncio.create_task(host.play())
                faults.on = True
                await members.take(attempts // 2 - 1)
                half = await bot.report()
                for rare in (*OF_EVENTS, Fault.UNREACHABLE):
                    faults.aim(rare)  # so that each happens, however few quizzes are taken
                faults.aim(Fault.LIMITED_GLOBALLY, "PATCH", "/channels/{channel_id}/messages/{message_id}")
                console.print(f"half of the quizzes are through after {monotonic() - start:.0f} s")
                await members.take(attempts - attempts // 2)
                faults.on = False
                playing.cancel()
                if not await host.stop():
                    stuck.append("the round cannot be stopped")
                seconds = monotonic() - start
                after = await _quiet(bot, before)
                exit_code = await bot.stop()
            warnings = Counter(_event(line) for line in bot.warnings)
            outcome = Outcome(
                attempts,
                seconds,
                host.rounds,
                ledger,
                faults.happened,
                stuck,
                bot.complaints,
                warnings,
                before,
                half,
                after,
                exit_code,
            )
        outcome.wrong = _wrong(database, ledger, attempts, faults.happened[Fault.GONE])
        return outcome


class _Crowd:
    """Members in several servers who take one quiz after another."""

    def __init__(self, playground: Playground, ledger: Ledger, rng: Random, stuck: list[str]) -> None:
        world, watch = playground.world, Watch(playground)
        guilds = [world.guild, *(world.add_guild(f"Server {number}") for number in range(1, GUILDS))]
        self._stuck = stuck
        self._takers: list[Taker] = []
        for number in range(CROWD):
            guild = guilds[number % GUILDS]
            member = world.join(f"Member {number}", guild)
            own = Random(rng.random())  # noqa: S311 - as above
            self._takers.append(Taker(playground, member, guild.channels[0], watch, ledger, own))

    async def take(self, attempts: int) -> None:
        """Take so many quizzes, each member one at a time."""
        left = iter(range(attempts))

        async def one_after_another(taker: Taker) -> None:
            for number in left:
                try:
                    async with asyncio.timeout(STUCK_AFTER_S):
                        await taker.take(KINDS[number % len(KINDS)])
                except TimeoutError:
                    self._stuck.append(taker.doing)

        async with asyncio.TaskGroup() as tasks:
            for taker in self._takers:
                tasks.create_task(one_after_another(taker))


async def _quiet(bot: Watched, before: Report) -> Report:
    """Wait until the bot has nothing to do any more, or for as long as it may take; what it holds then."""
    loop = asyncio.get_running_loop()
    until = loop.time() + QUIET_WITHIN_S
    while True:
        report = await bot.report()
        if not Counter(report.tasks) - Counter(before.tasks) or loop.time() > until:
            return report
        await asyncio.sleep(0.5)


def _event(line: str) -> str:
    """The first words of a line of the log."""
    entry = json.loads(line)
    return f"{entry.get('logger', '')}: {' '.join(str(entry['event']).split()[:5])}"


def _wrong(database: Path, ledger: Ledger, attempts: int, deleted: int) -> list[str]:
    """What the store has that differs from what members were told.

    Whose message is deleted after the last answer does not see the result, and takes the quiz once more.
    """
    with closing(sqlite3.connect(database)) as connection:
        (intact,) = connection.execute("PRAGMA integrity_check").fetchone()
        stored = connection.execute("SELECT attempt_id, question_id, option_id FROM answers").fetchall()
        begun = connection.execute(
            "SELECT id, total, finished_at, (SELECT count(*) FROM answers WHERE attempt_id = id) FROM attempts"
        ).fetchall()
    answers = {(attempt, question): option for attempt, question, option in stored}
    wrong = [] if intact == "ok" else [f"integrity: {intact}"]
    for key, option in ledger.shown.items():
        if answers.get(key) != option:
            wrong.append(f"{key} was told as {option}, and is stored as {answers.get(key)}")
    for key, option in answers.items():
        if option not in ledger.pressed.get(key, ()):
            wrong.append(f"{key} is stored as {option}, which nobody pressed")
    if len(answers) != len(stored):
        wrong.append(f"{len(stored) - len(answers)} answers are stored twice")
    for attempt, total, finished_at, count in begun:
        if finished_at is None or count != total:
            wrong.append(f"attempt {attempt} has {count} of {total} answers, finished at {finished_at}")
    if not attempts <= len(begun) <= attempts + deleted:
        wrong.append(f"{len(begun)} attempts are stored, {attempts} were taken")
    return wrong


def table(outcome: Outcome) -> str:
    """What has happened, in Markdown."""
    ledger, mb = outcome.ledger, 1_000_000
    faults = ", ".join(f"{fault} {times}" for fault, times in sorted(outcome.happened.items()))
    rows = [
        ("quizzes taken to their end", f"{ledger.finished} of {outcome.attempts}, in {outcome.seconds:.0f} s"),
        ("rounds that came to their end meanwhile", f"{outcome.rounds}"),
        ("clicks and commands", f"{ledger.asked}, of which {ledger.failed} failed and were pressed again"),
        ("faults", faults),
        ("answers that members were shown as taken", f"{len(ledger.shown)}"),
        ("of these lost, or stored otherwise or twice", f"{len(outcome.wrong)}"),
        ("errors in the log, but for those expected", f"{len(outcome.unexpected)}"),
        ("members stuck, tasks left over", f"{len(outcome.stuck)}, {len(outcome.left_over)}"),
        (
            "memory at the start, half-way, at the end",
            " / ".join(f"{each.rss / mb:.1f} MB" for each in (outcome.before, outcome.half, outcome.after)),
        ),
        (
            "objects at the start, half-way, at the end",
            " / ".join(f"{each.objects:,}" for each in (outcome.before, outcome.half, outcome.after)),
        ),
    ]
    lines = [f"| {what} | {found} |" for what, found in rows]
    return "\n".join(["| under faults | |", "|---|---|", *lines])


def failures(outcome: Outcome) -> list[str]:
    """Why it was not survived, a line each; empty when it was."""
    found = [f"stuck: {each}" for each in outcome.stuck] + outcome.wrong
    found += [f"in the log: {line}" for line in outcome.unexpected]
    found += [f"left over: {task}" for task in outcome.left_over]
    if outcome.ledger.finished != outcome.attempts:
        found.append(f"{outcome.ledger.finished} of {outcome.attempts} quizzes came to their end")
    if outcome.grown > GROWS_BY_BYTES:
        found.append(f"memory grew by {outcome.grown / 1_000_000:.1f} MB in the second half")
    if outcome.after.objects > outcome.half.objects * (1 + GROWS_BY_OBJECTS):
        found.append(f"{outcome.after.objects - outcome.half.objects} objects more at the end than half-way")
    if outcome.exit_code != 0:
        found.append(f"the bot ended with {outcome.exit_code}")
    return found
