"""Members of several servers who take one quiz after another, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from bench.taker import Ledger, Taker, Watch
from bot.playground import Playground
from bot.playground.model import Guild


class Takers:
    """So many members, divided among the servers.

    Attributes:
        ledger: what they pressed and were shown.
        stuck: what each of those did last who did not come to the end of a quiz in time.
    """

    def __init__(
        self, playground: Playground, guilds: Sequence[Guild], count: int, rng: Random, *, stuck_after_s: float
    ) -> None:
        watch, self._stuck_after_s = Watch(playground), stuck_after_s
        self.ledger, self.stuck = Ledger(), list[str]()
        self._takers: list[Taker] = []
        for number in range(count):
            guild = guilds[number % len(guilds)]
            member = playground.world.join(f"Member {number}", guild)
            own = Random(rng.random())  # noqa: S311 - reproducible, no secret
            self._takers.append(Taker(playground, member, guild.channels[0], watch, self.ledger, own))

    async def take(self, attempts: int, *kinds: str) -> None:
        """Take so many quizzes, of these kinds in turn, each member one at a time."""
        left = iter(range(attempts))

        async def one_after_another(taker: Taker) -> None:
            for number in left:
                try:
                    async with asyncio.timeout(self._stuck_after_s):
                        await taker.take(kinds[number % len(kinds)])
                except TimeoutError:
                    self.stuck.append(taker.doing)

        async with asyncio.TaskGroup() as tasks:
            for taker in self._takers:
                tasks.create_task(one_after_another(taker))
