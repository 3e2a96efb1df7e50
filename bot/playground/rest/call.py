"""What a route is given and gives back, and the one place where bodies are refused. No route lives here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.errors import InvalidFormError, refusal
from bot.playground.permissions import Permission
from bot.playground.strict import Fault, error_body, is_empty_message, message_faults
from bot.playground.strict.fault import fault
from bot.playground.wire import Json, as_object, snowflake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.playground.message import Message
    from bot.playground.model import Channel, Guild, Upload
    from bot.playground.world import World


@dataclass(frozen=True)
class Reply:
    """An HTTP status and the JSON body that goes with it, if any."""

    status: int = 200
    body: Any = None


NO_CONTENT = Reply(204)


@dataclass(frozen=True)
class Call:
    """A request, parsed and let in. `strict` says whether bodies are checked.

    `starts` tells what the gateway recommends of starting sessions: `shards` and `session_start_limit`.
    """

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: tuple[Upload, ...]
    gateway_url: str
    strict: bool
    starts: Callable[[], Json] = dict

    def id(self, name: str) -> int:
        """Return the id that stands in the path under that name; 50035 when it is none."""
        text = self.path[name]
        found = snowflake(text)
        if found is None:
            raise refused([fault((name,), "NUMBER_TYPE_COERCE", value=text, kind="snowflake")])
        return found

    def flag(self, name: str) -> bool:
        """Tell whether a query parameter is switched on."""
        return self.query.get(name, "").lower() in ("1", "true")

    def channel(self, *needed: int) -> Channel:
        """Return the channel of the path, in which the bot has the permission to view it and these others.

        Raises:
            ApiError: 10003 when there is none, 50001 when the bot may not view it, 50013 when it lacks another
                permission.
        """
        world = self.world
        found = world.channel(self.id("channel_id"))
        in_guild = found.guild_id is not None
        if in_guild and not (world.bot_is_in(found.guild_id) and world.bot_may(found, Permission.VIEW_CHANNEL)):
            raise refusal("missing_access")
        if not world.bot_may(found, *needed):
            raise refusal("missing_permissions")
        return found

    def guild(self) -> Guild:
        """Return the server of the path; 10004 when there is none, or the bot is not there."""
        return self.world.find_guild(self.id("guild_id"))

    def check(self, find_faults: Callable[[], Sequence[Fault]]) -> None:
        """Refuse the body with 50035 when it has faults."""
        if self.strict and (faults := find_faults()):
            raise refused(faults)

    def message_body(self, existing: Message | None = None) -> Json:
        """Return the body as that of a message, or of an edit of the existing one; 50035 and 50006 when it is not."""
        body: Any = {} if self.body is None else self.body
        if self.strict:
            files, stored = len(self.uploads), None if existing is None else existing.payload()
            self.check(lambda: message_faults(body, files=files, existing=stored))
            if is_empty_message(body, files, existing=stored):
                raise refusal("empty_message")
        return as_object(body)


def refused(faults: Sequence[Fault]) -> InvalidFormError:
    """Return the error that tells a client of these faults."""
    return InvalidFormError(error_body(faults))


@dataclass(frozen=True)
class Route:
    """A method and a path template as in Discord's OpenAPI, and what answers it.

    `open` routes need no bot token: the interaction token in their path is what lets a caller in.
    """

    method: str
    path: str
    handler: Callable[[Call], Reply]
    open: bool = False
