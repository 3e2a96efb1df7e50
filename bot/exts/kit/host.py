"""What the features may ask of the client that runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import discord

from bot.domain.attempt import Attempt
from bot.domain.errors import MemberError
from bot.domain.lesson import QuizKind
from bot.exts.kit.panel import Panel
from bot.meter import NOBODY, Meter
from bot.services.bundle import Services
from bot.services.clock import Clock
from bot.services.jobs import Job
from bot.services.turns import Turns


class ClosingError(MemberError):
    """The bot goes down and takes no more work."""

    def __init__(self) -> None:
        super().__init__("Tandem is restarting. Try again in a moment; nothing is lost.")


class Host(discord.AutoShardedClient):
    """The client as the features see it: what the bot can do, and how a click finds its handler."""

    services: Services
    clock: Clock
    turns: Turns
    """Which of several processes does what only one may do."""
    jobs: list[Job]
    """Work that is due at a time; every feature adds its own."""
    results: dict[QuizKind, Callable[[Interaction, Attempt], Awaitable[Panel]]]
    """How the end of a run through questions is shown; of a kind that is not here, as a quiz's."""
    left_guild: list[Callable[[int], Awaitable[object]]]
    """Told the id of a server that the bot was removed from; every feature adds its own."""
    closing: bool = False
    meter: Meter = NOBODY
    """Told what is worth counting."""
    run_action: Callable[[Interaction, str, Sequence[Any]], Awaitable[None]]

    def shard_of(self, guild_id: int) -> int:
        """Which shard hears of a server.

        https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
        """
        return (guild_id >> 22) % (self.shard_count or 1)

    def hears_of(self, guild_id: int) -> bool:
        """Whether this process has the shard that hears of a server."""
        return self.shard_ids is None or self.shard_of(guild_id) in self.shard_ids


Interaction: TypeAlias = discord.Interaction[Host]
