"""What a person sees at the chat page, and reads off it: messages, and forms that have opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

EPHEMERAL = 64

Part = dict[str, Any]
Value = str | bool | list[str]

BUTTON, STRING_SELECT, TEXT_INPUT, TEXT, GALLERY, FILE, LABEL = 2, 3, 4, 10, 12, 13, 18
RADIO_GROUP, CHECKBOX = 21, 23
SELECTS = (3, 5, 6, 7, 8)


class Seen:
    """A message as its reader sees it."""

    def __init__(self, raw: Part) -> None:
        self.raw = raw
        self.id: str = raw["id"]

    @property
    def private(self) -> bool:
        return bool(self.raw["flags"] & EPHEMERAL)

    @property
    def room(self) -> str:
        """The id of its channel."""
        return self.raw["channel_id"]

    @property
    def text(self) -> str:
        texts = [c["content"] for c in self.components if c["type"] == TEXT]
        return "\n".join([self.raw["content"], *texts])

    @property
    def components(self) -> Iterator[Part]:
        return walk(self.raw["components"])

    @property
    def buttons(self) -> dict[str, Part]:
        return {c["label"]: c for c in self.components if c["type"] == BUTTON}

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons that can be pressed."""
        return [label for label, button in self.buttons.items() if not button.get("disabled")]

    @property
    def pictures(self) -> list[Part]:
        """What its galleries show: each an address and a description."""
        return [item for c in self.components if c["type"] == GALLERY for item in c["items"]]

    @property
    def files(self) -> dict[str, str]:
        """The addresses of its files by their names: file components, and attachments of ordinary messages."""
        attached = {each["filename"]: each["url"] for each in self.raw["attachments"]}
        return attached | {c["name"]: c["file"]["url"] for c in self.components if c["type"] == FILE}

    @property
    def menus(self) -> list[Part]:
        """Its select menus, of every kind, in the order they are read."""
        return [c for c in self.components if c["type"] in SELECTS]

    @property
    def menu(self) -> Part:
        return next(c for c in self.components if c["type"] == STRING_SELECT)

    def menu_called(self, name: str | int) -> Part:
        """The select menu with that placeholder or custom id, or of that number."""
        if isinstance(name, int):
            return self.menus[name]
        return next(menu for menu in self.menus if name in (menu.get("placeholder"), menu["custom_id"]))

    def __repr__(self) -> str:
        return f"<message {self.id}: {self.text!r}>"


class Form:
    """A modal that has opened before a person."""

    def __init__(self, raw: Part, interaction_id: str, message: Seen | None) -> None:
        self.raw = raw
        self.interaction_id = interaction_id
        self.message = message
        """The message from which it was opened, if any."""

    @property
    def title(self) -> str:
        return self.raw["title"]

    @property
    def text(self) -> str:
        return "\n".join(part["content"] for part in walk(self.raw["components"]) if part["type"] == TEXT)

    @property
    def fields(self) -> dict[str, Part]:
        """Its fields by their labels, also text inputs that bear theirs themselves."""
        labelled = {part["label"]: part["component"] for part in self.raw["components"] if part["type"] == LABEL}
        return labelled | {part["label"]: part for part in walk(self.raw["components"]) if part["type"] == TEXT_INPUT}

    def filled(self, given: Mapping[str, Value]) -> list[Part]:
        """Its fields with these values; one that is not named keeps what stood in it."""
        assert given.keys() <= self.fields.keys(), f"the form asks for {list(self.fields)}"
        return [
            {"type": field["type"], "custom_id": field["custom_id"]} | _answer(field, given.get(label, _preset(field)))
            for label, field in self.fields.items()
        ]


def _preset(field: Part) -> Value:
    """What stands in a field when its form opens."""
    match field["type"]:
        case kind if kind == TEXT_INPUT:
            return field.get("value") or ""
        case kind if kind == CHECKBOX:
            return bool(field.get("default"))
        case _:
            chosen = [option["value"] for option in field.get("options") or () if option.get("default")]
            return chosen + [entity["id"] for entity in field.get("default_values") or ()]


def _answer(field: Part, value: Value) -> Part:
    if field["type"] in (TEXT_INPUT, CHECKBOX):
        return {"value": value}
    values = chosen(field, value if isinstance(value, list) else [str(value)])
    return {"value": values[0] if values else None} if field["type"] == RADIO_GROUP else {"values": values}


def chosen(menu: Part, names: list[str]) -> list[str]:
    """The values of options by their labels; of entities, and of what is a value already, the words themselves."""
    by_label = {option["label"]: option["value"] for option in menu.get("options") or ()}
    return [by_label.get(name, name) for name in names]


def walk(components: list[Part]) -> Iterator[Part]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]
