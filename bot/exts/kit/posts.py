"""Messages that the bot posts in a channel by itself: posted once, found again and changed. No interaction here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import aiohttp
import discord

from bot.domain.errors import MemberError
from bot.exts.kit import patience
from bot.exts.kit.host import Host
from bot.exts.kit.panel import Panel

LOOKED_THROUGH = 50
"""Among how many of a channel's last messages one of ours is looked for."""

TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError, MemberError)
"""What can go wrong with no fault of ours, silence being an OSError; the last, if the store is busy or the lesson has
changed. Of answers by HTTP, not all pass.
"""


def passes(error: Exception) -> bool:
    """Whether an error passes by itself: Discord was out of reach, or wants fewer requests."""
    return not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429


async def post(channel: discord.PartialMessageable, panel: Panel, nonce: str) -> int:
    """Post a message; its id. Within a few minutes a second one with that nonce is none, even if two of us send it.

    Raises:
        discord.HTTPException, aiohttp.ClientError, OSError: Discord did not take it, or its word did not come.
    """
    async with asyncio.timeout(patience.LATER_S):
        return (await channel.send(view=panel, nonce=nonce)).id


async def change(channel: discord.PartialMessageable, message_id: int, panel: Panel) -> None:
    """Change a message. Raises what `post` does."""
    async with asyncio.timeout(patience.LATER_S):
        await channel.get_partial_message(message_id).edit(
            view=panel,
            allowed_mentions=discord.AllowedMentions.none(),  # the client's own are not sent with edits
        )


async def find(client: Host, channel: discord.PartialMessageable, custom_id: str) -> int | None:
    """The last message of ours with a button whose id begins so, if it is not too far back. Raises what `post` does."""
    async with asyncio.timeout(patience.LATER_S):
        async for message in channel.history(limit=LOOKED_THROUGH):
            ours = message.author == client.user
            if ours and any(id_.startswith(custom_id) for id_ in _custom_ids(message.components)):
                return message.id
    return None


def _custom_ids(components: Iterable[Any]) -> Iterable[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
