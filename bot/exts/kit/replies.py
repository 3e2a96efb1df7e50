"""How an interaction is answered: with a panel, or, in the one place where errors become replies, with a sentence."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.names import plain
from bot.domain.plan_text import PlanTextError
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.words import code_block

_log = structlog.get_logger("tandem.edge")

LOST = frozenset({10008, 10015, 50027})
"""Discord's codes for a message that cannot be edited any more: it was deleted, or the token that it was made with has
expired. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

GONE = LOST | {10062, 40060}
"""The codes for an answer that nobody waits for: the interaction has expired too, or was answered already."""


async def say(interaction: Interaction, sentence: str) -> None:
    """Tell the member something in private, whether the interaction was answered before or not."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


async def show(interaction: Interaction, panel: Panel, *, private: bool = True) -> None:
    """Answer with a panel in a message of its own."""
    await interaction.response.send_message(view=panel, files=panel.files(), ephemeral=private)


async def update(interaction: Interaction, panel: Panel) -> None:
    """Answer a click by changing the message that was clicked."""
    await interaction.response.edit_message(view=panel, attachments=panel.files())


async def update_drawn(interaction: Interaction, drawing: Awaitable[Panel]) -> None:
    """Answer a click by changing the message that was clicked. Drawing may take long, so it is acknowledged first."""
    await interaction.response.defer()
    panel = await drawing
    await interaction.edit_original_response(view=panel, attachments=panel.files())


async def reply_error(interaction: Interaction, error: BaseException) -> None:
    """Answer a failed interaction with one sentence, and log its cause if it is ours to mend."""
    sentence = sentence_for(interaction, error)
    if sentence is None:
        return
    try:
        await say(interaction, sentence)
    except (discord.HTTPException, aiohttp.ClientError, OSError, RuntimeError) as unsaid:  # RuntimeError: it is closed
        _log.warning("unsaid", what=_name(interaction), interaction=interaction.id, error=str(unsaid))


def sentence_for(interaction: Interaction, error: BaseException) -> str | None:
    """What the member is told of a failure; None if nobody is listening any more. Logged here, where its id is made."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    log = _log.bind(what=_name(interaction), interaction=interaction.id)
    if isinstance(error, MemberError):
        log.info("refused", error=type(error).__name__)
        return f"{error}\n{code_block(error.shown)}" if isinstance(error, PlanTextError) else str(error)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        log.warning("unknown command", error=str(error))
        return "This command has changed. Reload Discord and type it again."
    if isinstance(error, app_commands.CheckFailure | app_commands.TransformerError):
        log.info("refused", error=type(error).__name__)
        return "This command cannot be used like that here."
    if isinstance(error, discord.HTTPException) and error.code in GONE:
        log.warning("too late", error=str(error))
        return None
    error_id = secrets.token_hex(4)
    log.error("failed", error_id=error_id, exc_info=error)
    return f"Something went wrong on our side (error {error_id}). Nothing saved is lost; please try again."


def _name(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data = interaction.data or {}
    return plain(str(data.get("custom_id", "?")), 100)
