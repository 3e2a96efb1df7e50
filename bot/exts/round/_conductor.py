"""The job that drives rounds: each by a task of its own, from the store alone, so that a restart loses nothing.

A round is driven by the process that has its server's shard, which hears the answers. Should that process die, another
one takes the round over, looks into the store for what it does not hear, and keeps it to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime
from typing import Any

import discord
import structlog

from bot.domain.errors import TroubleError
from bot.domain.round import Round
from bot.exts.kit.host import Host
from bot.exts.kit.posts import TROUBLE, passes
from bot.exts.round._teller import Teller
from bot.services.first import first
from bot.services.rounds import NoRoundError, Watch
from bot.services.turns import held, unless_lost

_log = structlog.get_logger("tandem.rounds")

RETRY_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""How long to wait after each failure in a row before Discord is told again; the last for every later one."""

LOOK_EVERY_S = 8.0
"""How often rounds of other processes are looked for that nobody drives. What is found so twice is taken over."""

PEEK_EVERY_S = 2.0
"""How often the store is asked what has become of a round whose answers another process hears."""

_REFUSED = (discord.Forbidden, discord.NotFound)
"""The channel is gone, or the bot may not post in it any more."""


class Conductor:
    """Work that is always under way: whenever a round begins, a task begins to drive it."""

    name, shared = "rounds", False

    def __init__(self, client: Host) -> None:
        self._client = client
        self.changed = client.services.rounds.begun
        self._driven = set[str]()
        self._left = set[str]()
        """Rounds of other processes that were found at the last look."""

    async def next_at(self) -> datetime | None:
        """At once: it waits for rounds by itself."""
        return self._client.clock.now()

    async def work(self) -> None:
        """Drive all rounds, until cancelled. Those under way go on though no others can be looked for."""
        rounds = self._client.services.rounds
        async with asyncio.TaskGroup() as tasks:
            while True:
                rounds.begun.clear()
                look_again_s = LOOK_EVERY_S if self._client.turns.shared else None
                try:
                    for found in await self._to_drive():
                        self._driven.add(found.id)
                        tasks.create_task(self._drive_alone(found), name=f"round-{found.id}")
                except TroubleError as error:
                    self._client.meter.job_failed(self.name)
                    _log.warning("rounds not looked for", error=type(error).__name__, cause=error.cause)
                    look_again_s = LOOK_EVERY_S
                with suppress(TimeoutError):
                    async with asyncio.timeout(look_again_s):
                        await rounds.begun.wait()

    async def _to_drive(self) -> list[Round]:
        """The rounds that this process is to drive from now on."""
        found = [each for each in await self._client.services.rounds.unfinished() if each.id not in self._driven]
        ours = [each for each in found if self._client.hears_of(each.guild_id)]
        if not self._client.turns.shared:
            return ours
        others = {each.id for each in found} - {each.id for each in ours}
        orphans, self._left = others & self._left, others
        wanted = {each.id: each for each in found if each in ours or each.id in orphans}
        taken = await self._client.turns.take({_turn(round_id) for round_id in wanted})
        return [each for each in wanted.values() if _turn(each.id) in taken]

    async def _drive_alone(self, found: Round) -> None:
        try:
            async with held(self._client.turns, _turn(found.id)) as lost:
                await unless_lost(lost, lambda: self._drive(found))
        except TroubleError as error:  # it could not even be given up, so it is driven anew
            self._client.meter.job_failed(self.name)
            _log.warning("round put off", round=found.id, error=type(error).__name__, cause=error.cause)
            await asyncio.sleep(LOOK_EVERY_S)
            self._client.services.rounds.begun.set()
        finally:
            self._driven.discard(found.id)

    async def _drive(self, found: Round) -> None:
        """Drive one round to its end. What cannot be told, or fails for a reason unknown, ends: nothing is stuck."""
        rounds, round_id = self._client.services.rounds, found.id
        watch = rounds.watch(found)
        try:
            await self._conduct(watch)
        except _REFUSED as error:
            _log.info("round ended: its channel is closed to the bot", round=round_id, error=str(error))
            await rounds.give_up(round_id)
        except NoRoundError:
            _log.info("round forgotten", round=round_id)
        except Exception:
            self._client.meter.job_failed(self.name)
            _log.exception("round failed", round=round_id)
            await rounds.give_up(round_id)
        finally:
            rounds.unwatch(watch)

    async def _conduct(self, watch: Watch) -> None:
        rounds, clock, teller = self._client.services.rounds, self._client.clock, Teller(self._client, watch)
        failures, recounted, hears = 0, False, self._client.hears_of(watch.round.guild_id)
        while True:
            watch.moved.clear()
            watch.counted.clear()
            try:
                watch.see(await rounds.load(watch.round.id))
                if watch.round.due(clock.now()) and not failures:  # a question that nobody could see is shown first
                    await rounds.time_up(watch.round.id)
                    continue
                if not (recounted and hears):  # some may have answered before a restart, or told another process
                    watch.answered = max(watch.answered, await self._client.services.polls.count(watch.round.poll_id))
                    recounted = True
                await teller.tell(watch.round)
                failures = 0
            except TROUBLE as error:
                if isinstance(error, NoRoundError) or not passes(error):
                    raise
                self._client.meter.job_failed(self.name)
                _log.warning("round not told", round=watch.round.id, error=str(error) or type(error).__name__)
                failures += 1
            if watch.round.over and not failures:
                return
            await self._something(watch, teller, failures, hears)

    async def _something(self, watch: Watch, teller: Teller, failures: int, hears: bool) -> None:
        """Wait until there is something to do."""
        if failures:
            await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S)) - 1])
            return
        waits: list[Awaitable[Any]] = [watch.moved.wait(), _counted(watch, teller)]
        if watch.round.phase_ends_at is not None:
            waits.append(self._client.clock.wait_until(watch.round.phase_ends_at))
        if not hears:
            waits.append(asyncio.sleep(PEEK_EVERY_S))
        await first(*waits)


async def _counted(watch: Watch, teller: Teller) -> None:
    """Wait until somebody has answered, and the message may be changed again."""
    await watch.counted.wait()
    await asyncio.sleep(teller.wait_s)


def _turn(round_id: str) -> str:
    return f"round {round_id}"
