"""How an interaction is answered: with a panel, or, in the one place where errors become replies, with a sentence."""

from __future__ import annotations

import secrets

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.domain.errors import MemberError
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel

_log = structlog.get_logger("tandem.edge")

GONE = frozenset({10008, 10015, 10062, 40060, 50027})
"""Discord's codes for an answer that nobody waits for: the message, the webhook or the interaction is gone, it was
answered already, or its token has expired. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""


async def say(interaction: Interaction, sentence: str) -> None:
    """Tell the member something in private, whether the interaction was answered before or not."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


async def show(interaction: Interaction, panel: Panel, *, private: bool = True) -> None:
    """Answer with a panel in a message of its own."""
    await interaction.response.send_message(view=panel, ephemeral=private)


async def update(interaction: Interaction, panel: Panel) -> None:
    """Answer a click by changing the message that was clicked."""
    await interaction.response.edit_message(view=panel)


async def reply_error(interaction: Interaction, error: BaseException) -> None:
    """Answer a failed interaction with one sentence, and log its cause if it is ours to mend."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    log = _log.bind(what=_name(interaction), interaction=interaction.id)
    if isinstance(error, MemberError):
        log.info("refused", error=type(error).__name__)
        sentence = str(error)
    elif isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        log.warning("unknown command", error=str(error))
        sentence = "This command has changed. Reload Discord and type it again."
    elif isinstance(error, app_commands.CheckFailure | app_commands.TransformerError):
        log.info("refused", error=type(error).__name__)
        sentence = "This command cannot be used like that here."
    elif isinstance(error, discord.HTTPException) and error.code in GONE:
        log.warning("too late", error=str(error))  # nobody is listening any more
        return
    else:
        error_id = secrets.token_hex(4)
        log.error("failed", error_id=error_id, exc_info=error)
        sentence = f"Something went wrong on our side (error {error_id}). Nothing saved is lost; please try again."
    try:
        await say(interaction, sentence)
    except (discord.HTTPException, aiohttp.ClientError, OSError, RuntimeError) as unsaid:  # RuntimeError: it is closed
        log.warning("unsaid", error=str(unsaid))


def _name(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data = interaction.data or {}
    return str(data.get("custom_id", "?"))
