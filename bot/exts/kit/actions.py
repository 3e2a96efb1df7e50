"""Buttons and selects whose `custom_id` says all they need, so that they work after any restart.

`Press` and `Choose` are discord.py dynamic items. An id reads `action:argument:argument`; each feature registers a
handler for its actions in `Actions`. A click whose action is unknown, or whose arguments do not fit, gets a sentence.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Self, get_origin

import discord
from discord import ButtonStyle, SelectOption, ui

from bot.domain.errors import MemberError
from bot.exts.kit.host import ClosingError, Interaction
from bot.exts.kit.replies import reply_error

Handler = Callable[..., Awaitable[None]]
"""`async def handler(interaction, *arguments: str)`; what was chosen in a menu comes last, as `Chosen` or `Picked`, and
what was filled in a form as one `Mapping`. The annotations are looked at: an id may come with another kind of component
than the one that it was made for.
"""


class Chosen(tuple[str, ...]):
    """The values chosen in a menu of options: one at least."""


class Picked(tuple[str, ...]):
    """The ids of the roles or channels chosen in a menu of these; none, if the choice was taken back."""


_TEMPLATE = r"(?P<action>[a-z]+\.[a-z]+)(?::(?P<arguments>[^\n]*))?"


class StaleButtonError(MemberError):
    """The button, the menu or the form was made by another version of the bot."""

    def __init__(self, what: str = "button") -> None:
        super().__init__(f"This {what} is from another version of Tandem. `/help` lists what there is now.")


class Actions:
    """Which handler answers which action. One for a bot; every feature adds its own."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Handler, inspect.Signature]] = {}

    def add(self, action: str, handler: Handler) -> None:
        """Let `handler` answer `action`, which reads `feature.verb`."""
        if action in self._handlers:
            raise ValueError(f"{action} has a handler already")
        self._handlers[action] = handler, inspect.signature(handler, eval_str=True)

    @property
    def names(self) -> Collection[str]:
        """All actions that are answered."""
        return self._handlers.keys()

    def __contains__(self, action: str) -> bool:
        return action in self._handlers

    async def run(self, interaction: Interaction, action: str, arguments: Sequence[Any]) -> None:
        """Answer a click, whatever becomes of it: with the handler's answer, or with a sentence."""
        try:
            if interaction.client.closing:
                raise ClosingError
            known = self._handlers.get(action)
            if known is None or not _fits(known[1], interaction, arguments):
                raise StaleButtonError(_used(interaction))
            handler, _ = known
            await handler(interaction, *arguments)
        except Exception as error:  # the one place where a click's errors become replies
            await reply_error(interaction, error)


def _used(interaction: Interaction) -> str:
    """What was used, in a word."""
    if interaction.type is discord.InteractionType.modal_submit:
        return "form"
    kind = (interaction.data or {}).get("component_type")
    return "button" if kind == discord.ComponentType.button.value else "menu"


def _fits(signature: inspect.Signature, interaction: Interaction, arguments: Sequence[Any]) -> bool:
    try:
        bound = signature.bind(interaction, *arguments).arguments
    except TypeError:
        return False
    _, *given = bound.items()
    if any("\x00" in argument for argument in arguments):  # PostgreSQL can neither store nor look for it
        return False
    return all(isinstance(value, _kind(signature.parameters[name])) for name, value in given)


def _kind(parameter: inspect.Parameter) -> type:
    """What an argument has to be: text, a select's values, or what was filled in."""
    annotation = parameter.annotation
    return get_origin(annotation) or annotation


def custom_id(action: str, arguments: Sequence[object]) -> str:
    """`action:argument:argument`; Discord allows 100 characters."""
    return ":".join([action, *map(str, arguments)])


class Press(ui.DynamicItem[ui.Button[Any]], template=re.compile(_TEMPLATE)):
    """A button that runs an action with arguments."""

    def __init__(
        self,
        action: str,
        *arguments: object,
        label: str,
        style: ButtonStyle = ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        self.action, self.arguments = action, arguments
        super().__init__(ui.Button(label=label, style=style, disabled=disabled, custom_id=custom_id(action, arguments)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The pressed button again, from its id alone."""
        return cls(match["action"], *_split(match), label="\u200b")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run the action."""
        await interaction.client.run_action(interaction, self.action, self.arguments)


class Choose(ui.DynamicItem[ui.Select[Any]], template=re.compile(rf"select/{_TEMPLATE}")):
    """A select menu that runs an action with arguments and the chosen values."""

    def __init__(
        self,
        action: str,
        *arguments: object,
        options: list[SelectOption],
        placeholder: str | None = None,
    ) -> None:
        self.action, self.arguments = action, arguments
        menu = ui.Select[Any](
            options=options, placeholder=placeholder, custom_id=f"select/{custom_id(action, arguments)}"
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu again, from its id alone."""
        return cls(match["action"], *_split(match), options=[])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run the action with what was chosen."""
        chosen = Chosen(self.item.values)
        await interaction.client.run_action(interaction, self.action, (*self.arguments, *([chosen] if chosen else [])))


class PickRole(ui.DynamicItem[ui.RoleSelect[Any]], template=re.compile(rf"role/{_TEMPLATE}")):
    """A menu of the server's roles that runs an action with arguments and the ids of what was chosen: one, or none."""

    def __init__(self, action: str, *arguments: object, placeholder: str = "", chosen: int | None = None) -> None:
        self.action, self.arguments = action, arguments
        menu = ui.RoleSelect[Any](
            custom_id=f"role/{custom_id(action, arguments)}",
            placeholder=placeholder or None,
            min_values=0,
            default_values=_default(chosen, discord.SelectDefaultValueType.role),
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu again, from its id alone."""
        return cls(match["action"], *_split(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run the action with what was chosen."""
        await interaction.client.run_action(interaction, self.action, (*self.arguments, _picked(interaction)))


class PickChannel(ui.DynamicItem[ui.ChannelSelect[Any]], template=re.compile(rf"channel/{_TEMPLATE}")):
    """A menu of the channels in which the server writes, as `PickRole` is one of roles."""

    def __init__(self, action: str, *arguments: object, placeholder: str = "", chosen: int | None = None) -> None:
        self.action, self.arguments = action, arguments
        menu = ui.ChannelSelect[Any](
            custom_id=f"channel/{custom_id(action, arguments)}",
            placeholder=placeholder or None,
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            min_values=0,
            default_values=_default(chosen, discord.SelectDefaultValueType.channel),
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu again, from its id alone."""
        return cls(match["action"], *_split(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run the action with what was chosen."""
        await interaction.client.run_action(interaction, self.action, (*self.arguments, _picked(interaction)))


def _picked(interaction: discord.Interaction[Any]) -> Picked:
    """What was chosen, also of roles and channels that are gone meanwhile."""
    return Picked(value for value in (interaction.data or {}).get("values", ()) if value.isdecimal())


def _default(chosen: int | None, kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    return [] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=kind)]


def _split(match: re.Match[str]) -> list[str]:
    arguments = match["arguments"]
    return [] if arguments is None else arguments.split(":")
