"""How gateway payloads become WebSocket frames: plain text, zlib-stream or zstd-stream. No sockets here."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    import zstandard as zstd

if TYPE_CHECKING:
    from collections.abc import Callable


class Encoder(Protocol):
    """Turns each payload's text into one frame, in the order they are sent: a stream has a memory."""

    def __call__(self, text: str) -> str | bytes:
        """Return the frame: str for a text frame, bytes for a binary one."""
        ...


def plain() -> Encoder:
    """Return the encoder of connections that ask for no compression."""
    return lambda text: text


def zlib_stream() -> Encoder:
    """Return a zlib stream, flushed after each payload so that frames end in 00 00 FF FF."""
    stream = zlib.compressobj()
    return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)


def zstd_stream() -> Encoder:
    """Return a zstd stream, each payload a flushed block of one frame."""
    if sys.version_info >= (3, 14):
        stream = zstd.ZstdCompressor()
        return lambda text: stream.compress(text.encode(), zstd.ZstdCompressor.FLUSH_BLOCK)
    stream = zstd.ZstdCompressor().compressobj()
    return lambda text: stream.compress(text.encode()) + stream.flush(zstd.COMPRESSOBJ_FLUSH_BLOCK)


ENCODERS: dict[str | None, Callable[[], Encoder]] = {
    None: plain,
    "zlib-stream": zlib_stream,
    "zstd-stream": zstd_stream,
}
"""By the `compress` parameter of the gateway's address (Discord's documentation, "Transport Compression").

Payload compression (`compress` in identify) is optional to the server, and this one leaves it be.
"""
