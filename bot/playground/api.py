"""The REST API's HTTP side: bodies and files in, JSON and Discord's errors out. What routes do is in `rest`."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from bot.playground import mishap
from bot.playground.errors import ApiError, refusal
from bot.playground.faults import Fault
from bot.playground.interaction_payload import ATTACHMENT_LIMIT
from bot.playground.model import Upload
from bot.playground.rest import ROUTES, Call, Reply, Route
from bot.playground.wire import parsed, written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.playground.faults import Faults
    from bot.playground.starts import Starts
    from bot.playground.world import World

PREFIX = "/api/v10"

BODY_WITHIN = 30.0
"""Seconds that a request's body may take to arrive."""

FILES_LIMIT = 10
"""Files that a message may have (Discord's documentation, "Uploading Files")."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recorded:
    """A request that was answered: its route as in Discord's OpenAPI, its JSON body and the status it got."""

    method: str
    path: str
    body: Any
    status: int


class Api:
    """Serves the routes over one world. `gateway_url` is set once the port is known."""

    def __init__(
        self,
        world: World,
        starts: Starts,
        faults: Faults,
        *,
        strict: bool,
        on_request: Callable[[Recorded], None] | None,
    ) -> None:
        self._world = world
        self._starts = starts
        self._faults = faults
        self._strict = strict
        self._on_request = on_request
        self.gateway_url = ""

    def routes(self) -> list[web.RouteDef]:
        """Return aiohttp's routes."""
        return [web.route(route.method, PREFIX + route.path, self._handler(route)) for route in ROUTES]

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            fault = self._faults.of_request(route.method, route.path)
            body, answer = await (self._done(route, request) if fault is None else self._spoilt(fault, route, request))
            if self._on_request is not None:
                self._on_request(Recorded(route.method, route.path, body, answer.status))
            return answer

        return handle

    async def _done(self, route: Route, request: web.Request, *, spoil: bool = False) -> tuple[Any, web.Response]:
        """Do what a request asks; its body and its answer. With `spoil` the message that it changes is gone."""
        body: Any = None
        try:
            if not route.open and request.headers.get("Authorization") != f"Bot {self._world.bot_token}":
                raise refusal("unauthorized")
            body, uploads = await _read(request)
            if spoil:
                mishap.delete_message(self._world, route.path, request.match_info, body)
            reply = route.handler(self._call(request, body, uploads))
        except ApiError as error:
            reply = Reply(error.status, error.body)
        except ConnectionResetError:  # whoever asked is gone
            reply = Reply(500, {"message": "500: Internal Server Error", "code": 0})
        except Exception:
            log.exception("%s %s went wrong", route.method, route.path)
            reply = Reply(500, {"message": "500: Internal Server Error", "code": 0})
        return body, response(reply)

    async def _spoilt(self, fault: Fault, route: Route, request: web.Request) -> tuple[Any, web.Response]:
        """Let a request meet a fault."""
        if fault is Fault.SLOW:
            await asyncio.sleep(self._faults.slow_s())
        if fault in mishap.NOT_DONE:
            await request.read()
            is_cut = fault is Fault.CUT
            return None, await mishap.cut(request) if is_cut else mishap.refused(fault, self._faults, route.path)
        body, answer = await self._done(route, request, spoil=fault is Fault.GONE)
        if fault is Fault.LATE:
            await asyncio.sleep(self._faults.slow_s())
        return body, mishap.refused(fault, self._faults, route.path) if fault is Fault.LOST else answer

    def _call(self, request: web.Request, body: Any, uploads: tuple[Upload, ...]) -> Call:
        return Call(
            world=self._world,
            path=request.match_info,
            query=request.query,
            body=body,
            uploads=uploads,
            gateway_url=self.gateway_url,
            strict=self._strict,
            starts=self._starts.recommended,
        )


def response(reply: Reply) -> web.Response:
    """Return the HTTP response of a reply. Clients compare its content type to the letter, so it names no charset."""
    if reply.status == 204:
        return web.Response(status=204)
    headers = {"Content-Type": "application/json"}
    return web.Response(status=reply.status, body=written(reply.body).encode(), headers=headers)


async def _read(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    """Return a request's JSON body (None when it has none) and its files.

    Raises:
        ApiError: 40005 when it is too large, 50109 when it cannot be read.
    """
    try:
        async with asyncio.timeout(BODY_WITHIN):
            return await _parts(request)
    except web.HTTPRequestEntityTooLarge:
        raise refusal("too_large") from None
    except (ValueError, TimeoutError):
        raise refusal("invalid_json") from None


async def _parts(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type != "multipart/form-data":
        return _json(await request.read()), ()
    body: Any = None
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form within a form")
        data = await _limited(part)
        if part.name == "payload_json":
            body = _json(data)
        elif part.filename is not None:
            content_type = part.headers.get("Content-Type", "")
            uploads.append(Upload(part.name or "", part.filename, content_type, data))
    if len(uploads) > FILES_LIMIT:
        raise refusal("too_large")
    return body, tuple(uploads)


async def _limited(part: BodyPartReader) -> bytes:
    """Return a part's bytes; 40005 when it is larger than a file may be."""
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > ATTACHMENT_LIMIT:
            raise refusal("too_large")
    return bytes(data)


def _json(data: bytes) -> Any:
    return parsed(data) if data else None
