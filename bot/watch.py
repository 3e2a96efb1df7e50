"""What is watched: wires the parts of the bot to its figures and to the answers for whoever watches."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from math import isfinite
from typing import TYPE_CHECKING

from bot.client import TandemClient
from bot.meter import NOBODY, Meter
from bot.runners.pool import RunnerPool
from bot.storage.store import Store

if TYPE_CHECKING:
    from bot.health import Check


def meter_of(port: int | None, demos: Collection[str]) -> Meter:
    """What counts, if there is a port at which anybody could ask; `demos` are those of the catalogue."""
    if port is None:
        return NOBODY
    from bot.metrics import Metrics  # noqa: PLC0415 - slow to import, and where nobody asks nobody needs it

    return Metrics(demos)


class Watch:
    """What whoever watches is told: which parts are ready, at first none, and the figures, at first none either."""

    def __init__(self) -> None:
        self.parts: dict[str, Check] = dict.fromkeys(("content", "store", "gateway"), _not_yet)
        self._meter = NOBODY

    def is_ready(self, part: str) -> None:
        """That part stays ready from now on."""
        self.parts[part] = _ready

    @contextmanager
    def of(self, meter: Meter, client: TandemClient, store: Store, pool: RunnerPool) -> Generator[None]:
        """Look at these, for as long as the block lasts."""

        async def gateway() -> bool:
            return client.all_shards_up and not client.closing

        for name, (meaning, look) in _gauges(client, store, pool).items():
            meter.looks_at(name, meaning, look)
        before = dict(self.parts)
        client.meter = self._meter = meter
        self.parts.update(store=store.answers, gateway=gateway)
        try:
            yield
        finally:
            self.parts.update(before)

    def figures(self) -> bytes:
        """All figures that there are by now."""
        return self._meter.text()


@asynccontextmanager
async def watched(port: int | None) -> AsyncGenerator[Watch]:
    """Answer whoever watches, from the first moment on; no port, no answer.

    Raises:
        PortError: the port cannot be listened on.
    """
    watch = Watch()
    if port is None:
        yield watch
        return
    from bot.health import health_served  # noqa: PLC0415 - brings aiohttp's server, which nothing else needs on Discord

    async with health_served(port, watch.parts, watch.figures):
        yield watch


def _gauges(client: TandemClient, store: Store, pool: RunnerPool) -> Mapping[str, tuple[str, Callable[[], float]]]:
    """What is measured when somebody asks: its meaning, and how."""
    return {
        "tandem_shards": ("Shards of this process.", lambda: len(client.shards_of_mine)),
        "tandem_shards_up": ("Shards that are connected and ready.", lambda: len(client.shards_that_are_up)),
        "tandem_gateway_latency_seconds": (
            "The slowest shard's last heartbeat, there and back.",
            lambda: _slowest(client),
        ),
        "tandem_servers": ("Servers that this process hears of.", lambda: len(client.guilds)),
        "tandem_writes_waiting": ("Works that wait for the writer.", lambda: store.waiting),
        "tandem_runs_running": ("Runs that have a turn.", lambda: pool.running),
        "tandem_runs_queued": ("Runs that wait for one.", lambda: pool.queued),
    }


async def _not_yet() -> bool:
    return False


async def _ready() -> bool:
    return True


def _slowest(client: TandemClient) -> float:
    """Seconds; 0 until the first heartbeat was answered."""
    return max((latency for _, latency in client.latencies if isfinite(latency)), default=0.0)
