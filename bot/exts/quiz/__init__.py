"""`/quiz`: questions in private, one at a time, with feedback; a quiz left half done goes on."""

from bot.client import TandemClient
from bot.exts.kit import links
from bot.exts.quiz import _commands, _views


def setup(client: TandemClient) -> None:
    """Add the command and its buttons."""
    client.tree.add_command(_commands.quiz)
    client.actions.add(_views.ANSWER, _commands.answer)
    client.actions.add(_views.HINT, _commands.hint)
    client.actions.add(links.PROVE, _commands.prove)
    client.actions.add(_views.RESUME, _commands.resume)
    client.actions.add(links.NEXT_QUESTION, _commands.next_question)
    client.actions.add(_views.RETRY, _commands.retry)
    client.actions.add(_views.SHARE, _commands.share)
    client.actions.add(links.START_QUIZ, _commands.start)
    client.actions.add(links.OPEN_QUIZ, _commands.open_question)
