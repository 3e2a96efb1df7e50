"""`/insights`: what a teacher sees."""

from bot.client import TandemClient
from bot.exts.insights import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.insights)
    client.actions.add(_views.PAGE, _commands.page)
    client.actions.add(_views.CSV, _commands.csv)
