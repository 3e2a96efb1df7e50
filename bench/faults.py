"""Members take quizzes while everything that can go wrong with Discord does: does every one of them get to the end?"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import linear_regression
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from rich.console import Console
from sqlalchemy import make_url

from bench.round_host import ROUND_S, RoundHost
from bench.stored import Stored, lost, stored, unasked
from bench.stored import faults as misfits
from bench.taker import Ledger
from bench.takers import Takers
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

EACH_SAMPLE, JUDGED_FROM = 50, 400
"""After how many quizzes of the second half the bot is asked what it holds, and of how many at least it is judged."""

GROWS_BY_BYTES, GROWS_BY_OBJECTS = 40_000, 16
"""What a quiz of the second half may leave behind: memory, of which the allocator keeps what pictures drawn at once
have taken, and objects, which tell a leak from that. Eleven stay for ten minutes, of up to 20,000 attempts: each one
and its layout, its place in the cache, its five answers and what holds them (`bot.storage.known`).
"""

EXPECTED = ("Attempting a reconnect for shard ID",)
"""What discord.py logs as an error though it is on its way to mend it."""


@dataclass(frozen=True)
class Sample:
    """What the bot held when so many quizzes were through."""

    quizzes: int
    report: Report


@dataclass
class Outcome:
    """What has become of the quizzes and of the bot.

    Attributes:
        samples: what the bot held when it was ready, and from half-way to the end.
        wrong: what the store holds that it should not, or lacks.
    """

    attempts: int
    seconds: float
    rounds: int
    ledger: Ledger
    happened: Counter[Fault]
    stuck: list[str]
    complaints: list[str]
    warnings: Counter[str]
    samples: list[Sample]
    exit_code: int
    wrong: list[str] = field(default_factory=list[str])

    @property
    def unexpected(self) -> list[str]:
        """The errors in the bot's log, but for those that are expected."""
        return [line for line in self.complaints if not any(words in line for words in EXPECTED)]

    @property
    def left_over(self) -> list[str]:
        """The tasks that were not there when the bot was ready, and are there when all is over."""
        return [*(Counter(self.samples[-1].report.tasks) - Counter(self.samples[0].report.tasks)).elements()]

    @property
    def grown(self) -> tuple[float, float] | None:
        """Bytes of memory and objects that each quiz of the second half has left behind.

        None where too few were taken to tell these from what comes and goes.
        """
        half = self.samples[1:]
        if half[-1].quizzes - half[0].quizzes < JUDGED_FROM:
            return None
        quizzes = [sample.quizzes for sample in half]
        return (
            linear_regression(quizzes, [sample.report.rss for sample in half]).slope,
            linear_regression(quizzes, [sample.report.objects for sample in half]).slope,
        )


async def run(attempts: int, seed: int, console: Console) -> Outcome:
    """Let members take so many quizzes to their end, with faults by that seed."""
    faults = Faults(Random(seed), RATES)  # noqa: S311 - reproducible, no secret
    faults.on = False
    with TemporaryDirectory(prefix="tandem-faults-") as folder:
        database = Path(folder) / "tandem.db"
        async with Playground(strict=False, faults=faults, heartbeat_s=HEARTBEAT_S) as playground:
            guilds = [
                playground.world.guild,
                *(playground.world.add_guild(f"Server {number}") for number in range(1, GUILDS)),
            ]
            members = Takers(playground, guilds, CROWD, Random(seed), stuck_after_s=STUCK_AFTER_S)  # noqa: S311 - as above
            outcome = await _bad_day(playground, members, database, attempts, console)
        found = await asyncio.to_thread(stored, make_url(f"sqlite:///{database}"))
        outcome.wrong = _wrong(found, outcome.ledger, attempts, faults.happened[Fault.GONE])
        return outcome


