"""`/test`: ten questions drawn anew, no hints, graded at the end."""

from bot.client import TandemClient


def setup(client: TandemClient) -> None:
    """Add the commands and their buttons."""
