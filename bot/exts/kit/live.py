"""A run and the message that follows it: redrawn now and then, then the result. Never left "running"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import aiohttp
import discord
import structlog
from msgspec import Struct, field

from bot.domain import timeline
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.exts.kit import patience
from bot.exts.kit.host import Interaction
from bot.exts.kit.panel import Panel
from bot.exts.kit.private import private_texts, shows
from bot.exts.kit.replies import LOST, sentence_for, update, update_drawn
from bot.exts.kit.words import code_block
from bot.services.demos import LiveRun

FIRST_EDIT_S = 0.4
"""How soon a message is redrawn for the first time, so that a short run is seen alive."""

EDIT_EVERY_S = 1.3
"""How often it is redrawn after that. Discord allows about five edits in five seconds a channel: of one live message it
is asked for four, and for the result. Several in one channel share that limit; discord.py then waits as long as Discord
says, and they are redrawn less often.
"""

FOLLOWED_S = 13 * 60.0
"""How long a message is followed. Discord takes edits by an interaction's token for 15 minutes."""

GO_ON = "Go on"
"""The button under a run that has not come to its end. It shows the result, or runs it again, in the same message."""

_UNSHOWN = "The run is done, but its result cannot be shown here. Press *Run again* to try once more."

_log = structlog.get_logger("tandem.live")


class Live(Struct):
    """Where a run stands: in line, or under way in one of its runtimes."""

    kept: KeptRun
    position: int = 0
    """Its place in line, 1 being next; 0 when it is not waiting."""
    run: LiveRun | None = None
    traces: list[Trace] = field(default_factory=list[Trace])
    """Of the runtimes that are through."""
    unfollowed: bool = False
    """Whether it takes longer than its message can be edited."""

    @property
    def runtime(self) -> Runtime:
        """Where it is under way, or about to be."""
        return self.kept.runtimes[min(len(self.traces), len(self.kept.runtimes) - 1)]

    def told(self) -> str:
        """The place in line, or the live bars, and what to do if they do not change."""
        if self.unfollowed:
            return f"This takes longer than Discord lets a message be followed. Press *{GO_ON}* to see the result."
        return f"{self._line() if self.position else self._bars()}\n-# If this stands still, press *{GO_ON}*."

    def _line(self) -> str:
        return f"Waiting for a free place: number {self.position} in line. It starts by itself."

    def _bars(self) -> str:
        events, now_ms = (self.run.progress.events, self.run.elapsed_ms) if self.run else ((), 0.0)
        bars = code_block(timeline.progress(self.kept.program, self.runtime, events, now_ms))
        number, of = self.kept.runtimes.index(self.runtime) + 1, len(self.kept.runtimes)
        place = f" · {number} of {of}" if of > 1 else ""
        return f"**{self.runtime.label}**{place}\n{bars}"


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
    shows(interaction, kept.program)
    live = Live(kept)
    await first(interaction, look.under_way(live))
    message, done = _Message(interaction), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(message.follow(live, look, done))
        try:
            panel = await _outcome(interaction, live, look)
        finally:
            done.set()
    interaction.client.services.demos.over(kept)
    for shown in (panel, panel, look.broken(kept, _UNSHOWN)):
        if await message.edit(shown):
            break
        await message.turn()


async def go_on_live(interaction: Interaction, kept: KeptRun, look: Look) -> None:
    """In the message that was pressed, show the result of a run that is finished, or run one again that is not."""
    if kept.traces:
        shows(interaction, kept.program)
        await update_drawn(interaction, look.done(kept))
    else:
        await run_live(interaction, kept, look, update)


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
    """The message of an interaction. It is redrawn once in `EDIT_EVERY_S`, for `FOLLOWED_S` at the most."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._clock = asyncio.get_running_loop().time
        self._next_s = self._clock() + FIRST_EDIT_S
        self._until_s = self._clock() + FOLLOWED_S
        self.lost = False
        """Whether no edit can reach it any more."""

    async def follow(self, live: Live, look: Look, done: asyncio.Event) -> None:
        """Redraw until `done` is set, and an edit that is under way by then is over.

        When that takes too long, say so and leave it at that.
        """
        while not self.lost:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_s):
                    await done.wait()
            if done.is_set():
                return
            live.unfollowed = self._clock() >= self._until_s
            try:
                panel = look.under_way(live)
            except Exception:  # the run goes on, and its result is what counts
                _log.exception("not drawn", hide=private_texts(self._interaction))
                return
            if await self.edit(panel) and live.unfollowed:  # an edit that fails is made good by the next one
                return

    async def turn(self) -> None:
        """Wait until it may be edited again."""
        await asyncio.sleep(self._next_s - self._clock())

    async def edit(self, panel: Panel) -> bool:
        """Edit it now, if it can be reached; False if that failed and is worth another try."""
        if self.lost:
            return True
        self._next_s = self._clock() + EDIT_EVERY_S
        try:
            async with asyncio.timeout(patience.LATER_S):
                await self._interaction.edit_original_response(view=panel, attachments=panel.files())
        except Exception as error:  # whatever it is, the run goes on
            self.lost = isinstance(error, discord.HTTPException) and error.code in LOST
            known = isinstance(error, discord.HTTPException | aiohttp.ClientError | OSError)
            told = {"error": repr(error)} if known else {"exc_info": True, "hide": private_texts(self._interaction)}
            _log.warning("not edited", lost=self.lost, **told)
            return self.lost
        return True
