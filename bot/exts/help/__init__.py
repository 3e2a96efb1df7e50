"""`/help`: what there is, and where to begin."""

from __future__ import annotations

from bot.client import TandemClient
from bot.domain.lesson import PartId
from bot.exts.kit import links
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import row, rule
from bot.exts.kit.replies import show
from bot.exts.kit.slash import slash

TEXT = """\
## Tandem
Asynchronous programming, taught by running it.

**`/lesson`** reads a lesson, ten ways. Only you see it.
**`/quiz`** asks questions and keeps the score. Leave it when you like; it goes on where you were.
After an answer, *Prove it* runs the code that the question is about.
**`/test`** grades you: ten questions, one hour, no hints.
**`/review`** brings back what you missed, on the right day; **`/remind`** tells you when.
**`/round`** plays with a class, in the channel.
**`/demo`** runs code live in Node.js, in Python, or in both, and measures it.
`/demo custom` takes a plan of your own, such as `(a 300 & b 500) > c 200`.
**`/predict`** shows a program: say what it will do, then see it run.
**`/score`** tells what you have reached.
**`/leaderboard`** tells who stands where. Only first attempts rank.
**`/privacy`** gives you all that is held on you, or deletes it.
-# For those who manage the server: **`/settings`** and **`/insights`**."""


@slash(name="help", description="What Tandem can do, and where to begin")
async def help_(interaction: Interaction) -> None:
    """Show what there is, in private."""
    first = interaction.client.services.lessons.lessons[0]
    begin = links.read_part(first.id, PartId.FLOW, f"Begin: {first.title}"[:80])
    await show(interaction, Panel(TEXT, rule(), row(begin)))


def setup(client: TandemClient) -> None:
    """Add the command."""
    client.tree.add_command(help_)
