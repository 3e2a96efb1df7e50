"""What Discord shows of a round: brought up to what is stored, again and again, whatever went wrong before."""

from __future__ import annotations

import asyncio

import discord

from bot.domain.errors import MemberError
from bot.domain.poll import Poll
from bot.domain.round import OPEN, Round
from bot.exts.kit import posts
from bot.exts.kit.host import Host
from bot.exts.kit.panel import Panel
from bot.exts.round import _views
from bot.services.polls import PollSheet
from bot.services.rounds import Watch

EDIT_EVERY_S = 1.0
"""A message is changed at most so often, however many answer."""

NONCE_HOLDS_S = 60.0
"""How long Discord surely knows a message again by its nonce ("the past few minutes"). After that it is looked for."""

UNCHANGEABLE = frozenset({10008, 30046})
"""Discord's codes for a message that was deleted, and for one that is old and was changed too often.
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""


class Teller:
    """Tells one round. `told` is how many of its questions are shown as closed."""

    def __init__(self, client: Host, watch: Watch) -> None:
        self._client, self._watch, self._services = client, watch, client.services
        self._channel = client.get_partial_messageable(watch.round.channel_id, guild_id=watch.round.guild_id)
        self._told = max(0, watch.round.closed - 1)
        self._shown: object = None
        self._next_edit_s = 0.0
        self._lost: set[str] = set()

    @property
    def wait_s(self) -> float:
        """How long until a message may be changed again."""
        return max(0.0, self._next_edit_s - asyncio.get_running_loop().time())

    async def tell(self, round_: Round) -> None:
        """Show the round as it is stored. What is shown already is left alone.

        Raises:
            discord.HTTPException, OSError, TimeoutError: Discord did not take it; call this again.
        """
        polls = {poll.number: poll for poll in await self._services.rounds.polls(round_.id)}
        while self._told < round_.closed:
            await self._close(round_, polls[self._told])
            self._told += 1
        now = polls.get(round_.number)
        if round_.over:
            if now is not None and now.message_id is not None:  # it was open when the round was stopped
                await self._close(round_, now)
            await self._end(round_)
        elif now is not None and round_.phase in OPEN:
            await self._ask(round_, now)
        elif now is not None and self._shown != _sight(round_, now):  # paused while there is time to read, or going on
            await self._close(round_, now)

    async def _ask(self, round_: Round, poll: Poll) -> None:
        sheet = self._sheet(poll)
        if sheet is None:
            await self._services.rounds.skip_gone(round_)
            return
        answered = self._watch.answered
        if self._shown == (sight := (*_sight(round_, poll), round_.phase_ends_at, answered)):
            return
        panel = _views.asking(round_, sheet, answered)
        if poll.message_id is None:
            message_id = await self._post(poll, panel)
            if answered:  # so it was posted before the bot went down, and Discord gave us that message
                await self._edit(message_id, panel)
        elif poll.id not in self._lost and not await self._edit(poll.message_id, panel):
            self._lost.add(poll.id)
        self._shown = sight

    async def _close(self, round_: Round, poll: Poll) -> None:
        found = await self._services.polls.distribution(poll)
        standing = await self._services.rounds.standing(round_.id, min(round_.closed, poll.number + 1))
        panel = _views.closed(round_, poll.number, self._sheet(poll), found, standing)
        shown = poll.message_id is not None and poll.id not in self._lost and await self._edit(poll.message_id, panel)
        if not shown and round_.phase not in OPEN:  # the class is not with a later question yet
            await self._post(poll, panel, again=poll.message_id is not None)
        self._shown = _sight(round_, poll)

    async def _end(self, round_: Round) -> None:
        standing = await self._services.rounds.standing(round_.id, round_.closed)
        panel = _views.end(round_, standing, self._title(round_))
        message_id = await posts.post(self._channel, panel, f"end.{round_.id}")
        await self._services.rounds.end_told(round_.id, message_id)

    async def _post(self, poll: Poll, panel: Panel, *, again: bool = False) -> int:
        """Post a question that no message shows, or `again` because its message is gone.

        The bot may have been stopped after it was posted and before that was stored. So Discord is given a nonce by
        which it knows the message again; later than it does, the message is looked for.
        """
        found = None if again or self._age_s(poll) < NONCE_HOLDS_S else await self._find(poll)
        if found is None:
            sent = await posts.post(self._channel, panel, f"{'again.' if again else ''}{poll.id}")
            await self._services.polls.posted(poll.id, sent)
            self._lost.discard(poll.id)
            if not again and poll.closed_at is not None:  # Discord may have known it, from when it was open
                await self._edit(sent, panel)
            return sent
        await self._services.polls.posted(poll.id, found)
        await self._edit(found, panel)
        return found

    async def _edit(self, message_id: int, panel: Panel) -> bool:
        """Change a message, not too soon after the last time; False if it is gone."""
        await asyncio.sleep(self.wait_s)
        try:
            await posts.change(self._channel, message_id, panel)
        except discord.HTTPException as error:
            if error.code not in UNCHANGEABLE:
                raise
            return False
        finally:
            self._next_edit_s = asyncio.get_running_loop().time() + EDIT_EVERY_S
        return True

    async def _find(self, poll: Poll) -> int | None:
        """The message that shows a question while it is open."""
        return await posts.find(self._client, self._channel, f"{_views.ANSWER}:{poll.id}:")

    def _age_s(self, poll: Poll) -> float:
        return (self._client.clock.now() - poll.opened_at).total_seconds()

    def _sheet(self, poll: Poll) -> PollSheet | None:
        try:
            return self._services.polls.sheet(poll)
        except MemberError:
            return None

    def _title(self, round_: Round) -> str:
        try:
            return self._services.lessons.lesson(round_.lesson_id).title
        except MemberError:
            return round_.lesson_id


def _sight(round_: Round, poll: Poll) -> tuple[object, ...]:
    """What the look of a question depends on."""
    return poll.number, round_.phase
