"""The application commands that the bot has registered, global and for single servers; bodies are checked elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.events import CommandsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.playground.events import Event
    from bot.playground.wire import Json

CHAT_INPUT = 1
"""The type of slash commands (Discord's documentation, "Application Command Types")."""


class CommandRegistry:
    """Commands by scope: None for global ones, else a server's id."""

    def __init__(self, application_id: int, new_id: Callable[[], int], emit: Callable[[Event], None]) -> None:
        self._application_id = application_id
        self._new_id = new_id
        self._emit = emit
        self._scopes: dict[int | None, dict[int, Json]] = {}

    def listed(self, scope: int | None) -> list[Json]:
        """Return the commands of one scope."""
        return list(self._scopes.get(scope, {}).values())

    def usable(self, guild_id: int | None) -> list[Json]:
        """Return what can be used in a server, or in direct messages (None): global commands, then the server's own."""
        return self.listed(None) + ([] if guild_id is None else self.listed(guild_id))

    def get(self, scope: int | None, command_id: int | None) -> Json:
        """Return a command; 10063 when the scope has none of that id."""
        found = self._scopes.get(scope, {}).get(command_id or 0)
        if found is None:
            raise refusal("unknown_command")
        return found

    def replace(self, scope: int | None, bodies: Sequence[Json]) -> list[Json]:
        """Make these the scope's only commands; one that keeps its name and type keeps its id."""
        commands = [self._registered(scope, body, self._like(scope, body)) for body in bodies]
        self._scopes[scope] = {int(command["id"]): command for command in commands}
        self._emit(CommandsChanged())
        return commands

    def add(self, scope: int | None, body: Json) -> tuple[Json, bool]:
        """Register one command over the one of its name; return it and whether it is new."""
        known = self._like(scope, body)
        return self._keep(scope, self._registered(scope, body, known)), known is None

    def change(self, scope: int | None, known: Json, body: Json) -> Json:
        """Change what the body names of a registered command."""
        return self._keep(scope, self._registered(scope, known | body, known))

    def remove(self, scope: int | None, command_id: int | None) -> None:
        """Remove one command; 10063 when the scope has none of that id."""
        command = self.get(scope, command_id)
        del self._scopes[scope][int(command["id"])]
        self._emit(CommandsChanged())

    def _keep(self, scope: int | None, command: Json) -> Json:
        self._scopes.setdefault(scope, {})[int(command["id"])] = command
        self._emit(CommandsChanged())
        return command

    def _like(self, scope: int | None, body: Json) -> Json | None:
        wanted = (body["name"], body.get("type") or CHAT_INPUT)
        return next((known for known in self.listed(scope) if (known["name"], known["type"]) == wanted), None)

    def _registered(self, scope: int | None, body: Json, known: Json | None) -> Json:
        """Return the command as Discord shows it, with the id of the one it takes the place of."""
        command: Json = {
            "id": str(self._new_id()) if known is None else known["id"],
            "application_id": str(self._application_id),
            "version": str(self._new_id()),
            "default_member_permissions": body.get("default_member_permissions"),
            "type": body.get("type") or CHAT_INPUT,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "dm_permission": body.get("dm_permission", True),
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
        }
        if body.get("options"):
            command["options"] = body["options"]
        if scope is not None:
            command["guild_id"] = str(scope)
        return command
