"""How discord.py answers interactions, and when: the time of each first answer that Discord has taken is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

_BY = {5: "deferral", 6: "deferral", 8: "suggestions", 9: "form"}
"""How an interaction is first answered, by the type of the answer; all others bring what was asked for.
https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""


def tell_when_acknowledged(told: Callable[[str, float], None]) -> None:
    """Have `told` hear how, and how many seconds after it was made, an interaction was first answered.

    So it is for all tasks that begin with a copy of this one's context: those of a client that is set up in it.
    """
    async_context.set(_TimedAdapter(told))


class _TimedAdapter(AsyncWebhookAdapter):
    """A trace of aiohttp would tell the same and cost each request, of which these are a part, several calls."""

    def __init__(self, told: Callable[[str, float], None]) -> None:
        super().__init__()
        self._told = told

    async def create_interaction_response(self, interaction_id: int, token: str, **given: Any) -> Any:
        """Answer, and tell."""
        answer = await super().create_interaction_response(interaction_id, token, **given)
        payload = cast("Mapping[str, Any]", given["params"].payload or {})  # one with files has none here
        made_s = ((interaction_id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        self._told(_BY.get(payload.get("type", 0), "answer"), time.time() - made_s)
        return answer
