"""A message as the chat page gets it: Discord's object with rendered HTML beside every markdown text. No I/O."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from bot.playground.components import Component
from bot.playground.markdown import Names, render
from bot.playground.message import Kind

if TYPE_CHECKING:
    from bot.playground.message import Message
    from bot.playground.model import Member
    from bot.playground.wire import Json
    from bot.playground.world import World

MOST_TEXTS = 1024
"""How many rendered texts are remembered."""


class View:
    """Renders for every person alike: who may see a message is the page's to decide."""

    def __init__(self, world: World) -> None:
        guild = world.guild
        names = Names(
            users={str(member.user.id): member.user.display_name for member in guild.members},
            channels={str(channel.id): channel.name for channel in guild.channels},
            roles={str(role.id): role.name.removeprefix("@") for role in guild.roles},
        )
        self._html = lru_cache(MOST_TEXTS)(partial(render, names=names))  # many messages hold the same texts

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
            copy["content_html"] = self._html(copy["content"])
        return copy

    def _written(self, payload: Json) -> Json:
        return payload | {
            "content_html": self._html(payload["content"]),
            "components": self.components(payload["components"]),
            "embeds": [self._embed(embed) for embed in payload["embeds"]],
        }

    def _embed(self, embed: Json) -> Json:
        fields = cast("list[Json]", embed.get("fields") or [])
        view = embed | {"fields": [field | {"value_html": self._html(field["value"])} for field in fields]}
        if embed.get("description"):
            view["description_html"] = self._html(embed["description"])
        return view


def member_view(member: Member) -> Json:
    """Return a person as the page lists them; `color` is a CSS colour."""
    user = member.user
    return {
        "id": str(user.id),
        "name": user.username,
        "display_name": user.display_name,
        "color": f"#{user.color:06x}",
        "avatar_text": user.display_name[0],
        "roles": [{"id": str(role.id), "name": role.name, "color": f"#{role.color:06x}"} for role in member.roles],
    }
