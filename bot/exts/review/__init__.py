"""`/review` and `/remind`: what a member is about to forget."""

from bot.client import TandemClient


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
