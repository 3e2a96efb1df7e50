"""Trees of message and modal components: walking them, and completing them as Discord does. No rules here."""

from __future__ import annotations

import copy
from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from bot.playground.wire import Json, as_object, objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.playground.model import Attachment


class Component(IntEnum):
    """The types of components that this world looks at (Discord's documentation, "Component Reference")."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = (
    Component.STRING_SELECT,
    Component.USER_SELECT,
    Component.ROLE_SELECT,
    Component.MENTIONABLE_SELECT,
    Component.CHANNEL_SELECT,
)


HOLDS: dict[int, tuple[str, ...]] = {
    Component.ACTION_ROW: ("components",),
    Component.SECTION: ("components", "accessory"),
    Component.CONTAINER: ("components",),
    Component.LABEL: ("component",),
}
"""Where components hold others; elsewhere nothing is looked for, whatever a body may have put there."""

DEFAULTS: dict[int, Json] = {
    Component.THUMBNAIL: {"description": None, "spoiler": False},
    Component.FILE: {"spoiler": False},
    Component.SEPARATOR: {"spacing": 1, "divider": True},
    Component.CONTAINER: {"accent_color": None, "spoiler": False},
    Component.CHECKBOX_GROUP: {"min_values": 1},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}
"""What Discord fills in where a component does not say (the same place, and the schemas of its OpenAPI)."""


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield the components and all that they hold, in the order they are read."""
    for component in components:
        yield component
        kind = component.get("type")
        for key in HOLDS.get(kind, ()) if isinstance(kind, int) else ():
            held = component.get(key)
            yield from walk(objects(held if isinstance(held, list) else [held]))


def completed(components: Iterable[Json]) -> list[Json]:
    """Return a copy in which every component has an `id`, the next free one, and says what it left to defaults."""
    tree = copy.deepcopy(list(components))
    taken = {component["id"] for component in walk(tree) if component.get("id")}
    free = (number for number in count(1) if number not in taken)
    for component in walk(tree):
        _default(component, DEFAULTS.get(component["type"], {}))
        if component["type"] == Component.MEDIA_GALLERY:
            for item in component["items"]:
                _default(item, DEFAULTS[Component.THUMBNAIL])
        if component["type"] == Component.CHECKBOX_GROUP:
            _default(component, {"max_values": len(component["options"])})
        for entity in component.get("default_values") or ():
            entity["id"] = str(entity["id"])  # libraries send numbers; Discord answers as ids are everywhere
        if not component.get("id"):
            component["id"] = next(free)
    return tree


def _default(component: Json, defaults: Json) -> None:
    component |= {key: value for key, value in defaults.items() if component.get(key) is None}


def with_media(value: Any, attachments: Sequence[Attachment], new_id: Callable[[], int]) -> Any:
    """Return a copy of components or embeds in which every `attachment://name` has become that attachment.

    Media of components get the fields of Discord's unfurled media items.
    """
    if isinstance(value, list):
        return [with_media(item, attachments, new_id) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    filled: Json = {key: with_media(item, attachments, new_id) for key, item in cast("Json", value).items()}
    found = _named(filled.get("url"), attachments)
    if found is not None:
        shown = found.payload()
        fields = ("url", "proxy_url", "content_type", "width", "height")
        filled |= {key: shown[key] for key in fields if key in shown} | {"attachment_id": shown["id"]}
    for key in ("media", "file"):
        media = as_object(filled.get(key))
        if "url" in media:
            filled[key] = {"id": str(new_id()), "proxy_url": media["url"]} | media
    if filled.get("type") == Component.FILE:
        url = as_object(filled.get("file")).get("url")
        for file in attachments:
            if file.url == url:
                filled |= {"name": file.filename, "size": len(file.data)}
    return filled


def _named(url: Any, attachments: Sequence[Attachment]) -> Attachment | None:
    """Return the attachment that an `attachment://` address names, the latest of that name."""
    if not isinstance(url, str) or not url.startswith("attachment://"):
        return None
    name = url.removeprefix("attachment://")
    return next((item for item in reversed(attachments) if item.filename == name), None)
