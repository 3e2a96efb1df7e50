"""`/insights`: what a teacher sees."""

from bot.client import TandemClient


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
