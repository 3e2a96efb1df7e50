"""`/quiz`: questions in private, one at a time, with feedback; a quiz left half done goes on."""

from bot.client import TandemClient
from bot.exts.kit import links
from bot.exts.kit.replies import Ahead
from bot.exts.quiz import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.quiz)
    client.actions.add(_views.ANSWER, _commands.answer, Ahead.CHANGES)
    client.actions.add(_views.HINT, _commands.hint, Ahead.CHANGES)
    client.actions.add(links.PROVE, _commands.prove)
    client.actions.add(_views.RESUME, _commands.resume)
    client.actions.add(links.NEXT_QUESTION, _commands.next_question, Ahead.CHANGES)
    client.actions.add(_views.RETRY, _commands.retry, Ahead.CHANGES)
    client.actions.add(_views.SHARE, _commands.share)
    client.actions.add(links.START_QUIZ, _commands.start, Ahead.OPENS)
    client.actions.add(links.OPEN_QUIZ, _commands.open_question, Ahead.OPENS)
