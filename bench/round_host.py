"""Somebody who plays one round after another in a channel: what the bot posts and edits by its own token."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bench.taker import words
from bot.playground import Playground
from bot.playground.events import Edited, Event, Posted
from bot.playground.interaction import ACKNOWLEDGE_WITHIN, Interaction
from bot.playground.request import type_command

QUESTIONS, SECONDS = 2, 5
ROUND_S = 60.0
"""How long a round may take, troubles and all, before its host types for another one."""

STOP_S, TRIES = 8.0, 10
OVER = "## The round is over"
NONE = "There is no round in this channel."
"""How the bot begins its answer when there is nothing to stop."""


class RoundHost:
    """The first of the people, who may start rounds, in the second channel of the home server."""

    def __init__(self, playground: Playground) -> None:
        self._world = playground.world
        self._host, self._room = playground.world.people[0], playground.world.guild.channels[1]
        self._over = asyncio.Event()
        self.rounds = 0
        playground.world.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        match event:
            case Posted(message) | Edited(message) if message.channel is self._room and OVER in words(message):
                self._over.set()
            case _:
                pass

    async def play(self) -> None:
        """Play rounds until this is cancelled."""
        while True:
            self._over.clear()
            asked = self._type("round start", topic="async", questions=QUESTIONS, seconds=SECONDS)
            await self._ends(ACKNOWLEDGE_WITHIN)
            if asked.answer is not None and await self._ends(ROUND_S):  # otherwise it has failed, and is typed again
                self.rounds += 1

    async def stop(self) -> bool:
        """Stop the round that is on, if there is one; whether that could be done."""
        self._over.clear()
        for _ in range(TRIES):
            asked = self._type("round stop")
            if await self._ends(STOP_S) or (asked.original is not None and NONE in words(asked.original)):
                return True
        return False

    def _type(self, line: str, **options: object) -> Interaction:
        return type_command(self._world, self._host, self._room, line, **options)

    async def _ends(self, within_s: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._over.wait()
        return self._over.is_set()
