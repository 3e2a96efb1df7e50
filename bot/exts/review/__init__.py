"""`/review` and `/remind`: what a member is about to forget."""

from bot.client import TandemClient
from bot.domain.lesson import QuizKind
from bot.exts.review import _commands, _views
from bot.exts.review._job import Reminders


def setup(client: TandemClient) -> None:
    """Add the commands, their buttons and the form, the end of a review, and the reminders."""
    client.tree.add_command(_commands.review)
    client.tree.add_command(_commands.remind)
    client.actions.add(_views.START, _commands.start)
    client.actions.add(_views.NOW, _commands.now)
    client.actions.add(_views.FORM, _commands.ask_when)
    client.actions.add(_views.SUBMIT, _commands.submitted)
    client.actions.add(_views.STOP, _commands.stop)
    client.results[QuizKind.REVIEW] = _commands.ended
    client.jobs.append(Reminders(client))
