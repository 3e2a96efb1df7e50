"""A question a day in a channel."""

from bot.client import TandemClient
from bot.exts.daily import _commands, _views
from bot.exts.daily._counts import Counts
from bot.exts.daily._job import DailyJob
from bot.exts.kit.replies import Ahead


def setup(client: TandemClient) -> None:
    """Add its buttons, and the jobs that post it and count its answers."""
    counts = Counts(client)
    job = DailyJob(client, counts)
    answers = _commands.Answers(counts)
    client.jobs += job, counts
    client.services.guilds.watchers.append(job.changed.set)
    client.actions.add(_views.ANSWER, answers.answer, Ahead.OPENS)
    client.actions.add(_views.CHANGE, answers.change, Ahead.CHANGES)
