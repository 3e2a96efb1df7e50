"""How an interaction is answered: with a panel, or, in the one place where errors become replies, with a sentence."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from enum import Enum
from io import BytesIO

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.domain.errors import MemberError, TroubleError
from bot.domain.names import plain
from bot.domain.plan_text import PlanTextError
from bot.exts.kit import patience
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.private import private_texts
from bot.exts.kit.words import code_block

_log = structlog.get_logger("tandem.edge")

LOST = frozenset({10008, 10015, 50027})
"""Discord's codes for a message that cannot be edited any more: it was deleted, or the token that it was made with has
expired. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

GONE = LOST | {10062}
"""The codes for an answer that nobody waits for: the interaction has expired too."""


ALREADY = 40060
"""Discord's code for an interaction that was answered before. Each reaches us once (see the client), so that was us:
what Discord said to our first try was lost on the way, and discord.py has sent it again.
"""

UNHEARD = (aiohttp.ClientError, TimeoutError)
"""What it is when Discord's word on a request does not come: it may have taken it, or not."""

_ANSWERED, _AHEAD, _PROMISED = "answered", "ahead", "promised"
"""Among an interaction's extras: that Discord says it is answered though discord.py does not know; as what it was
acknowledged ahead of its answer; and that this was tried, whatever came of it.
"""


class Ahead(Enum):
    """What a click leads to, so that it can be acknowledged ahead of its answer."""

    CHANGES = "the message that was clicked changes"
    OPENS = "a message opens in private"
    STAYS_PRIVATE = "the message that was clicked changes if it is private, else one opens in private"


async def say(interaction: Interaction, sentence: str) -> None:
    """Tell the member something in private, whether the interaction was answered before or not."""
    if not _is_answered(interaction):
        await respond(interaction, lambda: interaction.response.send_message(sentence, ephemeral=True))
        if not (_PROMISED in interaction.extras and _ANSWERED in interaction.extras):
            return  # else Discord had taken a deferral of which we heard nothing, and the member waits
    async with asyncio.timeout(patience.LATER_S):
        await interaction.followup.send(sentence, ephemeral=True)


async def show(interaction: Interaction, panel: Panel, *, private: bool = True) -> None:
    """Answer with a panel in a message of its own."""
    match interaction.extras.get(_AHEAD):
        case Ahead.OPENS:
            await _change(interaction, panel)
        case Ahead.CHANGES:
            async with asyncio.timeout(patience.LATER_S):  # not once more: it could stand there twice
                await interaction.followup.send(view=panel, files=panel.files(), ephemeral=private)
        case _:
            await respond(
                interaction,
                lambda: interaction.response.send_message(view=panel, files=panel.files(), ephemeral=private),
            )


async def hand_out(interaction: Interaction, text: str, content: bytes, filename: str) -> None:
    """Answer with a file in private; where that was acknowledged before, as what opens a message."""

    def file() -> discord.File:  # anew each time: one that was sent is used up
        return discord.File(BytesIO(content), filename)

    async def edit() -> None:
        await interaction.edit_original_response(content=text, attachments=[file()])

    if _is_answered(interaction):
        await _once_more(edit, patience.LATER_S)
    else:
        await respond(interaction, lambda: interaction.response.send_message(text, file=file(), ephemeral=True))


async def update(interaction: Interaction, panel: Panel) -> None:
    """Answer a click by changing the message that was clicked."""
    if _is_answered(interaction):
        await _change(interaction, panel)
    else:
        await respond(interaction, lambda: interaction.response.edit_message(view=panel, attachments=panel.files()))


async def stay_private(interaction: Interaction, panel: Panel) -> None:
    """Answer a click in the message that was clicked if it is private, else in a private one of its own."""
    await (update if _in_private(interaction) else show)(interaction, panel)


async def update_drawn(interaction: Interaction, drawing: Awaitable[Panel]) -> None:
    """Answer a click by changing the message that was clicked. Drawing may take long, so it is acknowledged first."""
    await acknowledge(interaction, Ahead.CHANGES)
    await _change(interaction, await drawing)


