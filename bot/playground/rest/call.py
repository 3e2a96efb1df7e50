"""What a route is given and gives back; how bodies are refused. No route lives here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from bot.playground.errors import InvalidFormError, refusal
from bot.playground.ids import Json, snowflake
from bot.playground.strict import Fault, error_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.playground.model import Channel, Upload
    from bot.playground.world import World


@dataclass(frozen=True)
class Reply:
    """An HTTP status and the JSON body that goes with it, if any."""

    status: int = 200
    body: Any = None


NO_CONTENT = Reply(204)


@dataclass(frozen=True)
class Call:
    """A request, parsed and let in."""

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: tuple[Upload, ...]
    gateway_url: str
    strict: bool

    def id(self, name: str) -> int | None:
        """Return the id that stands in the path under that name; None when it is none."""
        return snowflake(self.path[name])

    def flag(self, name: str) -> bool:
        """Tell whether a query parameter is switched on."""
        return self.query.get(name, "").lower() in ("1", "true")

    def object(self) -> Json:
        """Return the body, which must be a JSON object."""
        if not isinstance(self.body, dict):
            raise refusal("invalid_json") if self.body is None else _not_a("dictionary", "DICT_TYPE_CONVERT")
        return cast("Json", self.body)

    def list(self) -> list[Json]:
        """Return the body, which must be a JSON list."""
        if not isinstance(self.body, list):
            raise refusal("invalid_json") if self.body is None else _not_a("list", "LIST_TYPE_CONVERT")
        return cast("list[Json]", self.body)

    def check(self, faults: Callable[[], Sequence[Fault]]) -> None:
        """Refuse the body with 50035 when it has faults; skipped when the playground is not strict."""
        if self.strict and (found := faults()):
            raise InvalidFormError(error_body(list(found)))

    def channel(self) -> Channel:
        """Return the channel of the path; 10003 when there is none."""
        return self.world.channel(self.id("channel_id"))

    def check_guild(self) -> int:
        """Return the server's id, which the path must name; 10004 when it is another."""
        guild_id = self.id("guild_id")
        if guild_id != self.world.guild.id:
            raise refusal("unknown_guild")
        return guild_id


def _not_a(kind: str, code: str) -> InvalidFormError:
    message = f"Only a {kind} may be used here."
    return InvalidFormError(error_body([Fault((), code, message)]))


@dataclass(frozen=True)
class Route:
    """A method and a path template as in Discord's OpenAPI, and what answers it.

    `open` routes need no bot token: the interaction token in their path is what lets a caller in.
    """

    method: str
    path: str
    handler: Callable[[Call], Reply]
    open: bool = False
