"""`/demo`: what a member types or presses, parsed; the run itself is followed in `_live`."""

from __future__ import annotations

from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.steps import execution_table
from bot.exts.demo import _live, _views
from bot.exts.kit.host import Interaction
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash


@slash(name="demo", description="Run code live and see its measured times")
@app_commands.describe(demo="What to run", delays="Milliseconds of each task, such as 300, 500, 200")
async def demo(interaction: Interaction, demo: str, delays: str | None = None) -> None:
    """Run a demo in the channel."""
    await _live.run_live(interaction, interaction.client.services.demos.plan(demo, delays))


@demo.autocomplete("demo")
async def demos(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The demos whose name holds what was typed."""
    names = interaction.client.services.demos.demos
    return [app_commands.Choice(name=name, value=name) for name in names if typed.strip().lower() in name]


async def run(interaction: Interaction, demo: str, delays: str) -> None:
    """Run a demo from a button."""
    await _live.run_live(interaction, interaction.client.services.demos.plan(demo, delays))


async def steps(interaction: Interaction, run_id: str) -> None:
    """Open the tables of a run in private, before the first step."""
    await show(interaction, _views.steps(await interaction.client.services.demos.load(run_id), 0))


async def step(interaction: Interaction, run_id: str, number: str, _way: str) -> None:
    """Mark another row, in the same message."""
    run = await interaction.client.services.demos.load(run_id)
    if not number.isdecimal() or int(number) >= len(execution_table(run.trace)):
        raise MemberError("This run has no such step. Press Steps under the run again.")
    await update(interaction, _views.steps(run, int(number)))


async def code(interaction: Interaction, run_id: str) -> None:
    """Show the programs of a run in private."""
    demos = interaction.client.services.demos
    await show(interaction, _views.code(demos.sources(await demos.load(run_id))))
