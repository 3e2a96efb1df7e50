"""`/score` and `/leaderboard`: first attempts rank, everything later is practice."""

from bot.client import TandemClient
from bot.exts.score import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
    client.tree.add_command(_commands.score)
    client.tree.add_command(_commands.leaderboard)
    client.actions.add(_views.PAGE, _commands.page)
    client.actions.add(_views.HIDE, _commands.hide)
    client.actions.add(_views.SHARE, _commands.share)
