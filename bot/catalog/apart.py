"""The content, read in a process of its own while the bot makes itself ready, unless it was kept since it was read.

What reads it, pydantic and YAML, is wanted for nothing else. Measured: a quarter of the CPU time of a start, and 20 MB.
So it goes when that process goes, and on a machine of two cores nobody waits for it.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, cast

from bot.catalog import kept
from bot.errors import ContentError

if TYPE_CHECKING:
    from bot.catalog.catalog import Catalog


class ReadApart:
    """The content of a folder, being read from now on; and no further than until the `with` block ends."""

    def __init__(self, content_dir: Path) -> None:
        self._content_dir = content_dir.absolute()
        self._kept = kept.find(kept.state_of(content_dir))
        self.process = self._begun() if self._kept is None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def catalog(self, _content_dir: Path) -> Catalog:
        """Every lesson and demo of the folder. To be called once, in a thread: it waits.

        Raises:
            ContentError: the content has faults; the first is named, and how to see all.
        """
        if self._kept is not None:
            with suppress(Exception):  # whatever it is: code was exchanged while it was kept, and does not fit it
                return cast("Catalog", pickle.loads(self._kept))  # noqa: S301 - see `kept`
        self.process = self.process or self._begun()
        told, _ = self.process.communicate()
        if code := self.process.returncode:
            raise ContentError(f"The content cannot be read: the process that reads it ended with {code}.")
        found = cast("Catalog | str", pickle.loads(told))  # noqa: S301 - from a process of this very program
        if isinstance(found, str):
            raise ContentError(found)
        return found

    def _begun(self) -> subprocess.Popen[bytes]:
        command = (sys.executable, "-m", "bot.catalog", str(self._content_dir))
        try:
            return subprocess.Popen(  # noqa: S603 - this very program; Ctrl+C is not for it
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise ContentError(f"The content cannot be read: no process can be started ({error.strerror}).") from error

    def end(self) -> None:
        """Read no further, if it is not done: nobody wants to know any more."""
        if self.process:
            with self.process:  # which closes its end of the pipe, and waits
                if self.process.poll() is None:
                    self.process.kill()


def load_apart(content_dir: Path) -> Catalog:
    """Every lesson and demo of a folder, as `loader.load` reads them, but in a process of its own."""
    with ReadApart(content_dir) as content:
        return content.catalog(content_dir)


def view_of(items: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A mapping that cannot be changed, made anew of what pickle can write of it."""
    return MappingProxyType(items)
