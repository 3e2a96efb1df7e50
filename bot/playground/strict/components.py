"""Limits of message components, a table each, and the rules of a layout. Modals stand in `modals`.

Source, unless a table says otherwise: https://discord.com/developers/docs/components/reference and the request
schemas of Discord's OpenAPI description (`…ComponentForMessageRequest`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bot.playground.strict.fault import Fault, Path, fault
from bot.playground.strict.shape import SNOWFLAKE, Boolean, Integer, Items, Model, OneOf, Shape, Text, Union, Url

ACTION_ROW: Final = 1
BUTTON: Final = 2
STRING_SELECT: Final = 3
TEXT_INPUT: Final = 4
USER_SELECT: Final = 5
ROLE_SELECT: Final = 6
MENTIONABLE_SELECT: Final = 7
CHANNEL_SELECT: Final = 8
SECTION: Final = 9
TEXT_DISPLAY: Final = 10
THUMBNAIL: Final = 11
MEDIA_GALLERY: Final = 12
FILE: Final = 13
SEPARATOR: Final = 14
CONTAINER: Final = 17
LABEL: Final = 18
FILE_UPLOAD: Final = 19
RADIO_GROUP: Final = 21
CHECKBOX_GROUP: Final = 22
CHECKBOX: Final = 23

MAX_COMPONENTS: Final = 40
MAX_TEXT: Final = 4_000
MAX_ROW_WIDTH: Final = 5

Found = tuple[Mapping[str, Any], Path]


def walk(components: list[Any], path: Path) -> Iterator[Found]:
    """Yield every component of a layout, nested ones too, each with its path, in the order they are shown."""
    for index, component in enumerate(components):
        yield from _descend(component, (*path, index))


def _descend(component: Mapping[str, Any], path: Path) -> Iterator[Found]:
    yield component, path
    yield from walk(component.get("components", []), (*path, "components"))
    for slot in ("accessory", "component"):
        if slot in component:
            yield from _descend(component[slot], (*path, slot))


def media_urls(components: list[Any], path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the address of every file and picture in a layout, each with its path."""
    for component, at in walk(components, path):
        for slot in ("media", "file"):
            if slot in component:
                yield component[slot]["url"], (*at, slot, "url")
        for index, item in enumerate(component.get("items", [])):
            yield item["media"]["url"], (*at, "items", index, "media", "url")


# Rules between the parts of a component.


def unique(name: str, code: str) -> Callable[[list[Any], Path], Iterator[Fault]]:
    """Make a rule: no two components of a layout share a value of `name`. 0 and null stand for "none"."""

    def rule(components: list[Any], path: Path) -> Iterator[Fault]:
        seen: set[Any] = set()
        for component, at in walk(components, path):
            value = component.get(name)
            if value and value in seen:
                yield fault((*at, name), code)
            seen.add(value)

    return rule


