"""`/lesson`: what a member types or presses, parsed; the answer comes from the service, its look from the views."""

from __future__ import annotations

from discord import app_commands

from bot.domain.errors import MemberError
from bot.domain.lesson import PartId
from bot.domain.names import shown
from bot.exts.kit.actions import Chosen
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.lesson import _render, _views
from bot.services.lessons import OpenPart, nearest


@slash(name="lesson", description="Read a lesson, one part at a time")
@app_commands.describe(topic="What to learn", part="Where to begin")
@app_commands.autocomplete(topic=topics)
async def lesson(interaction: Interaction, topic: str, part: str | None = None) -> None:
    """Open a part in private."""
    await show(interaction, _views.reader(await _open(interaction, topic, part or PartId.FLOW)))


@lesson.autocomplete("part")
async def parts(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The ten parts, by number, name and title."""
    topic = getattr(interaction.namespace, "topic", None) or ""
    titles = interaction.client.services.lessons.titles(topic)
    names = {part: f"{number}. {part.value}: {titles.get(part, '')}" for number, part in enumerate(PartId, 1)}
    return [
        app_commands.Choice(name=name.removesuffix(": ")[:100], value=part.value)
        for part, name in names.items()
        if typed.strip().lower() in name.lower()
    ]


async def turn(interaction: Interaction, topic: str, part: str, _way: str) -> None:
    """Go to a neighbouring part, in the same message."""
    await update(interaction, _views.reader(await _open(interaction, topic, part)))


async def choose(interaction: Interaction, topic: str, chosen: Chosen) -> None:
    """Go to the part chosen in the menu, in the same message."""
    await update(interaction, _views.reader(await _open(interaction, topic, chosen[0])))


async def step(interaction: Interaction, topic: str, number: str, _way: str = "") -> None:
    """Mark a row of the execution table, in the same message."""
    opened = await _open(interaction, topic, PartId.STEPS)
    rows = _render.step_count(opened)
    if not number.isdecimal() or int(number) >= rows:
        raise MemberError("This step is not in the table any more. `/lesson` opens the lesson as it is now.")
    await update(interaction, _views.reader(opened, int(number)))


async def read(interaction: Interaction, topic: str, part: str) -> None:
    """Open a part in a private message of its own."""
    await show(interaction, _views.reader(await _open(interaction, topic, part)))


async def post(interaction: Interaction, topic: str, part: str) -> None:
    """Show a part to the whole channel."""
    await show(interaction, _views.poster(await _open(interaction, topic, part)), private=False)


async def _open(interaction: Interaction, topic: str, part: str) -> OpenPart:
    name = part.strip().lower()
    name = {str(number): each.value for number, each in enumerate(PartId, 1)}.get(name, name)
    if name not in set(PartId):
        raise MemberError(f"There is no part “{shown(part)}”. {nearest(name, list(PartId))}")
    services = interaction.client.services
    language = await services.guilds.language(interaction.guild_id)
    return await services.lessons.open(interaction.user.id, topic, PartId(name), language)
