"""The role that passing a test gives: who is owed it, and giving it, whatever Discord says to that."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog
from msgspec import Struct

from bot.domain.attempt import Attempt
from bot.exts.kit import patience
from bot.exts.kit.host import Host

_ASK = "Tell those who manage the server; then press *Get my role*."
_NOT_NOW = "Discord does not answer at the moment. Press *Get my role* to try again."

_log = structlog.get_logger("tandem.role")


class Given(Struct, frozen=True):
    """What became of the role, in words, and whether it has to be tried again."""

    told: str
    failed: bool


async def owed(client: Host, attempt: Attempt) -> int | None:
    """The role that the server in which a test was taken gives for it; None if it was not passed or there is none."""
    if not attempt.passed or attempt.guild_id is None:
        return None
    return (await client.services.guilds.settings(attempt.guild_id)).pass_role_id


async def give(client: Host, attempt: Attempt, role_id: int) -> Given:
    """Give it, and tell what became of that. To give it twice does no harm."""
    assert attempt.guild_id is not None  # noqa: S101 - nothing is owed without a server
    try:
        async with asyncio.timeout(patience.LATER_S):
            await client.http.add_role(attempt.guild_id, attempt.member_id, role_id, reason="Passed the test")
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        why = _why(client, attempt.guild_id, role_id, error)
        _log.warning("role not given", guild=attempt.guild_id, role=role_id, error=repr(error))
        return Given(f"You passed. The role <@&{role_id}> cannot be given: {why}", failed=True)
    _log.info("role given", guild=attempt.guild_id, role=role_id)
    return Given(f"You passed, and now have the role <@&{role_id}>.", failed=False)


def _why(client: Host, guild_id: int, role_id: int, error: Exception) -> str:
    """The reason and the remedy. Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json."""
    match error:
        case discord.HTTPException(code=10011):
            return f"it was deleted. {_ASK}"
        case discord.HTTPException(code=10007):
            return "you are not in that server any more. Join it again, then press *Get my role*."
        case discord.HTTPException(code=10004 | 50001):
            return f"Tandem is not in that server any more. {_ASK}"
        case discord.Forbidden():
            guild = client.get_guild(guild_id)
            role = None if guild is None else guild.get_role(role_id)
            if guild is not None and not guild.me.guild_permissions.manage_roles:
                return f"Tandem lacks *Manage Roles*. {_ASK}"
            if guild is not None and role is not None and role >= guild.me.top_role:
                return f"it stands above Tandem's own role. {_ASK}"
            return f"Tandem may not give it. {_ASK}"
        case _:
            return _NOT_NOW
