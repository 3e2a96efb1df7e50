"""Each limit twice: the largest (or smallest) value that Discord takes in a good body, and the next, refused."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.playground.strict import (
    Fault,
    command_faults,
    command_list_faults,
    interaction_response_faults,
    message_faults,
)
from tests.discord_openapi import violations
from tests.playground.strict_bodies import (
    CHOICES,
    COMMAND,
    LAYOUT,
    MESSAGE,
    MODAL,
    ROWS,
    Body,
    buttons,
    commands,
    labels,
    menus,
    options,
    parameter,
    pictures,
    rows,
    texts,
    told,
)


def x(length: int) -> str:
    return "x" * length


def parameters_of_size(size: int) -> list[Body]:
    """Make parameters whose names, descriptions and choices are `size` characters together."""
    made = [parameter(n, choices=[{"name": "n", "value": "v"} for _ in range(5)]) for n in range(20)]
    size -= sum(len(p["name"]) + len(p["description"]) + 10 for p in made)
    for choice in (choice for p in made for choice in p["choices"]):
        longer = min(size, 99)
        choice["name"] += x(longer)
        size -= longer
    return made


# What a route says of a body, and where Discord describes it.

COMMANDS = "/applications/{application_id}/commands"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


@dataclass(frozen=True)
class Route:
    good: Body
    check: Callable[[Body], list[Fault]]
    method: str
    path: str

    def sent(self, at: str, value: Any) -> Any:
        """The good body with one value replaced: the one the dotted path leads to."""
        body: Any = copy.deepcopy(self.good)
        *steps, last = (int(step) if step.isdigit() else step for step in at.split("."))
        node = body
        for step in steps:
            node = node[step]
        node[last] = value
        return body.get("commands", body)


def _answer(kind: int) -> Callable[[Any], list[Fault]]:
    return lambda body: interaction_response_faults(body, interaction_type=kind, existing=None)


message = Route(MESSAGE, message_faults, "POST", "/channels/{channel_id}/messages")
row = Route(ROWS, message_faults, "POST", "/channels/{channel_id}/messages")
layout = Route(LAYOUT, message_faults, "POST", "/webhooks/{webhook_id}/{webhook_token}")
modal = Route(MODAL, _answer(2), "POST", CALLBACK)
choices = Route(CHOICES, _answer(4), "POST", CALLBACK)
command = Route(COMMAND, lambda body: command_faults(body, guild=False), "POST", COMMANDS)
command_list = Route({"commands": commands(1)}, lambda body: command_list_faults(body, guild=False), "PUT", COMMANDS)

LONG = "BASE_TYPE_MAX_LENGTH"
LENGTH = "BASE_TYPE_BAD_LENGTH"
LESS = "NUMBER_TYPE_MIN"
MORE = "NUMBER_TYPE_MAX"
CHOICE = "BASE_TYPE_CHOICES"
DEFAULTS = "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"

Limit = tuple[Route, str, Any, Any, str] | tuple[Route, str, Any, Any, str, str]
"""Route, place of the value, value that fits, value that does not, code, and the place told where it differs."""

LIMITS: list[Limit] = [
    (message, "content", x(2_000), x(2_001), LONG),
    (message, "nonce", x(25), x(26), "NONCE_TYPE_TOO_LONG"),
    (message, "sticker_ids", ["1"] * 3, ["1"] * 4, LONG),
    (message, "allowed_mentions.users", [str(n) for n in range(100)], [str(n) for n in range(101)], LONG),
    (message, "allowed_mentions.roles", [str(n) for n in range(100)], [str(n) for n in range(101)], LONG),
    (message, "embeds", [{"title": "t"}] * 10, [{"title": "t"}] * 11, LONG),
    (message, "embeds.0.title", x(256), x(257), LONG),
    (message, "embeds.0.description", x(4_096), x(4_097), LONG),
    (message, "embeds.0.author.name", x(256), x(257), LENGTH),
    (message, "embeds.0.footer.text", x(2_048), x(2_049), LENGTH),
    (message, "embeds.0.fields", [{"name": "n", "value": "v"}] * 25, [{"name": "n", "value": "v"}] * 26, LONG),
    (message, "embeds.0.fields.0.name", x(256), x(257), LENGTH),
    (message, "embeds.0.fields.0.name", "x", " ", "BASE_TYPE_REQUIRED"),
    (message, "embeds.0.fields.0.value", x(1_024), x(1_025), LENGTH),
    (message, "embeds.0.color", 0xFFFFFF, 0x1000000, MORE),
    (
        *(message, "embeds", [{"description": x(3_000)}, {"description": x(3_000)}]),
        *([{"description": x(3_000)}, {"title": "t", "description": x(3_000)}], "MAX_EMBED_SIZE_EXCEEDED"),
    ),
    (row, "components", rows(5), rows(6), LONG),
    (row, "components.0.components", buttons(5), buttons(6), LENGTH),
    (row, "components.0.components", buttons(1), [], LENGTH),
    (row, "components.0.components.0.custom_id", x(100), x(101), LENGTH),
    (row, "components.0.components.0.custom_id", "x", "", LENGTH),
    (row, "components.0.components.0.label", x(80), x(81), LONG),
    (row, "components.0.components.0.style", 4, 7, CHOICE),
    (row, "components.1.components.0.url", "https://".ljust(512, "x"), "https://".ljust(513, "x"), LONG),
    (row, "components.2.components.0.options", options(25), options(26), LENGTH),
    (row, "components.2.components.0.options", options(1), [], LENGTH),
    (row, "components.2.components.0.options.0.label", x(100), x(101), LENGTH),
    (row, "components.2.components.0.options.0.value", x(100), x(101), LENGTH),
    (row, "components.2.components.0.options.0.description", x(100), x(101), LONG),
    (row, "components.2.components.0.placeholder", x(150), x(151), LONG),
    (row, "components.2.components.0.max_values", 3, 4, MORE),
    (row, "components.2.components.0.max_values", 1, 0, LESS),
    (row, "components.2.components.0.min_values", 1, 2, MORE),
    (
        row,
        "components.2.components.0.options",
        options(3, 1),
        options(3, 2),
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    (row, "components.3.components.0.max_values", 25, 26, MORE),
    (row, "components.3.components.0.min_values", 0, -1, LESS),
    (layout, "components", texts(40), texts(41), LONG),
    (
        *(layout, "components.4.components", texts(33), texts(34), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        "components",
    ),
    (
        *(layout, "components.4.components.0.content", x(3_994), x(3_995)),
        *("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "components"),
    ),
    (layout, "components.0.content", "x", "", LENGTH),
    (layout, "components.1.components", texts(3), texts(4), LENGTH),
    (layout, "components.1.components", texts(1), [], LENGTH),
    (
        layout,
        "components.2.items",
        LAYOUT["components"][2]["items"] * 10,
        LAYOUT["components"][2]["items"] * 11,
        LENGTH,
    ),
    (layout, "components.2.items", pictures(1), [], LENGTH),
    (layout, "components.2.items.0.description", x(1_024), x(1_025), LENGTH),
    (layout, "components.3.spacing", 1, 3, CHOICE),
    (layout, "components.4.accent_color", 0xFFFFFF, 0x1000000, MORE),
    (layout, "components.4.components", texts(1), [], LENGTH),
    (modal, "data.title", x(45), x(46), LENGTH),
    (modal, "data.custom_id", x(100), x(101), LENGTH),
    (modal, "data.components", labels(5), labels(6), LENGTH),
    (modal, "data.components", labels(1), [], LENGTH),
    (modal, "data.components.0.label", x(45), x(46), LENGTH),
    (modal, "data.components.0.description", x(100), x(101), LENGTH),
    (modal, "data.components.0.component.custom_id", x(100), x(101), LENGTH),
    (modal, "data.components.0.component.placeholder", x(100), x(101), LONG),
    (modal, "data.components.0.component.value", x(20), x(21), LONG),
    (modal, "data.components.0.component.min_length", 20, 21, MORE),
    (modal, "data.components.0.component.max_length", 4_000, 4_001, MORE),
    (modal, "data.components.1.component.options", options(2), options(1), LENGTH),
    (modal, "data.components.1.component.options", options(10), options(11), LENGTH),
    (modal, "data.components.2.component.options", options(1), [], LENGTH),
    (modal, "data.components.2.component.options", options(10), options(11), LENGTH),
    (modal, "data.components.2.component.min_values", 3, 4, MORE),
    (modal, "data.components.2.component.min_values", 1, 0, LESS),
    (modal, "data.components.3.component.max_values", 10, 11, MORE),
    (modal, "data.components.4.component.disabled", False, True, "COMPONENT_FIELD_INVALID"),
    (choices, "data.choices", CHOICES["data"]["choices"] * 25, CHOICES["data"]["choices"] * 26, LONG),
    (choices, "data.choices.0.name", x(100), x(101), LENGTH),
    (choices, "data.choices.0.name", "x", "", LENGTH),
    (choices, "data.choices.0.value", x(100), x(101), LONG),
    (choices, "data.choices.0.value", 2**53 - 1, 2**53, MORE),
    (command, "name", x(32), x(33), LENGTH),
    (command, "name", "x", "", LENGTH),
    (command, "description", x(100), x(101), LENGTH),
    (command, "description", "x", "", LENGTH),
    (command, "options", [parameter(n) for n in range(25)], [parameter(n) for n in range(26)], LONG),
    (command, "options.0.name", x(32), x(33), LENGTH),
    (command, "options.0.description", x(100), x(101), LENGTH),
    (command, "options.0.choices", [{"name": "n", "value": "v"}] * 25, [{"name": "n", "value": "v"}] * 26, LONG),
    (command, "options.0.choices.0.name", x(100), x(101), LENGTH),
    (command, "options.0.choices.0.value", x(100), x(101), LONG),
    (command, "options.0.max_length", 6_000, 6_001, MORE),
    (command, "options.1.min_value", 8, 9, MORE),
    (command, "options.1.max_value", 2**53 - 1, 2**53, MORE),
    (command, "contexts.0", 2, 3, CHOICE),
    (command, "integration_types.0", 1, 2, CHOICE),
    (command, "default_member_permissions", str(2**54 - 1), str(2**54), MORE),
    (command, "options", parameters_of_size(7_980), parameters_of_size(7_981), "APPLICATION_COMMAND_TOO_LARGE", ""),
    (command_list, "commands", commands(100), commands(101), LONG, ""),
    (command_list, "commands", menus(15), menus(16), LONG, ""),
]


def _name(limit: Any) -> str:
    return f"{limit[1]}-{limit[4]}"


@pytest.mark.parametrize("limit", LIMITS, ids=_name)
def test_a_value_at_the_limit_is_taken_and_the_next_is_refused(limit: Limit):
    route, at, fits, breaks, code, *elsewhere = limit
    assert route.check(route.sent(at, fits)) == []
    place = elsewhere[0] if elsewhere else at
    assert told(route.check(route.sent(at, breaks))) == [(place, code)]


@pytest.mark.parametrize("limit", LIMITS, ids=_name)
def test_what_is_taken_keeps_to_discords_own_description(limit: Limit):
    route, at, fits, *_ = limit
    assert violations(route.method, route.path, route.sent(at, fits)) == []
