"""A question a day in a channel."""

from bot.client import TandemClient
from bot.exts.daily import _commands, _views
from bot.exts.daily._job import DailyJob


def setup(client: TandemClient) -> None:
    """Add its buttons, and the job that posts it."""
    job = DailyJob(client)
    answers = _commands.Answers(job)
    client.jobs.append(job)
    client.services.guilds.watchers.append(job.changed.set)
    client.actions.add(_views.ANSWER, answers.answer)
    client.actions.add(_views.CHANGE, answers.change)
