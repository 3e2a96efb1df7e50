"""From what a person did on the page to an interaction's `data`, checked as a Discord client checks it. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from bot.playground.message import walk
from bot.playground.registry import CHAT_INPUT
from bot.playground.resolve import RefusedError, Resolver, converted

if TYPE_CHECKING:
    from bot.playground.ids import Json
    from bot.playground.model import Channel, Member
    from bot.playground.world import World

SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
BUTTON, STRING_SELECT = 2, 3
LINK, PREMIUM = 5, 6
SELECTS = range(3, 9)
"""String, user, role, mentionable and channel selects (4 between them is a text input)."""


def commands_for(world: World, member: Member, channel: Channel) -> list[Json]:
    """Return the slash commands that a member can use in a channel; the server's own hide global ones of their name."""
    by_name: dict[str, Json] = {}
    context = 0 if channel.guild_id is not None else 1
    permissions = world.permissions(member, channel)
    for command in world.commands.everywhere():
        contexts = cast("list[int] | None", command.get("contexts"))
        needed = int(command.get("default_member_permissions") or 0)
        if (
            command["type"] == CHAT_INPUT
            and (contexts is None or context in contexts)
            and permissions & needed == needed
        ):
            by_name[command["name"]] = command
    return list(by_name.values())


def command_data(
    world: World, member: Member, channel: Channel, frame: Json, *, partial: bool = False
) -> tuple[Json, str]:
    """Return the data of a command, and its full name with subcommands; `partial` while options are still typed.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    name = str(frame.get("name", ""))
    command = next((known for known in commands_for(world, member, channel) if known["name"] == name), None)
    if command is None:
        raise RefusedError(f"There is no command /{name} here.")
    resolver = Resolver(world, channel)
    options, words = _options(command, _list(frame.get("options")), resolver, partial=partial)
    data: Json = {"id": command["id"], "name": name, "type": CHAT_INPUT, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data, " ".join([name, *words])


def _options(holder: Json, given: list[Json], resolver: Resolver, *, partial: bool) -> tuple[list[Json], list[str]]:
    """Return the options as Discord sends them, and the names of the subcommands on the way."""
    known: dict[str, Json] = {option["name"]: option for option in holder.get("options") or []}
    subcommands = [name for name, option in known.items() if option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)]
    if subcommands:
        chosen = known.get(str(given[0].get("name"))) if len(given) == 1 else None
        if chosen is None:
            raise RefusedError(f"Choose one of: {', '.join(subcommands)}.")
        options, words = _options(chosen, _list(given[0].get("options")), resolver, partial=partial)
        return [{"name": chosen["name"], "type": chosen["type"], "options": options}], [chosen["name"], *words]
    names = [str(option.get("name")) for option in given]
    for name in names:
        if name not in known:
            raise RefusedError(f"There is no option {name}.")
        if names.count(name) > 1:
            raise RefusedError(f"The option {name} is there twice.")
    missing = [name for name, option in known.items() if option.get("required") and name not in names]
    if missing and not partial:
        raise RefusedError(f"The option {missing[0]} is required.")
    return [_option(known[str(item["name"])], item, resolver, partial=partial) for item in given], []


def _option(option: Json, given: Json, resolver: Resolver, *, partial: bool) -> Json:
    value: Any = given.get("value")
    sent: Json = {"name": option["name"], "type": option["type"]}
    if not partial:
        return sent | {"value": converted(option, value, resolver)}
    if given.get("focused"):
        return sent | {"value": "" if value is None else str(value), "focused": True}
    try:
        return sent | {"value": converted(option, value, resolver)}
    except RefusedError:
        return sent | {"value": value}


def component_data(world: World, channel: Channel, components: list[Json], frame: Json) -> Json:
    """Return the data of a pressed button or a used select of a message.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    custom_id = frame.get("custom_id")
    found = next((part for part in walk(components) if part.get("custom_id") == custom_id), None)
    if found is None or found.get("disabled") or custom_id is None:
        raise RefusedError("This component cannot be used.")
    kind = found["type"]
    data: Json = {"custom_id": custom_id, "component_type": kind, "id": found["id"]}
    if kind == BUTTON:
        return data
    if kind not in SELECTS:
        raise RefusedError("This component cannot be used.")
    resolver = Resolver(world, channel)
    data["values"] = chosen_values(found, frame.get("values"), resolver)
    if kind != STRING_SELECT:
        data["resolved"] = resolver.resolved
    return data


def chosen_values(select: Json, values: Any, resolver: Resolver, *, least_default: int = 1) -> list[str]:
    """Return a select's values, each of them on offer, and neither too few nor too many."""
    chosen = [str(value) for value in cast("list[Any]", values)] if isinstance(values, list) else []
    least, most = select.get("min_values", least_default), select.get("max_values", 1)
    if least_default == 0 and not chosen:
        return []
    if not least <= len(chosen) <= most or len(set(chosen)) != len(chosen):
        raise RefusedError(f"Choose {least} of the options." if least == most else f"Choose {least} to {most} options.")
    if select["type"] == STRING_SELECT or "options" in select:
        offered = {option["value"] for option in select["options"]}
        if not offered.issuperset(chosen):
            raise RefusedError("That is not one of the options.")
        return chosen
    return [resolver.entity(select["type"], value) for value in chosen]


def _list(value: Any) -> list[Json]:
    """Return the JSON objects of a list that came from a page; anything else counts as none."""
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Json", item) for item in items if isinstance(item, dict)]
