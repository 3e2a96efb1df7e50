"""Limits of a modal and of the components that stand in one only.

Source: https://discord.com/developers/docs/components/reference and "Modal" in
https://discord.com/developers/docs/interactions/receiving-and-responding.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.playground.strict.components import (
    ACTION_ROW,
    CHECKBOX,
    CHECKBOX_GROUP,
    CUSTOM_ID,
    FILE_UPLOAD,
    ID,
    LABEL,
    OPTION_EXTRAS,
    OPTION_FIELDS,
    RADIO_GROUP,
    SELECTS,
    TEXT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    UNIQUE_IDS,
    choice_bounds,
    group_bounds,
    option_values,
    row_width,
)
from bot.playground.strict.fault import Fault, Path, fault
from bot.playground.strict.shape import Boolean, Integer, Items, Model, OneOf, Shape, Text, Union, Unused


def _text_lengths(component: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    most = component.get("max_length", 4_000)
    if component.get("min_length", 0) > most:
        yield fault((*path, "min_length"), "NUMBER_TYPE_MAX", most=most)
    if len(component.get("value", "")) > most:
        yield fault((*path, "value"), "BASE_TYPE_MAX_LENGTH", most=most)


def _row_has_labels(row: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Outside a label component a text input carries its own label."""
    for index, component in enumerate(row["components"]):
        if not component.get("label"):
            yield fault((*path, "components", index, "label"), "BASE_TYPE_REQUIRED")


def _required_needs_one(component: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """`min_values` must be omitted or at least 1 where `required` is omitted or true."""
    if component.get("min_values") == 0 and component.get("required", True):
        yield fault((*path, "min_values"), "NUMBER_TYPE_MIN", least=1)


_TEXT_INPUT: Final = Model(
    needs={"custom_id": CUSTOM_ID, "style": OneOf((1, 2))},
    allows={
        "id": ID,
        "label": Text(1, 45),
        "value": Text(0, 4_000),
        "placeholder": Text(0, 100),
        "required": Boolean(),
        "min_length": Integer(0, 4_000),
        "max_length": Integer(1, 4_000),
    },
    rules=(_text_lengths,),
)
_MODAL_SELECTS: Final = {
    kind: Model(
        needs=select.needs,
        allows={**select.allows, "disabled": Unused("COMPONENT_FIELD_INVALID")},
        rules=(*select.rules, _required_needs_one),
    )
    for kind, select in SELECTS.items()
}
_OPTION: Final = Model(needs=OPTION_FIELDS, allows=OPTION_EXTRAS)
_VALUE_COUNTS: Final[Mapping[str, Shape]] = {"min_values": Integer(0, 10), "max_values": Integer(1, 10)}
_FIELDS: Final[Mapping[str, Shape]] = {"id": ID, "required": Boolean()}

_LABEL: Final = Model(
    needs={
        "label": Text(1, 45),
        "component": Union(
            {
                TEXT_INPUT: _TEXT_INPUT,
                **_MODAL_SELECTS,
                FILE_UPLOAD: Model(
                    needs={"custom_id": CUSTOM_ID},
                    allows={**_FIELDS, **_VALUE_COUNTS, "file_types": Items(Text(1, 100), 0, 10)},
                    rules=(choice_bounds, _required_needs_one),
                ),
                RADIO_GROUP: Model(
                    needs={"custom_id": CUSTOM_ID, "options": Items(_OPTION, 2, 10)},
                    allows=_FIELDS,
                    rules=(option_values, choice_bounds),
                ),
                CHECKBOX_GROUP: Model(
                    needs={"custom_id": CUSTOM_ID, "options": Items(_OPTION, 1, 10)},
                    allows={**_FIELDS, **_VALUE_COUNTS},
                    rules=(option_values, group_bounds, _required_needs_one),
                ),
                CHECKBOX: Model(needs={"custom_id": CUSTOM_ID}, allows={"id": ID, "default": Boolean()}),
            }
        ),
    },
    allows={"id": ID, "description": Text(1, 100)},
)
# Deprecated but accepted: one text input in an action row.
_ROW: Final = Model(
    needs={"components": Items(Union({TEXT_INPUT: _TEXT_INPUT}), 1, 5)},
    allows={"id": ID},
    rules=(row_width, _row_has_labels),
)

MODAL: Final = Model(
    needs={
        "custom_id": CUSTOM_ID,
        "title": Text(1, 45),
        "components": Items(Union({ACTION_ROW: _ROW, TEXT_DISPLAY: TEXT, LABEL: _LABEL}), 1, 5, rules=UNIQUE_IDS),
    }
)
