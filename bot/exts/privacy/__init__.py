"""`/privacy` and leaving: what is held on a member, given and deleted; what is held on a server, deleted."""

from bot.client import TandemClient
from bot.exts.privacy import _commands, _views
from bot.exts.privacy._job import Forgetting


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons, and forget servers that the bot leaves."""
    client.tree.add_command(_commands.privacy)
    client.actions.add(_views.DELETE, _commands.confirmed)
    client.actions.add(_views.KEEP, _commands.declined)
    forgetting = Forgetting(client)
    client.left_guild.append(forgetting.left)
    client.jobs.append(forgetting)
