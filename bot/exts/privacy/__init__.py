"""`/privacy` and leaving: what is held on a member, given and deleted."""

from bot.client import TandemClient


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
