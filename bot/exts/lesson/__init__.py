"""`/lesson`: a lesson in ten parts, private until posted."""

from bot.client import TandemClient
from bot.exts.kit import links
from bot.exts.kit.replies import Ahead
from bot.exts.lesson import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.lesson)
    client.actions.add(_views.TURN, _commands.turn, Ahead.CHANGES)
    client.actions.add(_views.CHOOSE, _commands.choose, Ahead.CHANGES)
    client.actions.add(_views.STEP, _commands.step, Ahead.CHANGES)
    client.actions.add(_views.POST, _commands.post)
    client.actions.add(links.READ_PART, _commands.read, Ahead.OPENS)
