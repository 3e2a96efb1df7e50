"""The yardstick: a stock discord.py bot, without uvloop and the speed extras, whose button changes a text.

It is made as discord.py's own quickstart makes one: with the default intents, so that it hears of each change to its
messages, and with the default caches.
"""

from __future__ import annotations

import asyncio
import sys

EXTRAS = ("aiodns", "brotli", "brotlicffi", "orjson", "uvloop", "zstandard")
"""What `discord.py[speed]` brings, and uvloop. Tandem has them installed, and discord.py takes what it finds."""

if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(EXTRAS))  # `import` fails where a module is None

import discord
from discord import ui

from bench.bots.local import LocalClient, serve


class Counter(ui.View):
    """One button, which answers after a restart too."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.pressed = 0

    @ui.button(label="Press", style=discord.ButtonStyle.primary, custom_id="yardstick.press")
    async def press(self, interaction: discord.Interaction, _button: ui.Button[Counter]) -> None:
        """Change the text of the message."""
        self.pressed += 1
        await interaction.response.edit_message(content=f"Pressed {self.pressed} times.")


def yardstick() -> LocalClient:
    """The bot, not connected yet."""
    client = LocalClient(discord.Intents.default())

    @client.tree.command(description="Show the button")
    async def quiz(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Press.", view=Counter(), ephemeral=True)

    return client


async def main() -> None:
    """Run it."""
    assert not set(EXTRAS) & {name for name, module in sys.modules.items() if module}  # noqa: S101 - or it were no stock
    client = yardstick()
    client.add_view(Counter())
    await serve(client)


if __name__ == "__main__":
    asyncio.run(main())
