"""A message as the chat page gets it: Discord's object with rendered HTML beside every markdown text. No I/O."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from bot.playground.components import Component
from bot.playground.events import ChannelRemoved, MemberJoined, RoleRemoved
from bot.playground.markdown import Names, render
from bot.playground.message import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.events import Event
    from bot.playground.message import Message
    from bot.playground.model import Member, Role
    from bot.playground.wire import Json
    from bot.playground.world import World

MOST_TEXTS = 1024
"""How many rendered texts are remembered."""


class View:
    """Renders for every person alike: who may see a message is the page's to decide."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._html: Callable[[str], str] | None = None
        world.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        """Forget what was rendered with names that are others now."""
        if isinstance(event, MemberJoined | ChannelRemoved | RoleRemoved):
            self._html = None

    def _rendered(self, text: str) -> str:
        if self._html is None:
            world = self._world
            names = Names(
                users={str(user_id): user.display_name for user_id, user in world.users.items()},
                channels={str(channel.id): channel.name for channel in world.channels},
                roles={str(role.id): role.name.removeprefix("@") for guild in world.guilds for role in guild.roles},
            )
            self._html = lru_cache(MOST_TEXTS)(partial(render, names=names))  # many messages hold the same texts
        return self._html(text)

    def message(self, message: Message) -> Json:
        """Return the message; what it replies to is left out where not all its readers may see that."""
        view = self._written(message.payload())
        if message.origin is not None and message.origin.command_name and message.kind == Kind.CHAT_INPUT_COMMAND:
            view["command_name"] = message.origin.command_name
        target = message.replies_to
        if target is not None:
            hidden = target.gone or target.seen_by not in (None, message.seen_by)
            view["referenced_message"] = None if hidden else self._written(target.alone())
        return view

    def components(self, value: Any) -> Any:
        """Return a copy of components in which every text display has its `content_html`."""
        if isinstance(value, list):
            return [self.components(item) for item in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        copy: Json = {key: self.components(item) for key, item in cast("Json", value).items()}
        if copy.get("type") == Component.TEXT_DISPLAY and isinstance(copy.get("content"), str):
            copy["content_html"] = self._rendered(copy["content"])
        return copy

    def _written(self, payload: Json) -> Json:
        return payload | {
            "content_html": self._rendered(payload["content"]),
            "components": self.components(payload["components"]),
            "embeds": [self._embed(embed) for embed in payload["embeds"]],
        }

    def _embed(self, embed: Json) -> Json:
        fields = cast("list[Json]", embed.get("fields") or [])
        view = embed | {"fields": [field | {"value_html": self._rendered(field["value"])} for field in fields]}
        if embed.get("description"):
            view["description_html"] = self._rendered(embed["description"])
        return view


def member_view(member: Member) -> Json:
    """Return a person as the page lists them: colours are CSS colours, the highest role comes first.

    A name has the colour of the highest role that has one (Discord's documentation, "Role Object").
    """
    user = member.user
    roles = sorted(member.roles, key=lambda role: role.position, reverse=True)
    return {
        "id": str(user.id),
        "name": user.username,
        "display_name": user.display_name,
        "color": css(user.color),
        "name_color": next((css(role.color) for role in roles if role.color), None),
        "avatar_text": user.display_name[0],
        "roles": [role_view(role) for role in roles],
    }


def role_view(role: Role) -> Json:
    """Return a role as the page offers it; `hoist` says whether its members stand apart in the list."""
    return {
        "id": str(role.id),
        "name": role.name,
        "color": css(role.color) if role.color else None,
        "position": role.position,
        "hoist": role.hoist,
    }


def css(color: int) -> str:
    """Return a colour, 0xRRGGBB, as CSS writes it."""
    return f"#{color:06x}"
