"""Which handler answers a click, found by the `custom_id` alone, so that every button works after any restart.

An id reads `action:argument:argument` (see `bot.exts.kit.parts`); each feature registers a handler for its actions in
`Actions`. A click whose action is unknown, or whose arguments do not fit, gets a sentence. All is read from the raw
interaction: discord.py's dynamic items would have it make a view from the clicked message first, at every click.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, get_origin

import discord
from discord import ComponentType

from bot.domain.errors import MemberError
from bot.exts.kit.host import ClosingError, Interaction
from bot.exts.kit.replies import Ahead, acknowledge, reply_error
from bot.exts.kit.rush import Click, Rush

Handler = Callable[..., Awaitable[None]]
"""`async def handler(interaction, *arguments: str)`; what was chosen in a menu comes last, as `Chosen` or `Picked`, and
what was filled in a form as one `Mapping`. The annotations are looked at: an id may come with another kind of component
than the one that it was made for.
"""


class Chosen(tuple[str, ...]):
    """The values chosen in a menu of options: one at least."""


class Picked(tuple[str, ...]):
    """The ids of the roles or channels chosen in a menu of these; none, if the choice was taken back."""


class StaleButtonError(MemberError):
    """The button, the menu or the form was made by another version of the bot."""

    def __init__(self, what: str = "button") -> None:
        super().__init__(f"This {what} is from another version of Tandem. `/help` lists what there is now.")


class Actions:
    """Which handler answers which action. One for a bot; every feature adds its own."""

    def __init__(self) -> None:
        self._handlers: dict[str, _Known] = {}
        self._rush = Rush()

    def add(self, action: str, handler: Handler, ahead: Ahead | None = None) -> None:
        """Let `handler` answer `action`, which reads `feature.verb`.

        Where very many click at once, those of whom is known what comes of it (`ahead`) are acknowledged before the
        handler is called, which answers by the functions of `bot.exts.kit.replies` all the same. A form cannot be sent
        after that, nor a message to all.
        """
        if action in self._handlers:
            raise ValueError(f"{action} has a handler already")
        self._handlers[action] = _Known(handler, ahead)

    @property
    def names(self) -> Collection[str]:
        """All actions that are answered."""
        return self._handlers.keys()

    def __contains__(self, action: str) -> bool:
        return action in self._handlers

    async def clicked(self, interaction: Interaction) -> None:
        """Answer the press of a button, or a choice in a menu."""
        data: Any = interaction.data or {}
        action, *arguments = str(data.get("custom_id")).split(":")
        with self._rush.click() as click:
            rushed = click if self._rush.is_on else None
            await self._run(interaction, action_of(action), (*arguments, *_chosen(data)), rushed)

    async def run(self, interaction: Interaction, action: str, arguments: Sequence[Any]) -> None:
        """Answer as if an action had been clicked, whatever becomes of it: as its handler does, or with a sentence."""
        await self._run(interaction, action, arguments)

    def close(self) -> None:
        """Let those clicks be answered that still wait for their turn: nobody is to go down before them."""
        self._rush.close()

    async def _run(
        self, interaction: Interaction, action: str, arguments: Sequence[Any], rushed: Click | None = None
    ) -> None:
        try:
            if interaction.client.closing:
                raise ClosingError
            known = self._handlers.get(action)
            if known is None or not known.takes(arguments):
                raise StaleButtonError(_used(interaction))
            if rushed is not None and known.ahead is not None:
                await self._rush.pace.turn()
                await acknowledge(interaction, known.ahead)
                await self._rush.hold(rushed)
            await known.handler(interaction, *arguments)
        except Exception as error:  # the one place where a click's errors become replies
            await reply_error(interaction, error)


class _Known:
    """A handler, and what it takes: looked up once, because a click is not the time for it."""

    def __init__(self, handler: Handler, ahead: Ahead | None) -> None:
        self.handler, self.ahead = handler, ahead
        _, *given = inspect.signature(handler, eval_str=True).parameters.values()
        self._kinds = [get_origin(each.annotation) or each.annotation for each in given]
        self._least = sum(each.default is inspect.Parameter.empty for each in given)

    def takes(self, arguments: Sequence[Any]) -> bool:
        """Whether there are as many arguments as it takes, each of the kind that it takes there."""
        if not self._least <= len(arguments) <= len(self._kinds):
            return False
        if any("\x00" in argument for argument in arguments):  # PostgreSQL can neither store nor look for it
            return False
        return all(map(isinstance, arguments, self._kinds))


def action_of(custom_id: str) -> str:
    """The action that an id names; that of a menu has the kind of the menu before it, and a slash."""
    return custom_id.partition(":")[0].rpartition("/")[2]


def _chosen(data: Any) -> tuple[Chosen | Picked, ...]:
    """What was chosen in a menu, as the handler's last argument. Roles and channels may be gone meanwhile."""
    values = data.get("values", ())
    match data.get("component_type"):
        case ComponentType.select.value:
            return (Chosen(values),) if values else ()
        case ComponentType.role_select.value | ComponentType.channel_select.value:
            return (Picked(value for value in values if value.isdecimal()),)
        case _:
            return ()


def _used(interaction: Interaction) -> str:
    """What was used, in a word."""
    if interaction.type is discord.InteractionType.modal_submit:
        return "form"
    kind = (interaction.data or {}).get("component_type")
    return "button" if kind == ComponentType.button.value else "menu"
