"""`/settings`: what a server sets."""

from bot.client import TandemClient
from bot.exts.settings import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command, its menus, its buttons and its form."""
    client.tree.add_command(_commands.settings)
    client.actions.add(_views.SECTION, _commands.section)
    client.actions.add(_views.CHOOSE, _commands.choose)
    client.actions.add(_views.SET, _commands.press)
    client.actions.add(_views.ROLE, _commands.pick_role)
    client.actions.add(_views.CHANNEL, _commands.pick_channel)
    client.actions.add(_views.TOPIC, _commands.pick_topic)
    client.actions.add(_views.ASK_TIME, _commands.ask_time)
    client.actions.add(_views.TIME, _commands.set_time)
