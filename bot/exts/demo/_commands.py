"""`/demo`: what a member types or presses, parsed; the run itself is followed in `kit.live`."""

from __future__ import annotations

from functools import partial

from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.program import CUSTOM, Program
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table
from bot.exts.demo import _render, _views
from bot.exts.kit.host import Interaction
from bot.exts.kit.live import go_on_live, run_live
from bot.exts.kit.private import shows
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.kit.words import clip
from bot.services.choosing import BOTH

MOST_CHOICES, LONGEST_CHOICE = 25, 100
"""Discord's limits of what is suggested."""


@slash(name="demo", description="Run code live in Node.js or Python and see its measured times")
@app_commands.describe(
    demo="What to run",
    runtime="Where to run it",
    delays="Milliseconds of each task, such as 300, 500, 200",
    plan="With demo:custom, a plan such as (a 300 & b 500) > c 200",
)
@app_commands.choices(
    runtime=[
        *(app_commands.Choice(name=runtime.label, value=runtime.value) for runtime in Runtime),
        app_commands.Choice(name="both, one after the other", value=BOTH),
    ]
)
async def demo(
    interaction: Interaction, demo: str, runtime: str | None = None, delays: str | None = None, plan: str | None = None
) -> None:
    """Run a demo in the channel."""
    demos = interaction.client.services.demos
    program = demos.program(demo, delays, plan)
    await _run(interaction, program, demos.runtimes(runtime, await _language(interaction)))


@demo.autocomplete("demo")
async def demos(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The demos whose name or title holds what was typed."""
    named = [(demo.id, demo.title) for demo in interaction.client.services.demos.demos]
    titles = {name: f"{name}: {title}"[:100] for name, title in [*named, (CUSTOM, "a plan of your own")]}
    word = typed.strip().lower()
    found = [app_commands.Choice(name=title, value=name) for name, title in titles.items() if word in title.lower()]
    return found[:MOST_CHOICES]


@demo.autocomplete("plan")
async def plans(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """What the plan written so far comes to, or what is expected next; examples of every sign before the first one."""
    del interaction
    told = {typed: _render.plan_so_far(typed)} if typed.strip() else _render.PLANS
    return [
        app_commands.Choice(name=clip(f"{plan} · {words}" if plan != typed else words, LONGEST_CHOICE), value=plan)
        for plan, words in told.items()
        if len(plan) <= LONGEST_CHOICE
    ]


async def run(interaction: Interaction, demo: str, delays: str = "") -> None:
    """Run a demo of the catalogue from a button."""
    demos = interaction.client.services.demos
    program = demos.program(demo, delays or None)
    await _run(interaction, program, demos.runtimes(None, await _language(interaction)))


async def again(interaction: Interaction, run_id: str) -> None:
    """Run the program of a stored run anew, for whoever presses."""
    kept = await _load(interaction, run_id)
    await _run(interaction, kept.program, kept.runtimes)


async def resume(interaction: Interaction, run_id: str) -> None:
    """Go on with a run that was cut off or not followed to its end, in the same message."""
    demos = interaction.client.services.demos
    async with demos.go_on(interaction.user.id, run_id) as kept:
        await go_on_live(interaction, kept, _views.Look(demos, kept))


async def steps(interaction: Interaction, run_id: str) -> None:
    """Open the tables of a run in private, before the first step."""
    kept = await _finished(interaction, run_id)
    await show(interaction, _views.steps(kept, kept.traces[0], 0))


async def step(interaction: Interaction, run_id: str, number: str, _way: str, runtime: str = "") -> None:
    """Mark another row, or go to the table of another runtime, in the same message."""
    kept = await _finished(interaction, run_id)
    trace = next((trace for trace in kept.traces if trace.runtime == runtime), kept.traces[0])
    if not number.isdecimal() or int(number) >= len(execution_table(trace)):
        raise MemberError("This run has no such step. Press Steps under the run again.")
    await update(interaction, _views.steps(kept, trace, int(number)))


async def code(interaction: Interaction, run_id: str) -> None:
    """Show the programs of a run in private."""
    kept = await _load(interaction, run_id)
    await show(interaction, _views.code(kept, 0, await _language(interaction)))


async def page(interaction: Interaction, run_id: str, number: str, _way: str) -> None:
    """Turn to another page of the programs, in the same message."""
    kept = await _load(interaction, run_id)
    language = await _language(interaction)
    if not number.isdecimal() or int(number) >= _views.code_pages(kept, language):
        raise MemberError("This code has no such page. Press Code under the run again.")
    await update(interaction, _views.code(kept, int(number), language))


async def text(interaction: Interaction, run_id: str) -> None:
    """Tell a run in monospace bars, in private."""
    await show(interaction, _views.text(await _finished(interaction, run_id)))


async def _load(interaction: Interaction, run_id: str) -> KeptRun:
    kept = await interaction.client.services.demos.load(interaction.user.id, run_id)
    shows(interaction, kept.program)
    return kept


async def _finished(interaction: Interaction, run_id: str) -> KeptRun:
    kept = await interaction.client.services.demos.finished(interaction.user.id, run_id)
    shows(interaction, kept.program)
    return kept


async def _language(interaction: Interaction) -> Runtime:
    return await interaction.client.services.guilds.language(interaction.guild_id)


async def _run(interaction: Interaction, program: Program, runtimes: tuple[Runtime, ...]) -> None:
    demos = interaction.client.services.demos
    async with demos.ask(interaction.user.id, interaction.guild_id, program, runtimes) as kept:
        await run_live(interaction, kept, _views.Look(demos, kept), partial(show, private=False))
