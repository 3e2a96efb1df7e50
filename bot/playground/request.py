"""From what a person did on the page to an interaction's `data`, checked as a Discord client checks it. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.components import SELECTS, Component, walk
from bot.playground.interaction import Ask
from bot.playground.permissions import Permission
from bot.playground.registry import CHAT_INPUT
from bot.playground.resolve import RefusedError, Resolver, converted
from bot.playground.wire import Json, as_list, objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.playground.interaction import Interaction
    from bot.playground.message import Message
    from bot.playground.model import Channel, Member
    from bot.playground.world import World

SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2


def commands_for(world: World, member: Member, channel: Channel | None) -> list[Json]:
    """Return the slash commands that a member can use in a channel, or, without one, in the server as a whole.

    The server's own commands hide global ones of their name.
    """
    direct = channel is not None and channel.guild_id is None
    guild_id = None if direct else member.guild_id
    if not world.bot_is_in(guild_id):
        return []
    held = world.permissions(member, channel)
    by_name: dict[str, Json] = {}
    for command in world.commands.usable(guild_id):
        contexts = command["contexts"]
        fits = contexts is None or int(direct) in contexts
        if command["type"] == CHAT_INPUT and fits and (direct or _may_use(command, held)):
            by_name[command["name"]] = command
    return list(by_name.values())


def _may_use(command: Json, held: int) -> bool:
    """Tell whether a member with these permissions may use a command of the server.

    `"0"` leaves it to administrators (Discord's documentation, "Application Command Permissions").
    """
    declared = command["default_member_permissions"]
    needed = Permission.ADMINISTRATOR if declared == "0" else int(declared or 0)
    return held & needed == needed and bool(held & Permission.USE_APPLICATION_COMMANDS)


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
    options, words = _options(command, objects(frame.get("options")), resolver, partial=partial)
    data: Json = {"id": command["id"], "name": name, "type": CHAT_INPUT, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data, " ".join([name, *words])


def _options(holder: Json, given: list[Json], resolver: Resolver, *, partial: bool) -> tuple[list[Json], list[str]]:
    """Return the options as Discord sends them, and the names of the subcommands on the way."""
    known: dict[str, Json] = {option["name"]: option for option in objects(holder.get("options"))}
    subcommands = [name for name, option in known.items() if option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)]
    if subcommands:
        chosen = known.get(str(given[0].get("name"))) if len(given) == 1 else None
        if chosen is None:
            raise RefusedError(f"Choose one of: {', '.join(subcommands)}.")
        options, words = _options(chosen, objects(given[0].get("options")), resolver, partial=partial)
        return [{"name": chosen["name"], "type": chosen["type"], "options": options}], [chosen["name"], *words]
    values = {str(option.get("name")): option for option in given}
    if len(values) < len(given):
        raise RefusedError("Each option can be given once.")
    for name in values:
        if name not in known:
            raise RefusedError(f"There is no option {name}.")
    for name, option in known.items():
        if option.get("required") and name not in values and not partial:
            raise RefusedError(f"The option {name} is required.")
    return [_option(known[name], value, resolver, partial=partial) for name, value in values.items()], []


def _option(option: Json, given: Json, resolver: Resolver, *, partial: bool) -> Json:
    """Return one option with its value; a value that is still being typed is sent as it is."""
    value: Any = given.get("value")
    sent: Json = {"name": option["name"], "type": option["type"]}
    if partial and given.get("focused"):
        return sent | {"value": "" if value is None else str(value), "focused": True}
    try:
        return sent | {"value": converted(option, value, resolver)}
    except RefusedError:
        if partial:
            return sent | {"value": value}
        raise


def component_data(world: World, message: Message, frame: Json) -> Json:
    """Return the data of a pressed button or a used select of a message.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    custom_id, channel = frame.get("custom_id"), message.channel
    if not world.bot_is_in(channel.guild_id):
        raise RefusedError("This interaction failed")
    usable = (part for part in walk(message.components) if "custom_id" in part and not part.get("disabled"))
    found = next((part for part in usable if part["custom_id"] == custom_id), None)
    if found is None:
        raise RefusedError("This component cannot be used.")
    data: Json = {"custom_id": custom_id, "component_type": found["type"], "id": found["id"]}
    if found["type"] in SELECTS:
        resolver = Resolver(world, channel)
        data["values"] = chosen_values(found, frame.get("values"), resolver)
        if found["type"] != Component.STRING_SELECT:
            data["resolved"] = resolver.resolved
    return data


def use(
    world: World, member: Member, message: Message, custom_id: str, values: Sequence[str] | None = None
) -> Interaction:
    """Let a member use a component of a message without a tab of the page: how a crowd is put before a bot.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    if not world.sees(member, message):
        raise RefusedError("That message is gone.")
    data = component_data(world, message, {"custom_id": custom_id, "values": values and [*values]})
    return world.ask(Ask.COMPONENT, member, message.channel, data, message=message)


def type_command(world: World, member: Member, channel: Channel, line: str, **options: Any) -> Interaction:
    """Let a member use a slash command without a tab of the page; `line` as typed, with subcommands: "round start".

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    if not world.may(member, channel, Permission.VIEW_CHANNEL):
        raise RefusedError("That channel is not here.")
    first, *words = line.split()
    given: list[Json] = [{"name": name, "value": value} for name, value in options.items()]
    for word in reversed(words):
        given = [{"name": word, "options": given}]
    data, name = command_data(world, member, channel, {"name": first, "options": given})
    return world.ask(Ask.COMMAND, member, channel, data, command_name=name)


def chosen_values(select: Json, given: Any, resolver: Resolver) -> list[str]:
    """Return the values chosen in a select, each of them on offer, and neither too few nor too many.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    chosen = [str(value) for value in as_list(given)]
    least, most = select["min_values"], select["max_values"]
    if not least <= len(chosen) <= most or len(set(chosen)) < len(chosen):
        raise RefusedError(f"Choose {least if least == most else f'{least} to {most}'}.")
    if "options" not in select:
        return [resolver.entity(select, value) for value in chosen]
    if not {option["value"] for option in select["options"]}.issuperset(chosen):
        raise RefusedError("That is not one of the options.")
    return chosen
