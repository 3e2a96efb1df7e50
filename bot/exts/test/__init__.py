"""`/test`: ten questions drawn anew, no hints, an hour; graded at the end, and explained."""

from bot.client import TandemClient
from bot.exts.kit import links
from bot.exts.kit.replies import Ahead
from bot.exts.test import _commands, _job, _views


def setup(client: TandemClient) -> None:
    """Add the command, its buttons, and the job that closes what is over."""
    client.tree.add_command(_commands.test)
    client.actions.add(links.START_TEST, _commands.start, Ahead.OPENS)
    client.actions.add(links.GO_ON_TEST, _commands.go_on, Ahead.CHANGES)
    client.actions.add(links.SHARE_TEST, _commands.share)
    client.actions.add(_views.ANSWER, _commands.answer, Ahead.CHANGES)
    client.actions.add(_views.LOOK, _commands.look, Ahead.CHANGES)
    client.actions.add(_views.RESULT, _commands.go_on, Ahead.CHANGES)
    client.actions.add(_views.ROLE, _commands.go_on, Ahead.CHANGES)
    client.jobs.append(_job.Closing(client))
