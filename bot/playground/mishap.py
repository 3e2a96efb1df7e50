"""How a request looks that meets a fault: Discord's 429, a proxy's HTML, an answer that comes late or never."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING
from zlib import crc32

from aiohttp import web

from bot.playground.errors import ApiError
from bot.playground.faults import CALLBACK, Fault
from bot.playground.interaction import Answer
from bot.playground.wire import as_object, snowflake, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bot.playground.faults import Faults
    from bot.playground.message import Message
    from bot.playground.world import World

_HTML = "<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n</body>\n</html>\n"

_STATUS = {
    Fault.FAILED: 500,
    Fault.BAD_GATEWAY: 502,
    Fault.TIMED_OUT: 504,
    Fault.LOST: 502,
}
_WORDS = {502: "502 Bad Gateway", 504: "504 Gateway Time-out"}

NOT_DONE = frozenset(
    {Fault.LIMITED, Fault.LIMITED_GLOBALLY, Fault.FAILED, Fault.BAD_GATEWAY, Fault.TIMED_OUT, Fault.CUT}
)


def refused(fault: Fault, faults: Faults, path: str) -> web.Response:
    """Return what a request gets in place of its answer."""
    if fault in (Fault.LIMITED, Fault.LIMITED_GLOBALLY):
        return _limited(faults.retry_after_s(), path, is_global=fault is Fault.LIMITED_GLOBALLY)
    status = _STATUS[fault]
    if status in _WORDS:  # from a proxy before Discord
        return web.Response(status=status, text=_HTML.format(title=_WORDS[status]), content_type="text/html")
    body = written({"message": "500: Internal Server Error", "code": 0})
    return web.Response(status=status, body=body.encode(), headers={"Content-Type": "application/json"})


def _limited(retry_after_s: float, path: str, *, is_global: bool) -> web.Response:
    """Return 429 (Discord's documentation, "Rate Limits", "Exceeding A Rate Limit"). `Via` tells it from a ban."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global}
    headers = {"Content-Type": "application/json", "Retry-After": str(math.ceil(retry_after_s)), "Via": "1.1 google"}
    if is_global:
        headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    else:
        headers |= {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": str(retry_after_s),
            "X-RateLimit-Bucket": f"{crc32(path.encode()):08x}",
            "X-RateLimit-Scope": "user",
        }
    return web.Response(status=429, body=written(body).encode(), headers=headers)


async def cut(request: web.Request) -> web.Response:
    """End the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
    return web.Response(status=500)


def delete_message(world: World, route: str, path: Mapping[str, str], body: Any) -> None:
    """Delete the message that a request is about to change, if it is about one."""
    try:
        message = _message(world, route, path, body)
    except ApiError:  # the route will say so
        return
    if message is not None:
        world.remove(message)


def _message(world: World, route: str, path: Mapping[str, str], body: Any) -> Message | None:
    if route == CALLBACK:
        changes = as_object(body).get("type") in (Answer.UPDATE, Answer.DEFERRED_UPDATE)
        return world.interactions.get(snowflake(path["interaction_id"])).message if changes else None
    if "webhook_token" not in path:
        return world.message(world.channel(snowflake(path["channel_id"])), snowflake(path["message_id"]))
    interaction = world.interactions.of_token(path["webhook_token"])
    if "message_id" in path:
        return world.message(interaction.channel, snowflake(path["message_id"]))
    return interaction.original
