"""How a slash command is declared: mostly in servers only, since lessons and scores belong to one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

from discord import app_commands

from bot.exts.kit.host import Interaction

P = ParamSpec("P")
Callback: TypeAlias = Callable[Concatenate[Interaction, P], Coroutine[Any, Any, None]]
Declared: TypeAlias = app_commands.Command[Any, P, None]


def slash(*, name: str, description: str, direct: bool = False) -> Callable[[Callback[P]], Declared[P]]:
    """Declare a slash command; `description` is at most 100 characters. `direct` has it in direct messages too."""

    def declare(callback: Callback[P]) -> Declared[P]:
        command = cast("Declared[P]", app_commands.command(name=name, description=description)(callback))
        return app_commands.guild_install(app_commands.allowed_contexts(guilds=True, dms=direct)(command))

    return declare


def group(*, name: str, description: str) -> app_commands.Group:
    """Declare a slash command that holds others, such as `/round start`; `description` is at most 100 characters."""
    return app_commands.Group(
        name=name,
        description=description,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
