"""From a filled-in modal to the `data` of its submission, checked as a Discord client checks it. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.components import Component, walk
from bot.playground.request import chosen_values
from bot.playground.resolve import RefusedError, Resolver
from bot.playground.wire import Json, objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.playground.model import Channel
    from bot.playground.world import World

LONGEST_TEXT = 4000
"""Characters that a text input may take (Discord's documentation, "Text Input Structure")."""


def modal_data(world: World, channel: Channel, modal: Json, frame: Json) -> Json:
    """Return the data of a modal's submission: its own layout, with what the person put in.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    if frame.get("custom_id") != modal["custom_id"]:
        raise RefusedError("This form is not open any more.")
    given = {str(part.get("custom_id")): part for part in walk(objects(frame.get("components")))}
    resolver = Resolver(world, channel)
    components = [_filled(part, given, resolver) for part in objects(modal["components"])]
    data: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data


def _filled(part: Json, given: Mapping[str, Json], resolver: Resolver) -> Json:
    """Return a component of the modal as it is submitted: inputs with their values, the rest by type and id."""
    shell: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == Component.ACTION_ROW:
        return shell | {"components": [_input(child, child, given, resolver) for child in part["components"]]}
    if part["type"] == Component.LABEL:
        return shell | {"component": _input(part["component"], part, given, resolver)}
    return shell


def _input(part: Json, titled: Json, given: Mapping[str, Json], resolver: Resolver) -> Json:
    """Return one input with its value; `titled` is the component that bears its label."""
    answer = given.get(part["custom_id"], {})
    try:
        value = _value(part, answer, resolver)
    except RefusedError as refused:
        raise RefusedError(f"{titled['label']}: {refused}") from None
    return {"type": part["type"], "id": part["id"], "custom_id": part["custom_id"]} | value


def _value(part: Json, answer: Json, resolver: Resolver) -> Json:
    """Return `value` or `values` of an input (Discord's documentation, "Component Interaction Response Structures")."""
    required = part.get("required") is not False
    match part["type"]:
        case Component.TEXT_INPUT:
            return {"value": _text(part, str(answer.get("value") or ""), required=required)}
        case Component.RADIO_GROUP:
            return {"value": _radio(part, answer.get("value"), required=required)}
        case Component.CHECKBOX:
            return {"value": answer.get("value") is True}
        case Component.FILE_UPLOAD if required:
            raise RefusedError("Files cannot be uploaded here.")
        case Component.FILE_UPLOAD:
            return {"values": []}
        case _:
            pass
    if not required and not answer.get("values"):
        return {"values": []}
    return {"values": chosen_values(part, answer.get("values"), resolver)}


def _text(part: Json, text: str, *, required: bool) -> str:
    if not text and not required:
        return text
    least, most = part.get("min_length") or int(required), part.get("max_length") or LONGEST_TEXT
    if not least <= len(text) <= most:
        raise RefusedError(f"Write {least} to {most} characters.")
    return text


def _radio(part: Json, value: object, *, required: bool) -> object:
    if value is None and not required:
        return None
    if value not in [option["value"] for option in part["options"]]:
        raise RefusedError("Choose one.")
    return value
