"""The content as it was read last, kept beside Python's compiled modules, and for the same reason.

A start that finds content and code as they were reads no YAML: measured, a tenth of its time. Unlike a module, which is
known by its age, what is kept is known by every byte of the content and of our code that made it. It lies where that
code lies, so whoever can forge it can forge that too.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path

import msgspec

READ = ("*", "demos/*.yaml", "*/lesson.yaml", "*/questions.yaml", "*/runs/compare.json")
"""What the loader looks at in a content folder."""

CODE = ("errors.py", "catalog/*.py", "domain/*.py")
"""What makes objects of it, in the folder of the bot."""

_PARSED = {".yaml", ".json", ".py"}
"""Files whose bytes matter. Of the rest, folders among them, it matters that they are there."""

PLACE = Path(cache_from_source(__file__)).with_name(f"content.{sys.implementation.cache_tag}.pickle")
"""Where it is kept."""

_SIZE = 32
"""Bytes of a digest."""


def state_of(content_dir: Path) -> bytes | None:
    """A digest of the content and of the code that reads it; None where not all of it can be read."""
    state = blake2b(f"{sys.version} {msgspec.__version__}".encode(), digest_size=_SIZE)
    try:
        for folder, patterns in ((content_dir, READ), (Path(__file__).parent.parent, CODE)):
            for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
                kind = "file" if path.is_file() else "folder" if path.is_dir() else "neither"
                told = path.read_bytes() if kind == "file" and path.suffix in _PARSED else b""
                state.update(b"\0%b\0%b\0%d\0" % (os.fsencode(path.relative_to(folder)), kind.encode(), len(told)))
                state.update(told)
    except OSError:
        return None
    return state.digest()


def find(state: bytes | None) -> bytes | None:
    """What was kept of content and code in this state, if anything was."""
    if state is None:
        return None
    with suppress(OSError):
        kept = PLACE.read_bytes()
        if kept[:_SIZE] == _seal(state, kept[_SIZE:]):
            return kept[_SIZE:]
    return None


def keep(state: bytes, told: bytes) -> None:
    """Keep this and forget what was kept before; where nothing can be written, nothing is."""
    if sys.dont_write_bytecode:
        return
    draft = PLACE.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        try:
            draft.write_bytes(_seal(state, told) + told)
            draft.replace(PLACE)
        finally:
            draft.unlink(missing_ok=True)


def _seal(state: bytes, told: bytes) -> bytes:
    """By it a file is known that belongs to a state, and that was written to its end."""
    return blake2b(told, key=state, digest_size=_SIZE).digest()
