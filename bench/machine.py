"""What machine this is, in one line: figures mean little without it."""

from __future__ import annotations

import os
import platform


def described() -> str:
    """Cores, system and Python."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
