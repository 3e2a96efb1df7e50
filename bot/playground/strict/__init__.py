"""Discord's strictness as pure functions: a body comes in, its faults come out. Nothing waits, nothing is stored.

A body of the wrong shape is told its wrong parts; rules between parts are looked at once each part has its
shape, as Discord does. Limits stand in tables (`components`, `modals`, `message`, `commands`), walked by one
engine (`shape`).
"""

from bot.playground.strict.commands import command_faults, command_list_faults
from bot.playground.strict.fault import Fault, error_body
from bot.playground.strict.interaction import interaction_response_faults
from bot.playground.strict.message import IS_COMPONENTS_V2, is_empty_message, message_faults

__all__ = [
    "IS_COMPONENTS_V2",
    "Fault",
    "command_faults",
    "command_list_faults",
    "error_body",
    "interaction_response_faults",
    "is_empty_message",
    "message_faults",
]
