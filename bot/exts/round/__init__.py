"""`/round`: a class plays in the channel, question by question; the one who started it leads it."""

from bot.client import TandemClient
from bot.exts.kit.replies import Ahead
from bot.exts.round import _commands, _views
from bot.exts.round._conductor import Conductor


def setup(client: TandemClient) -> None:
    """Add the commands, their buttons, and the job that drives rounds."""
    client.tree.add_command(_commands.rounds)
    client.actions.add(_views.ANSWER, _commands.answer, Ahead.STAYS_PRIVATE)
    client.actions.add(_views.SKIP, _commands.press_skip)
    client.actions.add(_views.PAUSE, _commands.press_pause)
    client.actions.add(_views.RESUME, _commands.press_resume)
    client.actions.add(_views.STOP, _commands.press_stop)
    client.jobs.append(Conductor(client))
