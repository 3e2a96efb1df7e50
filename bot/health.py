"""The answer to "are you alive?", for whoever watches the process: `GET /healthz` on a port of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import PortError


@asynccontextmanager
async def health_served(port: int | None) -> AsyncGenerator[None]:
    """Answer `/healthz` with 200 on every address of the machine while the event loop turns; no port, no answer.

    Raises:
        PortError: the port cannot be listened on.
    """
    if port is None:
        yield
        return
    application = web.Application()
    application.router.add_get("/healthz", _alive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, port=port).start()
        except OSError as error:
            raise PortError(
                f"Port {port} cannot be listened on ({error.strerror}). Set TANDEM_METRICS_PORT to another."
            ) from error
        yield
    finally:
        await runner.cleanup()


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="alive\n")
