"""A run and the message that follows it: redrawn at most once a second, then the result. Never left "running"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import discord
import structlog

from bot.domain import timeline
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import GONE, sentence_for
from bot.exts.kit.words import code_block
from bot.services.demos import LiveRun

EDIT_EVERY_S = 1.0
"""Discord allows about five edits in five seconds a channel; a live message leaves room for the others."""

_UNSHOWN = "The run is done, but its result cannot be shown here. Press *Run again* to try once more."

_log = structlog.get_logger("tandem.live")


@dataclass(slots=True)
class Live:
    """Where a run stands: in line, or under way in one of its runtimes."""

    kept: KeptRun
    position: int = 0
    """Its place in line, 1 being next; 0 when it is not waiting."""
    run: LiveRun | None = None
    traces: list[Trace] = field(default_factory=list[Trace])
    """Of the runtimes that are through."""

    @property
    def runtime(self) -> Runtime:
        """Where it is under way, or about to be."""
        return self.kept.runtimes[min(len(self.traces), len(self.kept.runtimes) - 1)]

    def told(self, button: str = "Run again") -> str:
        """The place in line, or the live bars; `button` is the label of the one that begins anew."""
        if self.position:
            return f"Waiting for a free place: number {self.position} in line. It starts by itself."
        events, now_ms = (self.run.progress.events, self.run.elapsed_ms) if self.run else ((), 0.0)
        bars = code_block(timeline.progress(self.kept.program, self.runtime, events, now_ms))
        number, of = self.kept.runtimes.index(self.runtime) + 1, len(self.kept.runtimes)
        place = f" · {number} of {of}" if of > 1 else ""
        return f"**{self.runtime.label}**{place}\n{bars}\n-# If this stands still, press *{button}*."


class Look(Protocol):
    """How a feature shows a run. Whatever it shows has a button that goes on, so that the message is no dead end."""

    def under_way(self, live: Live) -> Panel:
        """The run in line, or under way."""
        ...

    async def done(self, run: KeptRun) -> Panel:
        """What the finished run has shown."""
        ...

    def broken(self, run: KeptRun, sentence: str) -> Panel:
        """Why there is nothing to show."""
        ...


async def run_live(
    interaction: Interaction, kept: KeptRun, look: Look, first: Callable[[Interaction, Panel], Awaitable[None]]
) -> None:
    """Run it in each of its runtimes in turn; `first` answers the interaction with the message that follows the run."""
    live = Live(kept)
    await first(interaction, look.under_way(live))
    message, done = _Message(interaction), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(message.keep_current(lambda: look.under_way(live), done))
        try:
            panel = await _outcome(interaction, live, look)
        finally:
            done.set()
    for shown in (panel, panel, look.broken(kept, _UNSHOWN)):
        if await message.edit(shown):
            break


async def _outcome(interaction: Interaction, live: Live, look: Look) -> Panel:
    demos = interaction.client.services.demos

    async def in_line(position: int) -> None:
        live.position = position

    try:
        for runtime in live.kept.runtimes:
            async with demos.run(live.kept, runtime, in_line) as run:
                live.position, live.run = 0, run
                async for _ in run:
                    pass  # the message shows the newest state by itself
            live.traces.append(run.trace)
            live.run = None
        return await look.done(await demos.finish(live.kept, live.traces))
    except Exception as error:  # whatever it is, the message must not stay at "running"
        return look.broken(live.kept, sentence_for(interaction, error) or _UNSHOWN)


class _Message:
    """The message of an interaction, edited no more often than once in `EDIT_EVERY_S`."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._clock = asyncio.get_running_loop().time
        self._next_s = self._clock() + EDIT_EVERY_S

    async def keep_current(self, look: Callable[[], Panel], done: asyncio.Event) -> None:
        """Redraw until `done` is set."""
        while not done.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_s):
                    await done.wait()
            if not done.is_set():
                try:
                    panel = look()
                except Exception:  # the run goes on, and its result is what counts
                    _log.exception("not drawn")
                    return
                await self.edit(panel)  # if it fails, the next one makes it good

    async def edit(self, panel: Panel) -> bool:
        """Edit as soon as it may be. False if that failed for now; a message that is gone needs no edit."""
        await asyncio.sleep(self._next_s - self._clock())
        self._next_s = self._clock() + EDIT_EVERY_S
        try:
            await self._interaction.edit_original_response(view=panel, attachments=panel.files())
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            gone = isinstance(error, discord.HTTPException) and error.code in GONE
            _log.warning("not edited", gone=gone, error=str(error))
            return gone
        return True
