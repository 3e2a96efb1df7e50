"""How discord.py answers interactions: with no more than is needed, and so that whoever counts hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

_BY = {5: "deferral", 6: "deferral", 8: "suggestions", 9: "form"}
"""How an interaction is first answered, by the type of the answer; all others bring what was asked for.
https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""

_CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"


def tell_when_acknowledged(told: Callable[[str, float], None]) -> None:
    """Have `told` hear how, and how many seconds after it was made, an interaction was first answered.

    So it is for all tasks that begin with a copy of this one's context: those of a client that is set up in it.
    """
    async_context.set(_TimedAdapter(told))


class _TimedAdapter(AsyncWebhookAdapter):
    """Tells when each first answer was taken, and has Discord send back nothing.

    A trace of aiohttp would tell the same and cost each request, of which these are a part, several calls.
    discord.py asks for the message that comes of an answer, and makes an object of every part of it, which nobody here
    looks at: what is answered is known, and `@original` names the message for later edits.
    """

    def __init__(self, told: Callable[[str, float], None]) -> None:
        super().__init__()
        self._told = told

    async def create_interaction_response(self, interaction_id: int, token: str, **given: Any) -> Any:
        """Answer, and tell."""
        params = given.pop("params")
        payload = cast("Mapping[str, Any]", params.payload or {})  # one with files has none here
        route = Route("POST", _CALLBACK, webhook_id=interaction_id, webhook_token=token)
        await self.request(route, payload=params.payload, multipart=params.multipart, files=params.files, **given)
        made_s = ((interaction_id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        self._told(_BY.get(payload.get("type", 0), "answer"), time.time() - made_s)
        return {"interaction": {"id": interaction_id}}
