"""An embedded local Discord: gateway, REST API and a chat page on 127.0.0.1. It knows nothing of the bot."""

from __future__ import annotations

from bot.playground.api import Recorded
from bot.playground.server import Playground

__all__ = ["Playground", "Recorded"]
