"""Waiting for the first of several things."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Set
from typing import Any


async def first(*waits: Awaitable[Any]) -> Set[asyncio.Future[Any]]:
    """Wait for the first of them; the others are cancelled, and have ended when this returns. Those that came first."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return done
