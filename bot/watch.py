"""What is watched: wires the parts of the bot to its figures and to the answers for whoever watches."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from math import isfinite

from bot.client import TandemClient
from bot.meter import NOBODY, Meter
from bot.runners.pool import RunnerPool
from bot.storage.store import Store


def meter_of(port: int | None, demos: Collection[str]) -> Meter:
    """What counts, if there is a port at which anybody could ask; `demos` are those of the catalogue."""
    if port is None:
        return NOBODY
    from bot.metrics import Metrics  # noqa: PLC0415 - slow to import, and where nobody asks nobody needs it

    return Metrics(demos)


@asynccontextmanager
async def watched(
    port: int | None, meter: Meter, client: TandemClient, store: Store, pool: RunnerPool
) -> AsyncGenerator[None]:
    """Answer whoever watches; no port, no answer.

    Raises:
        PortError: the port cannot be listened on.
    """
    client.meter = meter
    if port is None:
        yield
        return
    from bot.health import health_served  # noqa: PLC0415 - brings aiohttp's server, which nothing else needs on Discord

    async def gateway() -> bool:
        return client.all_shards_up and not client.closing

    gauges = {
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
    for name, (meaning, look) in gauges.items():
        meter.looks_at(name, meaning, look)
    async with health_served(port, {"gateway": gateway, "store": store.answers}, meter.text):
        yield


def _slowest(client: TandemClient) -> float:
    """Seconds; 0 until the first heartbeat was answered."""
    return max((latency for _, latency in client.latencies if isfinite(latency)), default=0.0)
