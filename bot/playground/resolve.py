"""A person's typed option values as Discord's types, with the `resolved` objects that ride along. No I/O."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from bot.playground.components import Component
from bot.playground.interaction_payload import channel_payload
from bot.playground.wire import Json, as_list, snowflake

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.playground.model import Channel
    from bot.playground.world import World

LONGEST_STRING = 6000
"""Characters that a string option may have (Discord's documentation, "Application Command Option Structure")."""

LARGEST_INTEGER = 2**53
"""Integer and number options lie between minus and plus this (the same place)."""


GUILD_TEXT = 0
"""The type of this server's channels (Discord's documentation, "Channel Types")."""


class RefusedError(Exception):
    """What a person did cannot be sent; the text is a sentence for them."""


class Resolver:
    """Finds the users, roles and channels that values name, and collects them in `resolved`."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._guild = world.guild_of(channel)
        self.resolved: Json = {}

    def user(self, value: Any) -> str:
        """Return the id of a member given by id, mention or name."""
        wanted = str(value).removeprefix("@").casefold()
        user_id = _id_in(value, r"<@!?(\d+)>")
        for member in self._guild.members:
            user = member.user
            if user.id == user_id or wanted in (user.username.casefold(), user.display_name.casefold()):
                permissions = str(self._world.permissions(member, self._channel))
                self._keep("users", user.id, user.payload())
                self._keep("members", user.id, member.partial() | {"permissions": permissions})
                return str(user.id)
        raise RefusedError(f"There is no member {value}.")

    def role(self, value: Any) -> str:
        """Return the id of a role given by id, mention or name."""
        wanted, name = _id_in(value, r"<@&(\d+)>"), str(value).removeprefix("@").casefold()
        for role in self._guild.roles:
            if role.id == wanted or role.name.removeprefix("@").casefold() == name:
                self._keep("roles", role.id, role.payload())
                return str(role.id)
        raise RefusedError(f"There is no role {value}.")

    def channel(self, value: Any, types: Collection[int] = ()) -> str:
        """Return the id of a channel given by id, mention or name; where `types` are named, of one of these."""
        wanted, name = _id_in(value, r"<#(\d+)>"), str(value).removeprefix("#").casefold()
        for channel in self._guild.channels:
            if channel.id == wanted or channel.name.casefold() == name:
                if types and GUILD_TEXT not in types:
                    raise RefusedError(f"The channel {value} is not of a kind that fits here.")
                self._keep(
                    "channels",
                    channel.id,
                    channel_payload(self._world, self._world.bot_member_of(self._guild.id), channel),
                )
                return str(channel.id)
        raise RefusedError(f"There is no channel {value}.")

    def mentionable(self, value: Any) -> str:
        """Return the id of a member or a role."""
        try:
            return self.role(value)
        except RefusedError:
            return self.user(value)

    def entity(self, select: Json, value: str) -> str:
        """Return the id of what was chosen in an entity select."""
        if select["type"] == Component.CHANNEL_SELECT:
            return self.channel(value, as_list(select.get("channel_types")))
        find = {
            Component.USER_SELECT: self.user,
            Component.ROLE_SELECT: self.role,
            Component.MENTIONABLE_SELECT: self.mentionable,
        }
        return find[Component(select["type"])](value)

    def _keep(self, kind: str, key: int, payload: Json) -> None:
        cast("Json", self.resolved.setdefault(kind, {}))[str(key)] = payload


def converted(option: Json, value: Any, resolver: Resolver) -> Any:
    """Return an option's value in the type that the command declares.

    Raises:
        RefusedError: with a sentence that names the option.
    """
    name, kind = option["name"], option["type"]
    find: dict[int, Callable[[Any], Any]] = {
        3: lambda given: _string(option, given),
        4: lambda given: _number(option, given, whole=True),
        5: lambda given: _boolean(name, given),
        6: resolver.user,
        7: lambda given: resolver.channel(given, as_list(option.get("channel_types"))),
        8: resolver.role,
        9: resolver.mentionable,
        10: lambda given: _number(option, given, whole=False),
    }
    if value is None or kind not in find:
        raise RefusedError(f"The option {name} cannot be filled like that here.")
    if option.get("choices"):
        return _choice(option, value)
    return find[kind](value)


def _choice(option: Json, value: Any) -> Any:
    for choice in option["choices"]:
        if str(value) == str(choice["value"]) or str(value).casefold() == choice["name"].casefold():
            return choice["value"]
    offered = ", ".join(choice["name"] for choice in option["choices"])
    raise RefusedError(f"The option {option['name']} must be one of: {offered}.")


def _string(option: Json, value: Any) -> str:
    text = str(value)
    least, most = option.get("min_length") or 0, option.get("max_length") or LONGEST_STRING
    if not least <= len(text) <= most:
        raise RefusedError(f"The option {option['name']} must have {least} to {most} characters.")
    return text


def _number(option: Json, value: Any, *, whole: bool) -> int | float:
    name = option["name"]
    try:
        number = int(str(value)) if whole else float(str(value))
    except ValueError:
        raise RefusedError(f"The option {name} must be a {'whole ' if whole else ''}number.") from None
    least = _bound(option.get("min_value"), -LARGEST_INTEGER)
    most = _bound(option.get("max_value"), LARGEST_INTEGER)
    if not least <= number <= most:
        raise RefusedError(f"The option {name} must lie between {least} and {most}.")
    return number


def _bound(declared: float | None, otherwise: int) -> float:
    return otherwise if declared is None else declared


def _boolean(name: str, value: Any) -> bool:
    words = {"true": True, "false": False}
    word = str(value).casefold()
    if word not in words:
        raise RefusedError(f"The option {name} must be true or false.")
    return words[word]


def _id_in(value: Any, mention: str) -> int | None:
    match = re.fullmatch(mention, str(value))
    return snowflake(match[1] if match else value)
