"""A run and its message: redrawn at most once a second while the run lives, then the result. Never left "running"."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import discord
import structlog

from bot.domain.errors import MemberError
from bot.domain.plan import Plan
from bot.exts.demo import _views
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import GONE, show
from bot.services.demos import LiveRun

EDIT_EVERY_S = 1.0
"""Discord allows about five edits in five seconds a channel; a live message leaves room for the others."""

_log = structlog.get_logger("tandem.demo")


@dataclass(slots=True)
class _State:
    """Where a run stands: in line, or under way."""

    plan: Plan
    member_id: int
    position: int = 0
    run: LiveRun | None = None

    def panel(self) -> Panel:
        if self.run is not None:
            return _views.under_way(self.plan, self.member_id, self.run.progress.events, self.run.elapsed_ms)
        if self.position:
            return _views.waiting(self.plan, self.member_id, self.position)
        return _views.under_way(self.plan, self.member_id, (), 0)


class _Message:
    """The message of an interaction, edited no more often than once in `EDIT_EVERY_S`."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._clock = asyncio.get_running_loop().time
        self._next_s = self._clock() + EDIT_EVERY_S

    async def keep_current(self, state: _State, done: asyncio.Event) -> None:
        """Redraw until `done` is set."""
        while not done.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_s):
                    await done.wait()
            if not done.is_set():
                await self.edit(state.panel())  # if it fails, the next one makes it good

    async def edit(self, panel: Panel) -> bool:
        """Edit as soon as it may be. False if that failed for now; a message that is gone needs no edit."""
        await asyncio.sleep(self._next_s - self._clock())
        self._next_s = self._clock() + EDIT_EVERY_S
        try:
            await self._interaction.edit_original_response(view=panel)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            gone = isinstance(error, discord.HTTPException) and error.code in GONE
            _log.warning("not edited", gone=gone, error=str(error))
            return gone
        return True


async def run_live(interaction: Interaction, plan: Plan) -> None:
    """Run a plan in the channel: show it under way, then what was measured, or why there is nothing to show."""
    state = _State(plan, interaction.user.id)
    await show(interaction, state.panel(), private=False)
    message, done = _Message(interaction), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(message.keep_current(state, done))
        try:
            panel = await _outcome(interaction, state)
        finally:
            done.set()
    if not await message.edit(panel):
        await message.edit(panel)


async def _outcome(interaction: Interaction, state: _State) -> Panel:
    demos = interaction.client.services.demos

    async def in_line(position: int) -> None:
        state.position = position

    try:
        async with demos.run(state.plan, in_line) as run:
            state.run = run
            async for _ in run:
                pass  # the message shows the newest state by itself
            trace = run.trace
    except MemberError as error:
        return _views.broken(state.plan, state.member_id, str(error))
    return _views.measured(await demos.keep(state.member_id, interaction.guild_id, trace))
