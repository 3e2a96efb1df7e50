"""From a filled-in modal to the `data` of its submission, checked as a Discord client checks it. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from bot.playground.message import walk
from bot.playground.request import chosen_values
from bot.playground.resolve import RefusedError, Resolver

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.ids import Json
    from bot.playground.model import Channel
    from bot.playground.world import World

ACTION_ROW, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 3, 4, 10, 18
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23

LONGEST_TEXT = 4000
"""Characters that a text input may take (Discord's documentation, "Text Input Structure")."""


def modal_data(world: World, channel: Channel, modal: Json, frame: Json) -> Json:
    """Return the data of a modal's submission: its own layout, with what the person put in.

    Raises:
        RefusedError: with the sentence that says what is wrong.
    """
    if frame.get("custom_id") != modal["custom_id"]:
        raise RefusedError("This form is not open any more.")
    submitted = cast("list[Any]", frame.get("components")) if isinstance(frame.get("components"), list) else []
    given = {
        part.get("custom_id"): part for part in walk(cast("Json", item) for item in submitted if isinstance(item, dict))
    }
    resolver = Resolver(world, channel)
    components = [_filled(part, given, resolver) for part in cast("list[Json]", modal["components"])]
    data: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data


def _filled(part: Json, given: dict[Any, Json], resolver: Resolver) -> Json:
    shell: Json = {"type": part["type"], "id": part["id"]}
    match part["type"]:
        case kind if kind == ACTION_ROW:
            return shell | {"components": [_input(child, child, given, resolver) for child in part["components"]]}
        case kind if kind == LABEL:
            return shell | {"component": _input(part["component"], part, given, resolver)}
        case _:
            return shell


def _input(part: Json, titled: Json, given: dict[Any, Json], resolver: Resolver) -> Json:
    """Return one input with its value; `titled` is the component that bears its label."""
    fill: dict[int, Callable[[Json, Json], Json]] = {
        TEXT_INPUT: _text,
        RADIO_GROUP: _radio,
        CHECKBOX: lambda _part, answer: {"value": answer.get("value") is True},
        CHECKBOX_GROUP: lambda part, answer: {"values": _checked(part, answer, resolver)},
        FILE_UPLOAD: _no_files,
    }
    answer = given.get(part["custom_id"], {})
    try:
        filled = fill.get(part["type"], lambda part, answer: {"values": _selected(part, answer, resolver)})(
            part, answer
        )
    except RefusedError as refused:
        raise RefusedError(f"{titled.get('label') or 'This field'}: {refused}") from None
    return {"type": part["type"], "id": part["id"], "custom_id": part["custom_id"]} | filled


def _is_required(part: Json) -> bool:
    return part.get("required") is not False


def _text(part: Json, answer: Json) -> Json:
    text = str(answer.get("value") or "")
    if not text:
        if _is_required(part):
            raise RefusedError("please write something.")
        return {"value": ""}
    least, most = part.get("min_length") or 0, part.get("max_length") or LONGEST_TEXT
    if not least <= len(text) <= most:
        raise RefusedError(f"please write {least} to {most} characters.")
    return {"value": text}


def _radio(part: Json, answer: Json) -> Json:
    value = answer.get("value")
    if value is None and not _is_required(part):
        return {"value": None}
    if value not in [option["value"] for option in part["options"]]:
        raise RefusedError("please choose one.")
    return {"value": value}


def _selected(part: Json, answer: Json, resolver: Resolver) -> list[str]:
    return chosen_values(part, answer.get("values"), resolver, least_default=int(_is_required(part)))


def _checked(part: Json, answer: Json, resolver: Resolver) -> list[str]:
    every = {"max_values": len(part["options"])} | part
    return chosen_values(every, answer.get("values"), resolver, least_default=int(_is_required(part)))


def _no_files(part: Json, _answer: Json) -> Json:
    if _is_required(part):
        raise RefusedError("files cannot be uploaded here.")
    return {"values": []}
