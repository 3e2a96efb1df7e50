"""What a panel sends is what discord.py would have made of the same parts, but for what Discord takes for granted."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import ButtonStyle, ui

from bot.exts.kit.panel import GOOD, Panel
from bot.exts.kit.parts import Choose, Part, PickChannel, PickRole, Press, row, rule
from bot.services.demos import Picture

OPTION = discord.SelectOption(label="Flow", value="flow", description="Part 1", default=True)
PICTURE = Picture(b"", "Two bars")
ROLE, CHANNEL = discord.SelectDefaultValueType.role, discord.SelectDefaultValueType.channel


def menu_of_channels(**more: Any) -> ui.ChannelSelect:
    kinds = [discord.ChannelType.text, discord.ChannelType.news]
    return ui.ChannelSelect(custom_id="channel/a.b", channel_types=kinds, min_values=0, **more)


def in_a_row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Words", lambda: ui.TextDisplay("Words")),
        (rule(), ui.Separator),
        (row(Press("a.b", "x", 3, label="A")), lambda: in_a_row(ui.Button(label="A", custom_id="a.b:x:3"))),
        (
            row(Press("a.b", label="A", style=ButtonStyle.danger, disabled=True), Press("a.c", label="C")),
            lambda: in_a_row(
                ui.Button(label="A", custom_id="a.b", style=ButtonStyle.danger, disabled=True),
                ui.Button(label="C", custom_id="a.c"),
            ),
        ),
        (
            row(Choose("a.b", 1, options=[OPTION], placeholder="Part")),
            lambda: in_a_row(ui.Select(custom_id="select/a.b:1", options=[OPTION], placeholder="Part")),
        ),
        (
            row(PickRole("a.b", placeholder="None", chosen=5)),
            lambda: in_a_row(
                ui.RoleSelect(
                    custom_id="role/a.b",
                    placeholder="None",
                    min_values=0,
                    default_values=[discord.SelectDefaultValue(id=5, type=ROLE)],
                )
            ),
        ),
        (row(PickChannel("a.b")), lambda: in_a_row(menu_of_channels())),
        (
            row(PickChannel("a.b", chosen=5)),
            lambda: in_a_row(menu_of_channels(default_values=[discord.SelectDefaultValue(id=5, type=CHANNEL)])),
        ),
        (
            PICTURE,
            lambda: ui.MediaGallery(discord.MediaGalleryItem("attachment://timeline-1.png", description="Two bars")),
        ),
    ],
)
async def test_a_part(ours: Part | str | Picture, theirs: Any) -> None:
    view = ui.LayoutView()
    view.add_item(ui.Container(theirs(), accent_colour=GOOD))
    assert spelled_out(Panel(ours, colour=GOOD).to_components()) == spelled_out(view.to_components())


TAKEN_FOR_GRANTED = {"spoiler": False, "disabled": False}
"""https://discord.com/developers/docs/components/reference"""


def spelled_out(sent: Any) -> Any:
    """The same without what Discord takes for granted, and with ids as it writes them; `required` is of forms."""
    if isinstance(sent, list):
        return [spelled_out(each) for each in sent]
    if not isinstance(sent, dict):
        return sent
    left_out = {"required"} | {key for key, usual in TAKEN_FOR_GRANTED.items() if sent.get(key) == usual}
    kept = {key: spelled_out(value) for key, value in sent.items() if key not in left_out}
    return kept | ({"id": str(kept["id"])} if "id" in kept else {})


def test_discord_py_keeps_nothing_of_a_panel() -> None:
    panel = Panel("Words", row(Press("a.b", label="A")))
    assert panel.is_finished()
    assert not panel.is_dispatchable()
    assert panel.has_components_v2()
