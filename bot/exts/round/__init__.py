"""`/round`: a class plays in the channel."""

from bot.client import TandemClient
from bot.exts.round import _views
from bot.exts.round._commands import Commands, group
from bot.exts.round._job import RoundJob


def setup(client: TandemClient) -> None:
    """Add the commands, their buttons, and the job that moves rounds on."""
    job = RoundJob(client)
    commands = Commands(job)
    client.jobs.append(job)
    client.tree.add_command(group(commands))
    client.actions.add(_views.ANSWER, commands.answer)
    client.actions.add(_views.CHANGE, commands.change)
    client.actions.add(_views.SKIP, commands.skip)
    client.actions.add(_views.PAUSE, commands.pause)
    client.actions.add(_views.STOP, commands.stop)