async def acknowledge(interaction: Interaction, ahead: Ahead, *, private: bool = True) -> None:
    """Tell Discord that an answer is on its way, if it was not told before; `show` and `update` bring it then.

    A message that opens is private, unless it is told otherwise.
    """
    if _is_answered(interaction):
        return
    if ahead is Ahead.STAYS_PRIVATE:
        ahead = Ahead.CHANGES if _in_private(interaction) else Ahead.OPENS
    opens = ahead is Ahead.OPENS
    interaction.extras[_PROMISED] = True
    await respond(interaction, lambda: interaction.response.defer(ephemeral=opens and private, thinking=opens))
    interaction.extras[_AHEAD] = ahead


def _is_answered(interaction: Interaction) -> bool:
    return interaction.response.is_done() or _ANSWERED in interaction.extras


def _in_private(interaction: Interaction) -> bool:
    """Whether what was clicked is a message that only the member sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _change(interaction: Interaction, panel: Panel) -> None:
    """Change the message with which an interaction was answered, or is to be."""

    async def edit() -> None:
        await interaction.edit_original_response(view=panel, attachments=panel.files())

    await _once_more(edit, patience.LATER_S)


async def respond(interaction: Interaction, send: Callable[[], Awaitable[object]]) -> None:
    """Give an interaction its first answer, if need be once more: Discord takes it once, whatever we heard of it."""
    try:
        await _once_more(send, patience.FIRST_S)
    except discord.HTTPException as error:
        if error.code != ALREADY:
            raise
        interaction.extras[_ANSWERED] = True


async def _once_more(send: Callable[[], Awaitable[object]], within_s: float) -> None:
    """Send what may be sent twice; a second time if nothing is heard of the first `within_s` seconds.

    After 5xx and 429 discord.py sends it again by itself, as often as there is time for.
    """
    try:
        async with asyncio.timeout(within_s):
            await send()
    except UNHEARD:
        async with asyncio.timeout(within_s):
            await send()


async def reply_error(interaction: Interaction, error: BaseException) -> None:
    """Answer a failed interaction with one sentence, and log its cause if it is ours to mend."""
    sentence = sentence_for(interaction, error)
    if sentence is None:
        return
    try:
        await say(interaction, sentence)
    except (discord.HTTPException, aiohttp.ClientError, OSError, RuntimeError) as unsaid:  # RuntimeError: it is closed
        _note(interaction, logging.WARNING, "unsaid", error=str(unsaid))


def sentence_for(interaction: Interaction, error: BaseException) -> str | None:
    """What the member is told of a failure; None if nobody is listening any more. Logged here, where its id is made."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, TroubleError):
        _note(interaction, logging.WARNING, "trouble", error=type(error).__name__, cause=error.cause)
        return str(error)
    if isinstance(error, MemberError):
        _note(interaction, logging.INFO, "refused", error=type(error).__name__)
        return f"{error}\n{code_block(error.shown)}" if isinstance(error, PlanTextError) else str(error)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        _note(interaction, logging.WARNING, "unknown command", error=str(error))
        return "This command has changed. Reload Discord and type it again."
    if isinstance(error, app_commands.CheckFailure | app_commands.TransformerError):
        _note(interaction, logging.INFO, "refused", error=type(error).__name__)
        return "This command cannot be used like that here."
    if isinstance(error, discord.HTTPException) and error.code in GONE:
        _note(interaction, logging.WARNING, "too late", error=str(error))
        return None
    if isinstance(error, discord.DiscordServerError | aiohttp.ClientError | TimeoutError):
        _note(interaction, logging.WARNING, "discord failed", error=repr(error))
        return "Discord did not take the answer. Nothing saved is lost; please try again."
    error_id = secrets.token_hex(4)
    _note(interaction, logging.ERROR, "failed", error_id=error_id, exc_info=error, hide=private_texts(interaction))
    return f"Something went wrong on our side (error {error_id}). Nothing saved is lost; please try again."


def _note(interaction: Interaction, level: int, kind: str, **more: object) -> None:
    """Tell the log, and whoever counts, that an interaction was not answered as its member wished."""
    interaction.client.meter.error(kind)
    guild = interaction.guild_id
    where = {} if guild is None else {"guild": guild, "shard": interaction.client.shard_of(guild)}
    _log.log(level, kind, what=_name(interaction), interaction=interaction.id, **where, **more)


def _name(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data = interaction.data or {}
    return plain(str(data.get("custom_id", "?")), 100)
