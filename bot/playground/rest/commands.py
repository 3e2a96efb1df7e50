"""Routes that register application commands, global ones and those of single servers."""

from __future__ import annotations

from bot.playground.errors import refusal
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route
from bot.playground.strict import command_faults, command_list_faults
from bot.playground.wire import as_object, objects


def _scope(call: Call) -> int | None:
    """Return where the path's commands live: None for global ones, else the server's id."""
    if call.id("application_id") != call.world.application_id:
        raise refusal("not_your_application")
    return call.guild().id if "guild_id" in call.path else None


def listed(call: Call) -> Reply:
    """Return the commands."""
    return Reply(body=call.world.commands.listed(_scope(call)))


def replace(call: Call) -> Reply:
    """Make the body's commands the only ones."""
    scope = _scope(call)
    call.check(lambda: command_list_faults(call.body, guild=scope is not None))
    return Reply(body=call.world.commands.replace(scope, objects(call.body)))


def add(call: Call) -> Reply:
    """Register one command; 201 when its name is new, 200 when it took another's place."""
    scope = _scope(call)
    call.check(lambda: command_faults(call.body, guild=scope is not None))
    command, new = call.world.commands.add(scope, as_object(call.body))
    return Reply(201 if new else 200, command)


def one(call: Call) -> Reply:
    """Return one command."""
    return Reply(body=call.world.commands.get(_scope(call), call.id("command_id")))


def change(call: Call) -> Reply:
    """Change what the body names of a command."""
    scope, body = _scope(call), as_object(call.body)
    command = call.world.commands.get(scope, call.id("command_id"))
    call.check(lambda: command_faults(command | body, guild=scope is not None))
    return Reply(body=call.world.commands.change(scope, command, body))


def remove(call: Call) -> Reply:
    """Remove a command."""
    call.world.commands.remove(_scope(call), call.id("command_id"))
    return NO_CONTENT


def _routes(prefix: str) -> tuple[Route, ...]:
    return (
        Route("GET", prefix, listed),
        Route("PUT", prefix, replace),
        Route("POST", prefix, add),
        Route("GET", prefix + "/{command_id}", one),
        Route("PATCH", prefix + "/{command_id}", change),
        Route("DELETE", prefix + "/{command_id}", remove),
    )


ROUTES = (
    *_routes("/applications/{application_id}/commands"),
    *_routes("/applications/{application_id}/guilds/{guild_id}/commands"),
)
