"""`/demo`: code that runs live in Node.js and Python, in processes of its own, and is measured."""

from bot.client import TandemClient
from bot.exts.demo import _commands, _views
from bot.exts.kit import links


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.demo)
    client.actions.add(_views.RUN, _commands.run)
    client.actions.add(links.RUN_AGAIN, _commands.again)
    client.actions.add(_views.RESUME, _commands.resume)
    client.actions.add(links.RUN_STEPS, _commands.steps)
    client.actions.add(_views.STEP, _commands.step)
    client.actions.add(links.RUN_CODE, _commands.code)
    client.actions.add(_views.PAGE, _commands.page)
    client.actions.add(links.RUN_TEXT, _commands.text)
