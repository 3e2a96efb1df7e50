"""What machine this is, in one line: figures mean little without it."""

from __future__ import annotations

import os
import platform
import subprocess

from bot.runners.node import find_node


def described() -> str:
    """Cores, system, Python and Node.js."""
    node = subprocess.run([find_node() or "node", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    versions = f"Python {platform.python_version()}, Node.js {node.strip().removeprefix('v')}"
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, {versions}"
