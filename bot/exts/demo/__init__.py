"""`/demo`: code that runs live, in a process of its own, and is measured."""

from bot.client import TandemClient
from bot.exts.demo import _commands, _views
from bot.exts.kit import links


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.demo)
    client.actions.add(links.RUN_DEMO, _commands.run)
    client.actions.add(_views.STEPS, _commands.steps)
    client.actions.add(_views.STEP, _commands.step)
    client.actions.add(_views.CODE, _commands.code)
