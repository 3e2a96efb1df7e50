"""A question a day in a channel."""

from bot.client import TandemClient


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
