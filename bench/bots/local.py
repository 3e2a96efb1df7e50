"""How the bare bots find the Discord that they are to run on: by the same two variables as Tandem."""

from __future__ import annotations

import logging
import os
from typing import Any

import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


class LocalClient(discord.Client):
    """A client with slash commands; `options` are discord.py's own."""

    def __init__(self, intents: discord.Intents, **options: Any) -> None:
        super().__init__(intents=intents, **options)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Before connecting: find the gateway and tell Discord of the command."""
        _, gateway, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
        await self.tree.sync()


async def serve(client: LocalClient) -> None:
    """Run a client on the Discord at `DISCORD_API_URL` until it is told to end."""
    Route.BASE = os.environ["DISCORD_API_URL"]  # noqa: TID251 - a bot of a few lines has no settings
    discord.utils.setup_logging(level=logging.CRITICAL)  # who is not answered in a rush is counted, not told of
    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])  # noqa: TID251 - the same
