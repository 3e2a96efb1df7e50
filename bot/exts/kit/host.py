"""What the features may ask of the client that runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import discord

from bot.services.bundle import Services


class Host(discord.AutoShardedClient):
    """The client as the features see it: what the bot can do, and how a click finds its handler."""

    services: Services
    run_action: Callable[[Interaction, str, Sequence[Any]], Awaitable[None]]


Interaction: TypeAlias = discord.Interaction[Host]
