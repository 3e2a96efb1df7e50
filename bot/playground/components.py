"""Trees of message and modal components: walking, numbering, and putting attachments into them. No rules here."""

from __future__ import annotations

import copy
from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from bot.playground.wire import Json, objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    TEXT_DISPLAY = 10
    FILE = 13
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


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield the components and all that they hold, in the order they are read."""
    for component in components:
        yield component
        yield from walk(objects(component.get("components")))
        yield from walk(objects([component.get("accessory"), component.get("component")]))


def numbered(components: Iterable[Json]) -> list[Json]:
    """Return a copy in which every component without an `id` has the next free one, as Discord gives them."""
    tree = copy.deepcopy(list(components))
    taken = {component["id"] for component in walk(tree) if component.get("id")}
    free = (number for number in count(1) if number not in taken)
    for component in walk(tree):
        if not component.get("id"):
            component["id"] = next(free)
    return tree


def with_media(value: Any, attachments: Sequence[Attachment]) -> Any:
    """Return a copy of components or embeds in which every `attachment://name` has become that attachment.

    The fields are those of Discord's unfurled media items; an address that names no attachment stays as it is.
    """
    if isinstance(value, list):
        return [with_media(item, attachments) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    filled: Json = {key: with_media(item, attachments) for key, item in cast("Json", value).items()}
    found = _named(filled.get("url"), attachments)
    if found is not None:
        shown = found.payload()
        media = ("url", "proxy_url", "content_type", "width", "height")
        filled |= {key: shown[key] for key in media if key in shown} | {"attachment_id": shown["id"]}
    if filled.get("type") == Component.FILE:
        file = next((item for item in attachments if item.url == filled["file"]["url"]), None)
        if file is not None:
            filled |= {"name": file.filename, "size": len(file.data)}
    return filled


def _named(url: Any, attachments: Sequence[Attachment]) -> Attachment | None:
    """Return the attachment that an `attachment://` address names, the latest of that name."""
    if not isinstance(url, str) or not url.startswith("attachment://"):
        return None
    name = url.removeprefix("attachment://")
    return next((item for item in reversed(attachments) if item.filename == name), None)
