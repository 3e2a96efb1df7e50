"""The slash commands: what Discord is told of them, and what becomes of whatever goes wrong in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord
import structlog
from discord import app_commands

from bot.exts.kit.host import ClosingError, Host, Interaction
from bot.exts.kit.replies import reply_error

_OPTIONAL = frozenset(
    {"autocomplete", "channel_types", "choices", "max_length", "max_value", "min_length", "min_value"}
)
"""What discord.py leaves out of an option where it is not set; Discord would keep what it had."""

_log = structlog.get_logger("tandem.client")


class Tree(app_commands.CommandTree[Host]):
    """The slash commands. Whatever goes wrong in one becomes a sentence."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Refuse commands while the bot goes down."""
        if interaction.client.closing and interaction.type is discord.InteractionType.application_command:
            await reply_error(interaction, ClosingError())
        return not interaction.client.closing

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member, and the log."""
        await reply_error(interaction, error)

    async def share(self) -> None:
        """Tell Discord of the commands if they changed. The client must be logged in."""
        application_id, http = self.client.application_id, self.client.http
        assert application_id is not None  # noqa: S101 - known since the login
        ours = {c.name: c.to_dict(self) for c in self.get_commands()}
        theirs = {c["name"]: c for c in await http.get_global_commands(application_id)}
        if ours.keys() == theirs.keys() and all(same_command(ours[name], theirs[name]) for name in ours):
            _log.info("commands unchanged", count=len(ours))
            return
        await self.sync()
        _log.info("commands synced", count=len(ours))


def same_command(ours: Any, theirs: Any) -> bool:
    """Whether Discord holds what we would send. It may leave out what is empty, and adds keys of its own."""
    if isinstance(ours, Mapping):
        mine, held = cast("Mapping[str, Any]", ours), cast("Mapping[str, Any]", theirs or {})
        keys = (mine.keys() | _OPTIONAL) - {"dm_permission"}  # deprecated: `contexts` says it
        return all(same_command(mine.get(key), held.get(key)) for key in keys)
    if isinstance(ours, list):
        mine, held = cast("Sequence[Any]", ours), cast("Sequence[Any]", theirs or [])
        return len(mine) == len(held) and all(map(same_command, mine, held))
    return (ours or None) == (theirs or None)
