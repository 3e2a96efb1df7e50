"""Members without tabs of the page, who type and press as fast as they are told, and how long each waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bot.playground import Playground
from bot.playground.components import walk
from bot.playground.events import Answered, Edited, Event
from bot.playground.interaction import Answer, Ask, Interaction
from bot.playground.message import Message
from bot.playground.model import Member
from bot.playground.request import command_data, use

PATIENCE_S = 60.0

FRAMES_AT_ONCE = 100
"""So many clicks go out before the gateway's socket is given its turn."""

Act = Callable[[], Interaction]
"""Something that a member does, and what the bot is asked thereby."""

DEFERRED = (Answer.DEFERRED_MESSAGE, Answer.DEFERRED_UPDATE)


@dataclass(slots=True)
class Waiting:
    """A member who waits for the bot. Times are `perf_counter`'s, in seconds."""

    asked_at: float
    acknowledged_at: float | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Acts:
    """What a crowd did: how many seconds each waited until it was acknowledged, and how long all of it took."""

    waited_s: list[float]
    took_s: float
    answered: int
    deferred: int
    """How many were acknowledged first and answered after."""


class Crowd:
    """Members of a playground, each with one message of the bot before them."""

    def __init__(self, playground: Playground, name: str, count: int) -> None:
        self._world = playground.world
        self._channel = self._world.guild.channels[0]
        self.members = [self._world.join(f"{name} {number}") for number in range(1, count + 1)]
        self._messages: dict[int, Message] = {}
        self._asked: dict[int, Waiting] = {}
        self._awaited: dict[int, Waiting] = {}
        self._deferred = 0
        self._world.subscribe(self._hear)

    async def type(self, command: str, in_flight: int, **options: str) -> None:
        """Everybody uses a slash command; the message that answers is before them from then on."""
        asked: dict[int, Interaction] = {}

        def typing(member: Member) -> Act:
            def act() -> Interaction:
                given = [{"name": name, "value": value} for name, value in options.items()]
                data, name = command_data(self._world, member, self._channel, {"name": command, "options": given})
                asked[member.user.id] = self._world.ask(Ask.COMMAND, member, self._channel, data, command_name=name)
                return asked[member.user.id]

            return act

        await self._in_flight([typing(member) for member in self.members], in_flight)
        for member_id, interaction in asked.items():
            assert interaction.original is not None  # noqa: S101 - it was answered
            self._messages[member_id] = interaction.original

    async def press(self, labels: Sequence[str], in_flight: int) -> Acts:
        """Everybody presses the first of these buttons that their message has, so many of them at a time."""
        return await self._in_flight(self._presses(labels), in_flight)

    async def press_steadily(self, labels: Sequence[str], a_second: float) -> Acts:
        """The same, so many a second whether the bot keeps up or not."""
        clock, waiting = asyncio.get_running_loop().time, list[Waiting]()
        start_s, deferred = clock(), self._deferred
        started = perf_counter()
        for number, act in enumerate(self._presses(labels)):
            await asyncio.sleep(start_s + number / a_second - clock())
            waiting.append(self._do(act))
        return await self._ended(waiting, started, deferred)

    async def press_at_once(self, labels: Sequence[str], patience_s: float) -> Acts:
        """The same, all at once. Who is not answered within `patience_s` waits no more."""
        acts, waiting, deferred = self._presses(labels), list[Waiting](), self._deferred
        started = perf_counter()
        for number, act in enumerate(acts, 1):
            waiting.append(self._do(act))
            if number % FRAMES_AT_ONCE == 0:
                await asyncio.sleep(0)
        return await self._ended(waiting, started, deferred, patience_s)

    def _presses(self, labels: Sequence[str]) -> list[Act]:
        def pressing(member: Member) -> Act:
            message = self._messages[member.user.id]
            buttons = {part.get("label"): part["custom_id"] for part in _pressable(message)}
            custom_id = next(buttons[label] for label in labels if label in buttons)
            return lambda: use(self._world, member, message, custom_id)

        return [pressing(member) for member in self.members]

    async def _in_flight(self, acts: Sequence[Act], in_flight: int) -> Acts:
        """Do these things, so many at a time: whoever was answered lets the next begin."""
        left, waiting, deferred, started = iter(acts), list[Waiting](), self._deferred, perf_counter()

        async def one_after_another() -> None:
            for act in left:
                waiting.append(self._do(act))
                await waiting[-1].done.wait()

        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
            for _ in range(in_flight):
                tasks.create_task(one_after_another())
        return await self._ended(waiting, started, deferred)

    async def _ended(
        self, waiting: Sequence[Waiting], started: float, deferred: int, patience_s: float | None = None
    ) -> Acts:
        try:
            async with asyncio.timeout(patience_s or PATIENCE_S):
                for each in waiting:
                    await each.done.wait()
        except TimeoutError:
            if patience_s is None:
                raise
        waited = [each.acknowledged_at - each.asked_at for each in waiting if each.acknowledged_at is not None]
        answered = sum(each.done.is_set() for each in waiting)
        return Acts(waited, perf_counter() - started, answered, self._deferred - deferred)

    def _do(self, act: Act) -> Waiting:
        waiting = Waiting(perf_counter())
        self._asked[act().id] = waiting
        return waiting

    def _hear(self, event: Event) -> None:
        match event:
            case Answered(interaction) if waiting := self._asked.pop(interaction.id, None):
                waiting.acknowledged_at = perf_counter()
                if interaction.answer in DEFERRED and interaction.original is not None:
                    self._deferred += 1
                    self._awaited[interaction.original.id] = waiting
                else:
                    waiting.done.set()
            case Edited(message) if waiting := self._awaited.pop(message.id, None):
                waiting.done.set()
            case _:
                pass


def _pressable(message: Message) -> Iterator[dict[str, str]]:
    return (part for part in walk(message.components) if "custom_id" in part and not part.get("disabled"))