UNIQUE_IDS: Final = (
    unique("id", "COMPONENT_ID_DUPLICATED"),
    unique("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
)


def _total_components(components: list[Any], path: Path) -> Iterator[Fault]:
    if sum(1 for _ in walk(components, path)) > MAX_COMPONENTS:
        yield fault(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", most=MAX_COMPONENTS)


def _total_text(components: list[Any], path: Path) -> Iterator[Fault]:
    """Add up the text displays.

    Source: Discord's answer "Components displayable text size exceeds maximum size of 4000".
    """
    texts = (part["content"] for part, _ in walk(components, path) if part["type"] == TEXT_DISPLAY)
    if sum(map(len, texts)) > MAX_TEXT:
        yield fault(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", most=MAX_TEXT)


def row_width(row: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Let five buttons stand in an action row, or one of anything else: that takes the whole width."""
    width = 0
    for index, component in enumerate(row["components"]):
        width += 1 if component["type"] == BUTTON else MAX_ROW_WIDTH
        if width > MAX_ROW_WIDTH:
            yield fault((*path, "components", index), "COMPONENT_LAYOUT_WIDTH_EXCEEDED")


_INTERACTIVE: Final = ({"custom_id": "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"}, ("url", "sku_id"))
_STYLES: Final[Mapping[int, tuple[Mapping[str, str], tuple[str, ...]]]] = {
    1: _INTERACTIVE,
    2: _INTERACTIVE,
    3: _INTERACTIVE,
    4: _INTERACTIVE,
    5: ({"url": "BASE_TYPE_REQUIRED"}, ("custom_id", "sku_id")),
    6: ({"sku_id": "BASE_TYPE_REQUIRED"}, ("custom_id", "url", "label", "emoji")),
}
"""What a button's style needs (and the code when it is missing) and what it forbids."""

_PREMIUM: Final = 6


def _button_style(button: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    needs, forbids = _STYLES[button["style"]]
    for name, code in needs.items():
        if not button.get(name):
            yield fault((*path, name), code)
    both = button.get("custom_id") and button.get("url")
    for name in forbids:
        if both and name in ("custom_id", "url"):
            yield fault((*path, name), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE")
        elif button.get(name):
            yield fault((*path, name), "COMPONENT_FIELD_INVALID")
    if button["style"] != _PREMIUM and not button.get("label") and not button.get("emoji"):
        yield fault((*path, "label"), "BASE_TYPE_REQUIRED")


def _is_emoji(emoji: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Refuse what is surely no emoji; which other characters are, only Discord's list says."""
    if "id" not in emoji and emoji["name"].isascii():
        yield fault((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI")


def option_values(component: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Refuse two options of one value."""
    seen: set[str] = set()
    for index, option in enumerate(component["options"]):
        if option["value"] in seen:
            yield fault((*path, "options", index), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED")
        seen.add(option["value"])


def choice_bounds(component: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Hold `min_values`, `max_values` (1 by default), the options and the defaults of a select together."""
    yield from _bounds(component, component.get("max_values", 1), path)


def group_bounds(component: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Do the same in a checkbox group, where all may be chosen by default."""
    yield from _bounds(component, component.get("max_values", len(component["options"])), path)


def _bounds(component: Mapping[str, Any], most: int, path: Path) -> Iterator[Fault]:
    options: list[Any] = component.get("options", [])
    if "options" in component and most > len(options):
        yield fault((*path, "max_values"), "NUMBER_TYPE_MAX", most=len(options))
    if component.get("min_values", 0) > most:
        yield fault((*path, "min_values"), "NUMBER_TYPE_MAX", most=most)
    chosen = [option for option in options if option.get("default")]
    for name, defaults in (("options", chosen), ("default_values", component.get("default_values", []))):
        if len(defaults) > most:
            yield fault((*path, name), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES")


# The tables.

ID: Final = Integer(0, 2**31 - 1)
CUSTOM_ID: Final = Text(1, 100)
_EMOJI: Final = Model(needs={"name": Text(0, 32)}, allows={"id": SNOWFLAKE, "animated": Boolean()}, rules=(_is_emoji,))
OPTION_FIELDS: Final[Mapping[str, Shape]] = {"label": Text(1, 100), "value": Text(1, 100)}
OPTION_EXTRAS: Final[Mapping[str, Shape]] = {"description": Text(0, 100), "default": Boolean()}
_SELECT_OPTION: Final = Model(needs=OPTION_FIELDS, allows={**OPTION_EXTRAS, "emoji": _EMOJI})

_SELECT_FIELDS: Final[Mapping[str, Shape]] = {
    "id": ID,
    "placeholder": Text(0, 150),
    "min_values": Integer(0, 25),
    "max_values": Integer(1, 25),
    "disabled": Boolean(),
    "required": Boolean(),
}


def _entity_select(*kinds: str, **more: Shape) -> Model:
    default = Model(needs={"id": SNOWFLAKE, "type": OneOf(kinds)})
    return Model(
        needs={"custom_id": CUSTOM_ID},
        allows={**_SELECT_FIELDS, "default_values": Items(default, 0, 25), **more},
        rules=(choice_bounds,),
    )


CHANNEL_TYPES: Final = Items(OneOf((0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)), 0, 25, unique=True)

SELECTS: Final[Mapping[int, Model]] = {
    STRING_SELECT: Model(
        needs={"custom_id": CUSTOM_ID, "options": Items(_SELECT_OPTION, 1, 25)},
        allows=_SELECT_FIELDS,
        rules=(option_values, choice_bounds),
    ),
    USER_SELECT: _entity_select("user"),
    ROLE_SELECT: _entity_select("role"),
    MENTIONABLE_SELECT: _entity_select("user", "role"),
    CHANNEL_SELECT: _entity_select("channel", channel_types=CHANNEL_TYPES),
}

_BUTTON: Final = Model(
    needs={"style": OneOf(tuple(_STYLES))},
    allows={
        "id": ID,
        "custom_id": CUSTOM_ID,
        "label": Text(0, 80),
        "emoji": _EMOJI,
        "url": Url(512, ("http", "https", "discord")),
        "sku_id": SNOWFLAKE,
        "disabled": Boolean(),
    },
    rules=(_button_style,),
)
_ACTION_ROW: Final = Model(
    needs={"components": Items(Union({BUTTON: _BUTTON, **SELECTS}), 1, 5)},
    allows={"id": ID},
    rules=(row_width,),
)
TEXT: Final = Model(needs={"content": Text(1, MAX_TEXT)}, allows={"id": ID})
_MEDIA: Final = Model(needs={"url": Url(2_048, ("http", "https", "attachment"))})
_UPLOADED: Final = Model(needs={"url": Url(2_048, ("attachment",))})
_MEDIA_EXTRAS: Final[Mapping[str, Shape]] = {"description": Text(1, 1_024), "spoiler": Boolean()}
_THUMBNAIL: Final = Model(needs={"media": _MEDIA}, allows={"id": ID, **_MEDIA_EXTRAS})
_SECTION: Final = Model(
    needs={
        "components": Items(Union({TEXT_DISPLAY: TEXT}), 1, 3),
        "accessory": Union({BUTTON: _BUTTON, THUMBNAIL: _THUMBNAIL}),
    },
    allows={"id": ID},
)
_GALLERY_ITEM: Final = Model(needs={"media": _MEDIA}, allows=_MEDIA_EXTRAS)
_CONTENTS: Final[Mapping[int, Model]] = {
    ACTION_ROW: _ACTION_ROW,
    SECTION: _SECTION,
    TEXT_DISPLAY: TEXT,
    MEDIA_GALLERY: Model(needs={"items": Items(_GALLERY_ITEM, 1, 10)}, allows={"id": ID}),
    FILE: Model(needs={"file": _UPLOADED}, allows={"id": ID, "spoiler": Boolean()}),
    SEPARATOR: Model(allows={"id": ID, "divider": Boolean(), "spacing": OneOf((1, 2))}),
}
_CONTAINER: Final = Model(
    needs={"components": Items(Union(_CONTENTS), 1, MAX_COMPONENTS)},
    allows={"id": ID, "accent_color": Integer(0, 0xFFFFFF), "spoiler": Boolean()},
)

LEGACY_LAYOUT: Final = Items(Union({ACTION_ROW: _ACTION_ROW}), 0, 5, rules=UNIQUE_IDS)
"""Components beside content and embeds: up to five action rows."""

LAYOUT: Final = Items(
    Union({**_CONTENTS, CONTAINER: _CONTAINER}),
    0,
    MAX_COMPONENTS,
    rules=(_total_components, _total_text, *UNIQUE_IDS),
)
"""Components V2: the whole message is the layout."""
