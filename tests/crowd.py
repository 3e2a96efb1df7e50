"""A crowd before one message: hundreds of members who press at once, without a tab of the page for each of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.playground import Playground
from bot.playground.events import Answered, Event
from bot.playground.interaction import Interaction
from bot.playground.message import Message
from bot.playground.model import Guild, Member
from bot.playground.request import use

PATIENCE_S = 60.0


@dataclass
class Crowd:
    """Members who came to a playground together."""

    playground: Playground
    members: list[Member] = field(default_factory=list[Member])

    @classmethod
    def of(cls, playground: Playground, count: int, guild: Guild | None = None) -> Crowd:
        """Let so many members join a server, home unless told: Player 1, Player 2, …"""
        return cls(playground, [playground.world.join(f"Player {number}", guild) for number in range(1, count + 1)])

    async def press(self, message_id: str | int, *custom_ids: str) -> list[float]:
        """Let everybody press at once, the buttons in turn; how many seconds each waited for the bot's answer.

        Raises:
            TimeoutError: somebody is still waiting after a minute.
        """
        world, message = self.playground.world, self._message(int(message_id))
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        asked: dict[int, float] = {}
        waited: dict[int, float] = {}
        interactions: list[Interaction] = []

        def hear(event: Event) -> None:
            if isinstance(event, Answered) and event.interaction.id in asked:
                waited[event.interaction.id] = loop.time() - asked[event.interaction.id]
                if len(waited) == len(self.members):
                    done.set()

        world.subscribe(hear)
        for number, member in enumerate(self.members):
            interactions.append(use(world, member, message, custom_ids[number % len(custom_ids)]))
            asked[interactions[-1].id] = loop.time()
        async with asyncio.timeout(PATIENCE_S):
            await done.wait()
        return [waited[interaction.id] for interaction in interactions]

    def _message(self, message_id: int) -> Message:
        world = self.playground.world
        return next(found for room in world.channels if (found := world.find_message(room, message_id)))
