"""The start errors: why the bot cannot start, each one line for an operator and an exit code of its own.

The root of the tree and its other branch, the errors that a member may read, stand in `bot.domain.errors`.
"""

from __future__ import annotations

from typing import ClassVar

from bot.domain.errors import MemberError, TandemError

__all__ = [
    "ContentError",
    "MemberError",
    "PortError",
    "SettingsError",
    "StartError",
    "StorageError",
    "TandemError",
    "TokenError",
    "UnreachableError",
]


class StartError(TandemError):
    """The bot cannot start. `str(error)` is one line that names the remedy; `exit_code` tells the kinds apart.

    1 and 2 are not among them: Python ends with 1 for any other error, Typer with 2 for a command line it cannot read.
    """

    exit_code: ClassVar[int]


class ContentError(StartError):
    """The lessons cannot be used. `python -m bot check` lists the faults."""

    exit_code = 7


class SettingsError(StartError):
    """The environment holds a value that cannot be used."""

    exit_code = 8


class TokenError(StartError):
    """Discord refused the token."""

    exit_code = 3


class UnreachableError(StartError):
    """Discord's API cannot be reached."""

    exit_code = 4


class PortError(StartError):
    """The playground's port cannot be listened on."""

    exit_code = 5


class StorageError(StartError):
    """The database cannot be opened or written, or is newer than this code."""

    exit_code = 6
