"""Parts of a message that can be pressed or chosen from, as Discord takes them.

Their `custom_id` says all that a click needs, so that they work after any restart: it reads `action:argument:argument`,
and `bot.exts.kit.actions` finds the handler. discord.py's own items are made to hear of clicks themselves; each costs
it twenty times as much, and a message has a dozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ChannelType, ComponentType, SelectOption

Payload = dict[str, Any]
"""https://discord.com/developers/docs/components/reference"""


class Part:
    """One component."""

    __slots__ = ("payload",)

    def __init__(self, payload: Payload) -> None:
        self.payload = payload


class Press(Part):
    """A button that runs an action with arguments."""

    def __init__(
        self,
        action: str,
        *arguments: object,
        label: str,
        style: ButtonStyle = ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        super().__init__(
            {
                "type": ComponentType.button.value,
                "style": style.value,
                "disabled": disabled,
                "label": label,
                "custom_id": custom_id(action, arguments),
            }
        )


class Choose(Part):
    """A select menu that runs an action with arguments and the chosen values."""

    def __init__(
        self, action: str, *arguments: object, options: list[SelectOption], placeholder: str | None = None
    ) -> None:
        given = {"options": [option.to_dict() for option in options]}
        super().__init__(_menu(ComponentType.select, f"select/{custom_id(action, arguments)}", 1, placeholder) | given)


class PickRole(Part):
    """A menu of the server's roles that runs an action with arguments and the ids of what was chosen: one, or none."""

    def __init__(self, action: str, *arguments: object, placeholder: str = "", chosen: int | None = None) -> None:
        menu = _menu(ComponentType.role_select, f"role/{custom_id(action, arguments)}", 0, placeholder)
        super().__init__(menu | _default(chosen, "role"))


class PickChannel(Part):
    """A menu of the channels in which the server writes, as `PickRole` is one of roles."""

    def __init__(self, action: str, *arguments: object, placeholder: str = "", chosen: int | None = None) -> None:
        menu = _menu(ComponentType.channel_select, f"channel/{custom_id(action, arguments)}", 0, placeholder)
        kinds = {"channel_types": [ChannelType.text.value, ChannelType.news.value]}
        super().__init__(menu | kinds | _default(chosen, "channel"))


def row(*parts: Part | None) -> Part | None:
    """Buttons side by side, or a menu; nothing when there are none."""
    present = [part.payload for part in parts if part is not None]
    return Part({"type": ComponentType.action_row.value, "components": present}) if present else None


def rule() -> Part:
    """A thin line between what is read and what is pressed."""
    return Part({"type": ComponentType.separator.value, "divider": True, "spacing": 1})


def custom_id(action: str, arguments: Sequence[object]) -> str:
    """`action:argument:argument`; Discord allows 100 characters."""
    return ":".join([action, *map(str, arguments)])


def _menu(kind: ComponentType, id_: str, least: int, placeholder: str | None) -> Payload:
    menu: Payload = {"type": kind.value, "custom_id": id_, "min_values": least, "max_values": 1}
    return menu | ({"placeholder": placeholder} if placeholder else {})


def _default(chosen: int | None, kind: str) -> Payload:
    return {} if chosen is None else {"default_values": [{"id": str(chosen), "type": kind}]}
