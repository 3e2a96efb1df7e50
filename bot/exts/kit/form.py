"""Forms: modals whose `custom_id` says all they need, so that one that stood open over a restart is answered too.

discord.py knows only the modals that it has sent itself since it started, and drops what others bring. So it is told of
none, and what is submitted is read from the raw interaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from discord import ui

from bot.exts.kit.host import Interaction
from bot.exts.kit.parts import custom_id
from bot.exts.kit.replies import respond


async def ask(
    interaction: Interaction, action: str, *arguments: object, title: str, fields: list[ui.Item[Any]]
) -> None:
    """Answer with a form. What is filled in comes to the action's handler last, as a mapping from the ids of fields.

    A text input brings `str`, a select the `tuple` of what was chosen. At most five fields, each a `ui.Label`.
    """
    form = ui.Modal(title=title, custom_id=custom_id(action, arguments))
    for field in fields:
        form.add_item(field)
    form.stop()  # before it is sent, so that discord.py never waits for it
    await respond(interaction, lambda: interaction.response.send_modal(form))


async def submitted(interaction: Interaction) -> None:
    """Run the action of a form that was submitted."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    action, *arguments = str(data.get("custom_id", "")).split(":")
    given = dict(_values(cast("list[Mapping[str, Any]]", data.get("components", []))))
    await interaction.client.run_action(interaction, action, (*arguments, given))


def typed(given: Mapping[str, Any], field: str) -> str:
    """What was typed in a field; empty if the form that was sent has no such field, or not one to type in."""
    value = given.get(field)
    return value if isinstance(value, str) else ""


def _values(components: list[Mapping[str, Any]]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for component in components:
        if "custom_id" in component:
            values = component.get("values")
            yield component["custom_id"], str(component.get("value") or "") if values is None else tuple(values)
        yield from _values(component.get("components", []))
        yield from _values([component["component"]] if "component" in component else [])
