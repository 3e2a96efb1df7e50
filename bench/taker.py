"""A member who takes quizzes to their end without a tab of the page, and does as people do when something fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from bot.playground import Playground
from bot.playground.events import Answered, Edited, Event, Posted, Removed
from bot.playground.interaction import ACKNOWLEDGE_WITHIN, Answer, Interaction
from bot.playground.message import Message, texts
from bot.playground.model import Channel, Member
from bot.playground.request import type_command, use
from bot.playground.resolve import RefusedError
from bot.playground.wire import Json

LOOKS_FOR_S = 4.0
"""How long somebody looks at a message that does not change before they press again."""

HINTS = 0.1
"""How often somebody asks for the hint first."""

PROOFS = 0.1
"""How often somebody wants to see the proof of an answer."""

PROVE, GO_ON = "Prove it", "Go on"
OVER = frozenset({"Steps", "Run again"})
"""What can be pressed when a run is over, or will not come to its end."""

ANSWER = "quiz.answer:"
BUTTON, SUCCESS, DANGER = 2, 3, 4


@dataclass
class Ledger:
    """What members have pressed and were shown: by attempt and question, the option.

    Attributes:
        shown: the answer that the feedback shows. Who sees it was told that it counts.
        pressed: everything that was pressed for a question.
        finished: how many quizzes members have seen the result of.
        failed: how often an interaction failed, or nothing came of it.
        asked: how many interactions there were.
    """

    shown: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    pressed: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], set[str]])
    finished: int = 0
    failed: int = 0
    asked: int = 0


class Watch:
    """Lets takers wait for what happens to an interaction or a message."""

    def __init__(self, playground: Playground) -> None:
        self._waiting: dict[int, asyncio.Event] = {}
        playground.world.subscribe(self._hear)

    def of(self, *ids: int) -> asyncio.Event:
        """An event that is set by the next thing that happens to one of these interactions and messages."""
        found = asyncio.Event()
        for each in ids:
            self._waiting[each] = found
        return found

    def forget(self, *ids: int) -> None:
        """Nobody waits for these any more."""
        for each in ids:
            self._waiting.pop(each, None)

    def _hear(self, event: Event) -> None:
        match event:
            case Answered(interaction):
                self._wake(interaction.id)
            case Posted(message) if message.origin is not None:
                self._wake(message.origin.interaction_id)
            case Edited(message) | Removed(message):
                self._wake(message.id)
            case _:
                pass

    def _wake(self, key: int) -> None:
        if (found := self._waiting.get(key)) is not None:
            found.set()


class Taker:
    """One member in one channel."""

    def __init__(
        self,
        playground: Playground,
        member: Member,
        room: Channel,
        watch: Watch,
        ledger: Ledger,
        rng: Random,
        *,
        looks_again_s: float = 0.0,
        proofs: float = PROOFS,
    ) -> None:
        self._world, self._member, self._room = playground.world, member, room
        self._watch, self._ledger, self._rng = watch, ledger, rng
        self._looks_again_s, self._proofs = looks_again_s, proofs
        self.message: Message | None = None
        self.doing = "nothing yet"

    async def take(self, kind: str) -> None:
        """Take a quiz from its first question to its result; after what leads nowhere, wait a moment."""
        self.message = None
        while True:
            message = self.message
            self._note(message)  # the feedback may have come after nobody waited for it any more
            buttons = labels(message) if message is not None and not message.gone else {}
            if message is None or not buttons:  # nothing yet, or a sentence that says what went wrong
                await self._type(kind)
                if self.message is None or not labels(self.message):
                    await asyncio.sleep(self._looks_again_s)
                continue
            if "Retry" in buttons:
                self._ledger.finished += 1
                return
            if PROVE in buttons and self._rng.random() < self._proofs:
                await self._prove(message, buttons[PROVE])
            await self._press(message, buttons)
            if labels(message) == buttons:
                await asyncio.sleep(self._looks_again_s)

    async def _prove(self, message: Message, custom_id: str) -> None:
        """See the run behind a question to its end, in a message of its own; or leave it if that does not come."""
        self.doing = f"presses {PROVE}: {custom_id}"
        interaction = await self._ask(lambda: use(self._world, self._member, message, custom_id), message)
        run = None if interaction is None or interaction.answer is not Answer.MESSAGE else interaction.original
        while run is not None and not run.gone and not (buttons := labels(run)).keys() & OVER:
            self.doing = f"follows a run: {custom_id}"
            happened = self._watch.of(run.id)
            if not await _within(happened, LOOKS_FOR_S) and GO_ON in labels(run):
                again = labels(run)[GO_ON]
                await self._ask(lambda run=run, again=again: use(self._world, self._member, run, again), run)
            self._watch.forget(run.id)
            if not buttons:  # a sentence that says what went wrong
                return

    async def _type(self, kind: str) -> None:
        self.doing = f"types /quiz {kind}"
        interaction = await self._ask(
            lambda: type_command(self._world, self._member, self._room, "quiz", topic="async", kind=kind)
        )
        if interaction is not None and interaction.answer is Answer.MESSAGE:
            self.message = interaction.original

    async def _press(self, message: Message, buttons: dict[str, str]) -> None:
        letters = [label for label in buttons if label in "ABCDE"]
        if letters:
            hint = "Hint" in buttons and self._rng.random() < HINTS
            label = "Hint" if hint else self._rng.choice(letters)
        else:
            label = next(each for each in ("Next", "See the result") if each in buttons)
        custom_id = buttons[label]
        self.doing = f"presses {label}: {custom_id}"
        if custom_id.startswith(ANSWER):
            attempt, question, option = custom_id.removeprefix(ANSWER).split(":")
            self._ledger.pressed.setdefault((attempt, question), set()).add(option)
        await self._ask(lambda: use(self._world, self._member, message, custom_id), message)
        self._note(message)

    def _note(self, message: Message | None) -> None:
        """Enter the answer that a message shows as taken, if it shows one."""
        if message is not None and not message.gone and (answer := answered(message)) is not None:
            attempt, question, option = answer
            self._ledger.shown.setdefault((attempt, question), option)

    async def _ask(self, send: Callable[[], Interaction], message: Message | None = None) -> Interaction | None:
        """Send an interaction and look what comes of it; None when it failed, as Discord's client tells it."""
        self._ledger.asked += 1
        try:
            interaction = send()
        except RefusedError:  # the message has changed or gone a moment before
            await asyncio.sleep(0)
            return None
        ids = (interaction.id, *([] if message is None else [message.id]))
        happened = self._watch.of(*ids)
        try:
            if await _within(happened, ACKNOWLEDGE_WITHIN):
                if interaction.answer in (Answer.DEFERRED_UPDATE, Answer.DEFERRED_MESSAGE):
                    happened.clear()
                    await _within(happened, LOOKS_FOR_S)
                return interaction
            self._ledger.failed += 1
            return None
        finally:
            self._watch.forget(*ids)


async def _within(happened: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await happened.wait()
    except TimeoutError:
        return False
    return True


def labels(message: Message) -> dict[str, str]:
    """The labels of the buttons that can be pressed, each with its `custom_id`."""
    return {each["label"]: each["custom_id"] for each in _buttons(message.components) if not each.get("disabled")}


def words(message: Message) -> str:
    """All that a message says."""
    return "\n".join(texts(message))


def answered(message: Message) -> tuple[str, str, str] | None:
    """Attempt, question and option of the answer that a message's feedback shows: the wrong one, else the right one."""
    shown = [each for each in _buttons(message.components) if each["custom_id"].startswith(ANSWER)]
    for style in (DANGER, SUCCESS):
        for each in shown:
            if each["style"] == style:
                attempt, question, option = each["custom_id"].removeprefix(ANSWER).split(":")
                return attempt, question, option
    return None


def _buttons(components: list[Json]) -> Iterator[Json]:
    for component in components:
        if component["type"] == BUTTON:
            yield component
        yield from _buttons(component.get("components", []))
