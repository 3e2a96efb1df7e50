"""The process in which `apart` has the content read: it writes what it found, or what is wrong, to standard output.

What was found is kept, unless the content was changed meanwhile.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.catalog import kept
from bot.catalog.apart import view_of
from bot.errors import ContentError

if TYPE_CHECKING:
    from bot.catalog.catalog import Catalog


def main(content_dir: Path) -> None:
    """Read a content folder."""
    copyreg.pickle(MappingProxyType, _parts)
    state = kept.state_of(content_dir)
    from bot.catalog.loader import load  # noqa: PLC0415 - code that is exchanged from now on is not that of the state

    try:
        found: Catalog | str = load(content_dir)
    except ContentError as error:
        found = str(error)
    told = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
    if state and not isinstance(found, str) and kept.state_of(content_dir) == state:
        kept.keep(state, told)
    try:
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever wanted to know is gone
        os._exit(0)  # without another try to write, which Python makes at its end


def _parts(view: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return view_of, (dict(view),)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
