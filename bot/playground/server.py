"""The playground's one HTTP server on 127.0.0.1: it puts world, gateway, REST and page together."""

from __future__ import annotations

import asyncio
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.playground.api import PREFIX, Api, Recorded, response
from bot.playground.errors import refusal
from bot.playground.faults import Faults
from bot.playground.gateway import HEARTBEAT_INTERVAL, Gateway
from bot.playground.page import Alarm, Page
from bot.playground.rest import Reply
from bot.playground.starts import Starts
from bot.playground.wire import snowflake
from bot.playground.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from aiohttp.typedefs import Handler

STATIC = Path(__file__).parent / "static"

SHUTDOWN_WITHIN = 2.0
"""Seconds that open connections get to end when the playground closes."""


class Playground:
    """A local Discord, up while its `async with` lasts.

    Args:
        port: the port on 127.0.0.1; 0 takes a free one.
        clock: seconds since the Unix epoch.
        call_later: calls a function after so many seconds; the running event loop's when left out.
        new_secret: makes tokens and session ids.
        strict: check bodies as Discord does.
        shards: how many shards are recommended to bots.
        max_concurrency: how many shards may identify at once.
        identify_every_s: seconds between them, 5 at Discord; 0, unless told, so that a bot can be restarted at once.
        privileged_intents: intent bits that the bot's owner has switched on in the developer portal; none as a rule.
        faults: what goes wrong, and when; nothing unless told.
        heartbeat_s: seconds between a client's heartbeats, as Discord announces it.
        on_request: told of every request to the REST API after it was answered.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        call_later: Callable[[float, Callable[[], None]], Alarm] | None = None,
        new_secret: Callable[[], str] = secrets.token_hex,
        strict: bool = True,
        shards: int = 1,
        max_concurrency: int = 1,
        identify_every_s: float = 0.0,
        privileged_intents: int = 0,
        faults: Faults | None = None,
        heartbeat_s: float = HEARTBEAT_INTERVAL,
        on_request: Callable[[Recorded], None] | None = None,
    ) -> None:
        self._port = port
        self._call_later = call_later
        self.world = World(clock, new_secret)
        starts = Starts(clock, shards=shards, max_concurrency=max_concurrency, every_s=identify_every_s)
        self.faults = faults or Faults()
        self.gateway = Gateway(
            self.world, new_secret, starts, self.faults, privileged=privileged_intents, heartbeat_s=heartbeat_s
        )
        self._api = Api(self.world, starts, self.faults, strict=strict, on_request=on_request)
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.bot_token

    @property
    def url(self) -> str:
        """The chat page's address."""
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """The base of the REST API, as bots need it."""
        return self.world.base_url + PREFIX

    async def __aenter__(self) -> Self:
        """Start.

        Raises:
            OSError: the port is taken or not allowed.
        """
        page = Page(self.world, self._call_later or asyncio.get_running_loop().call_later)
        runner = web.AppRunner(self._app(page), access_log=None, shutdown_timeout=SHUTDOWN_WITHIN)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        port = runner.addresses[0][1]
        self.world.base_url = f"http://127.0.0.1:{port}"
        self.gateway.url = self._api.gateway_url = f"ws://127.0.0.1:{port}/gateway"
        self._runner = runner
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every socket, then the port."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _app(self, page: Page) -> web.Application:
        app = web.Application(middlewares=[_guard, _discords_words])

        async def close_sockets(_: web.Application) -> None:
            page.close()
            self.gateway.close()

        app.on_shutdown.append(close_sockets)
        app.on_response_prepare.append(_ask_each_time)
        app.add_routes(self._api.routes())
        app.add_routes(
            [
                web.get("/", _index),
                # Clients add their parameters to the address with a slash before them, or without.
                web.get("/gateway", self.gateway.handle),
                web.get("/gateway/", self.gateway.handle),
                web.get("/page/socket", page.handle),
                web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment),
                web.static("/static", STATIC),
            ]
        )
        return app

    async def _attachment(self, request: web.Request) -> web.Response:
        """Serve a message's file back. Nothing in it can act as this page: it is sandboxed, its type is not guessed."""
        channel_id, attachment_id = (snowflake(request.match_info[name]) for name in ("channel_id", "attachment_id"))
        found = self.world.attachment(channel_id, attachment_id)
        if found is None or found.url != self.world.base_url + request.path_qs:
            raise web.HTTPNotFound
        headers = {
            "Content-Type": found.content_type,
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=found.data, headers=headers)


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def _ask_each_time(_: web.Request, response: web.StreamResponse) -> None:
    """Have browsers ask whether a file has changed: after an update a page of old and new modules would not work."""
    response.headers.setdefault("Cache-Control", "no-cache")


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in only requests made to this machine by name, and by no other site's page.

    A page elsewhere can point its own domain at 127.0.0.1, but then `Host` is that domain; and what it opens here
    directly carries its `Origin`.
    """
    if request.host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        raise web.HTTPForbidden(text="The playground answers on 127.0.0.1 and localhost only.")
    if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
        raise web.HTTPForbidden(text="The playground answers to its own page only.")
    return await handler(request)


@web.middleware
async def _discords_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer as Discord does where no route of the REST API fits."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as missing:
        if not request.path.startswith("/api/"):
            raise
        error = refusal("not_found" if missing.status == 404 else "method_not_allowed")
        return response(Reply(error.status, error.body))
