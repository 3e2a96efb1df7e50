"""`/predict`: say what a program will do, watch it run, and see why."""

from bot.client import TandemClient
from bot.exts.kit.replies import Ahead
from bot.exts.predict import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.predict)
    client.actions.add(_views.PICK, _commands.pick)
    client.actions.add(_views.RUN, _commands.run)
    client.actions.add(_views.ANOTHER, _commands.another, Ahead.OPENS)
