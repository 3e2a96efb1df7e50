"""The floor: a discord.py bot with uvloop and the speed extras whose button sends back what Tandem's sends back.

It shows the same question and, after a click, the same feedback, component by component; `tests/test_bench_clicks.py`
holds the two against each other. But it checks nobody, grades nothing and stores nothing. Its buttons are a persistent
view's, which costs discord.py less than dynamic items do: those make a view from the clicked message first.
"""

from __future__ import annotations

from typing import Any

import discord
import uvloop
from discord import ButtonStyle, ui

from bench.bots.local import LocalClient, serve

ACCENT, BAD = 0x5EA1FF, 0xE5534B

HEADING = "## Question 2 of 5\n-# Async: in turn or together · Practice · easy"
PROMPT = (
    "`task1()` and `task2()` do not need each other. Which line runs them concurrently **and** gets you both results?"
)
OPTIONS = (
    "**A** · `await Promise.all([task1(), task2()]);`",
    "**B** · `await Promise.all(task1(), task2());`",
    "**C** · `const a = await task1(); const b = await task2();`",
    "**D** · `const both = await task1().then(task2());`",
)
MISTAKE = (
    "Both tasks run, but you wait for task 1 alone, and get its result alone.\n"
    "> **The mistaken idea behind it:** *`.then(f())` runs `f` afterwards.*\n"
    "> `.then` wants the function itself, `.then(f)`. With brackets, `f` is called on the spot, and `.then` does not "
    "wait for it."
)
SOLUTION = (
    "**Worked solution**\n"
    "1. `[task1(), task2()]` makes both calls, so both tasks are under way, and puts their promises into one array.\n"
    "2. `Promise.all` turns that array into one promise for both results.\n"
    "3. `await` waits for it once, and gives you both results."
)


class Question(ui.LayoutView):
    """The question, which any of its four letters answers."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        letters = ui.ActionRow[Any](*(_Letter(letter) for letter in "ABCD"))
        hint = ui.ActionRow[Any](ui.Button(label="Hint", custom_id="floor.hint:abcdef123456:p2-write-concurrent"))
        texts = (ui.TextDisplay[Any](text) for text in (HEADING, PROMPT, *OPTIONS))
        self.add_item(ui.Container(*texts, ui.Separator(), letters, hint, accent_colour=ACCENT))


class Feedback(ui.LayoutView):
    """The question with the feedback to answer D."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        a, b, c, d = OPTIONS
        texts = (HEADING, PROMPT, f"{a} **✓**", b, c, f"{d} **✗**", "### ✗ Not quite", MISTAKE, SOLUTION)
        letters = ui.ActionRow[Any](
            _Letter("A", ButtonStyle.success, disabled=True),
            _Letter("B", disabled=True),
            _Letter("C", disabled=True),
            _Letter("D", ButtonStyle.danger, disabled=True),
        )
        more = ui.ActionRow[Any](
            _Next(),
            ui.Button(label="Prove it", custom_id="floor.prove:abcdef123456:p2-write-concurrent"),
            ui.Button(label="Read: The code, in Node.js and Python", custom_id="floor.read:async:code"),
        )
        self.add_item(
            ui.Container(*map(ui.TextDisplay[Any], texts), ui.Separator(), letters, more, accent_colour=BAD),
        )


class _Letter(ui.Button[Any]):
    def __init__(self, letter: str, style: ButtonStyle = ButtonStyle.secondary, *, disabled: bool = False) -> None:
        custom_id = f"floor.answer:abcdef123456:p2-write-concurrent:{letter}"
        super().__init__(label=letter, style=style, disabled=disabled, custom_id=custom_id)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Feedback())


class _Next(ui.Button[Any]):
    def __init__(self) -> None:
        super().__init__(label="Next", style=ButtonStyle.primary, custom_id="floor.next:abcdef123456:2")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Question())


def floor() -> LocalClient:
    """The bot, not connected yet: like Tandem it hears of what it needs alone, and caches neither people nor messages."""
    client = LocalClient(
        discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
        guild_ready_timeout=0.1,
    )

    @client.tree.command(description="Answer a question")
    async def quiz(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Question(), ephemeral=True)

    return client


async def main() -> None:
    """Run it; its buttons answer after a restart too."""
    client = floor()
    client.add_view(Question())
    client.add_view(Feedback())
    await serve(client)


if __name__ == "__main__":
    uvloop.run(main())
