"""The way out of a WebSocket: frames queue here so that a synchronous event never waits for a slow reader."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp.web import WebSocketResponse

FRAMES_QUEUED = 1_000
"""A reader this far behind is cut off; a bot can resume, a page reconnects."""

SEND_WITHIN = 20.0
"""Seconds that one frame may take to leave."""

CLOSE_WITHIN = 2.0
"""Seconds that the closing handshake may take."""


class Outbox:
    """Frames of one socket, sent in order by `run`, which owns the writing side."""

    def __init__(self, socket: WebSocketResponse) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[str | bytes | _Goodbye] = asyncio.Queue()
        self.closing = False

    def put(self, frame: str | bytes) -> None:
        """Queue a frame; nothing happens once the socket is to be closed."""
        if self.closing:
            return
        if self._frames.qsize() >= FRAMES_QUEUED:
            self.close(4008, "Too slow: frames are piling up.")
        else:
            self._frames.put_nowait(frame)

    def close(self, code: int, reason: str = "") -> None:
        """Close the socket after the frames queued so far; only the first call counts."""
        if not self.closing:
            self.closing = True
            self._frames.put_nowait(_Goodbye(code, reason))

    async def run(self) -> None:
        """Send until `close` or until the peer has gone; then close the socket."""
        goodbye = _Goodbye(1011, "")
        try:
            while not isinstance(frame := await self._frames.get(), _Goodbye):
                async with asyncio.timeout(SEND_WITHIN):
                    if isinstance(frame, bytes):
                        await self._socket.send_bytes(frame)
                    else:
                        await self._socket.send_str(frame)
            goodbye = frame
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self.closing = True
            await self._socket.close(code=goodbye.code, message=goodbye.reason.encode())


class _Goodbye:
    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
