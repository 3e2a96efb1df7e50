"""The answers for whoever watches the process, on a port of its own: alive, ready, and the figures.

- `GET /healthz`: 200 while the event loop turns.
- `GET /readyz`: 200 when every part is ready, else 503 and the names of those that are not, a line each.
- `GET /metrics`: the figures, as Prometheus reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import PortError

READY_WITHIN_S = 2.0
"""How long a part may take to say that it is ready."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""https://prometheus.io/docs/instrumenting/exposition_formats/"""

Check = Callable[[], Awaitable[bool]]
"""Whether a part is ready. What it raises means that it is not."""


@asynccontextmanager
async def health_served(
    port: int | None, parts: Mapping[str, Check], figures: Callable[[], bytes]
) -> AsyncGenerator[None]:
    """Answer on every address of the machine; no port, no answer.

    Raises:
        PortError: the port cannot be listened on.
    """
    if port is None:
        yield
        return
    watched = _Watched(parts, figures)
    application = web.Application()
    application.router.add_get("/healthz", watched.alive)
    application.router.add_get("/readyz", watched.ready)
    application.router.add_get("/metrics", watched.metrics)
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
        await watched.close()


class _Watched:
    """The answers. A part that does not answer is asked once, however often this is: it may hold a thread meanwhile."""

    def __init__(self, parts: Mapping[str, Check], figures: Callable[[], bytes]) -> None:
        self._parts, self._figures = parts, figures
        self._asked: dict[str, asyncio.Task[bool]] = {}

    async def alive(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(self, _request: web.Request) -> web.Response:
        for name, check in self._parts.items():
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = asyncio.create_task(_asked(check), name=f"ready-{name}")
        asked = dict(self._asked)  # another who asks meanwhile may hear of the same, or have some asked anew
        await asyncio.wait(asked.values(), timeout=READY_WITHIN_S)
        heard = {name: task.result() for name, task in asked.items() if task.done()}
        missing = [name for name in self._parts if not heard.get(name, False)]
        return web.Response(text="".join(f"{name}\n" for name in missing or ["ready"]), status=503 if missing else 200)

    async def metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._figures(), headers={"Content-Type": CONTENT_TYPE})

    async def close(self) -> None:
        """Ask no longer."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)


async def _asked(check: Check) -> bool:
    try:
        return await check()
    except Exception:  # whatever it is, the part is not ready
        return False