async def _bad_day(playground: Playground, members: Takers, database: Path, attempts: int, console: Console) -> Outcome:
    faults, start = playground.faults, monotonic()
    async with Watched.of(playground, database, SHARDS) as bot:
        await members.take(1, *KINDS)  # all that runs for as long as the bot has begun by then
        samples = [Sample(1, await bot.report())]
        host = RoundHost(playground)
        playing = asyncio.create_task(host.play())
        faults.on = True
        await members.take(attempts // 2 - 1, *KINDS)
        samples.append(Sample(attempts // 2, await bot.report()))
        for rare in (*OF_EVENTS, Fault.UNREACHABLE):
            faults.aim(rare)  # so that each happens, however few quizzes are taken
        faults.aim(Fault.LIMITED_GLOBALLY, "PATCH", "/channels/{channel_id}/messages/{message_id}")
        console.print(f"half of the quizzes are through after {monotonic() - start:.0f} s")
        while (left := attempts - samples[-1].quizzes) > EACH_SAMPLE:
            await members.take(EACH_SAMPLE, *KINDS)
            samples.append(Sample(samples[-1].quizzes + EACH_SAMPLE, await bot.report()))
        await members.take(left, *KINDS)
        faults.on = False
        playing.cancel()
        if not await host.stop():
            members.stuck.append("the round cannot be stopped")
        seconds = monotonic() - start
        samples.append(Sample(attempts, await _quiet(bot, samples[0].report)))
        exit_code = await bot.stop()
    return Outcome(
        attempts=attempts,
        seconds=seconds,
        rounds=host.rounds,
        ledger=members.ledger,
        happened=faults.happened,
        stuck=members.stuck,
        complaints=bot.log.complaints,
        warnings=Counter(map(_event, bot.log.warnings)),
        samples=samples,
        exit_code=exit_code,
    )


async def _quiet(bot: Watched, before: Report) -> Report:
    """Wait until the bot has nothing to do any more, or for as long as it may take; what it holds then."""
    loop = asyncio.get_running_loop()
    until = loop.time() + QUIET_WITHIN_S
    while True:
        report = await bot.report()
        if not Counter(report.tasks) - Counter(before.tasks) or loop.time() > until:
            return report
        await asyncio.sleep(0.5)


def _event(entry: Mapping[str, Any]) -> str:
    """The first words of an entry of the log."""
    return f"{entry.get('logger', '')}: {' '.join(str(entry['event']).split()[:5])}"


def _wrong(found: Stored, ledger: Ledger, attempts: int, deleted: int) -> list[str]:
    """What the store has that differs from what members were told.

    Whose message is deleted after the last answer does not see the result, and takes the quiz once more.
    """
    wrong = lost(found, ledger.shown) + unasked(found, ledger.pressed) + misfits(found, rounds=True)
    wrong += [f"open: {each}" for each in found.open]
    if not attempts <= len(found.attempts) <= attempts + deleted:
        wrong.append(f"{len(found.attempts)} attempts are stored, {attempts} were taken")
    return wrong


def table(outcome: Outcome) -> str:
    """What has happened, in Markdown."""
    ledger, mb = outcome.ledger, 1_000_000
    told = [outcome.samples[number].report for number in (0, 1, -1)]
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
        ("memory at the start, half-way, at the end", " / ".join(f"{each.rss / mb:.1f} MB" for each in told)),
        ("objects made since the start, the same", " / ".join(f"{each.objects:,}" for each in told)),
        ("left behind by each quiz of the second half", _grown(outcome)),
    ]
    lines = [f"| {what} | {found} |" for what, found in rows]
    return "\n".join(["| under faults | |", "|---|---|", *lines])


def _grown(outcome: Outcome) -> str:
    if outcome.grown is None:
        return f"not judged of fewer than {2 * JUDGED_FROM} quizzes"
    size, objects = outcome.grown
    return f"{size / 1000:.1f} kB, {objects:.1f} objects (goal ≤ {GROWS_BY_BYTES // 1000} kB, {GROWS_BY_OBJECTS})"


def failures(outcome: Outcome) -> list[str]:
    """Why it was not survived, a line each; empty when it was."""
    found = [f"stuck: {each}" for each in outcome.stuck] + outcome.wrong
    found += [f"in the log: {line}" for line in outcome.unexpected]
    found += [f"left over: {task}" for task in outcome.left_over]
    if outcome.ledger.finished != outcome.attempts:
        found.append(f"{outcome.ledger.finished} of {outcome.attempts} quizzes came to their end")
    if not outcome.rounds and outcome.seconds > 2 * ROUND_S:
        found.append("no round came to its end")
    if outcome.grown is not None:
        size, objects = outcome.grown
        if size > GROWS_BY_BYTES:
            found.append(f"memory grew by {size:.0f} bytes a quiz in the second half")
        if objects > GROWS_BY_OBJECTS:
            found.append(f"{objects:.1f} objects stayed of each quiz in the second half")
    if outcome.exit_code != 0:
        found.append(f"the bot ended with {outcome.exit_code}")
    return found
