"""The REST routes that bots use: synchronous functions from a parsed call to a reply. No HTTP library in here."""

from __future__ import annotations

from bot.playground.rest import commands, interactions, messages, places
from bot.playground.rest.call import Call, Reply, Route

ROUTES: tuple[Route, ...] = (*places.ROUTES, *commands.ROUTES, *interactions.ROUTES, *messages.ROUTES)

__all__ = ["ROUTES", "Call", "Reply", "Route"]
