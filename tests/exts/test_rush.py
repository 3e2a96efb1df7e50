"""Where very many click at once, whoever cannot be answered in time is acknowledged first, and told the same after."""

from __future__ import annotations

import asyncio

import pytest

import bot.exts.kit.rush
from bot.playground.events import Answered, Edited, Event, Posted
from bot.playground.interaction import Answer, Interaction
from bot.playground.message import Flag, Message, texts
from bot.playground.request import use
from tests.conftest import House
from tests.crowd import PATIENCE_S, Crowd
from tests.person import Person

CALM, MANY = 20, 100
"""Here Discord is in the bot's own process and checks all that is sent, which takes longer than the bot does.
`python -m bench clicks` tries three thousand, in processes of their own.
"""


@pytest.fixture(autouse=True)
def soon_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a rush begin with fewer clicks."""
    monkeypatch.setattr(bot.exts.kit.rush, "CALM", CALM)


class Rush:
    """A crowd that presses a button of one message at once, and what each member reads of it in private."""

    def __init__(self, crowd: Crowd) -> None:
        self.world, self.members = crowd.playground.world, crowd.members
        now = self.world.clock()
        self.world.clock = lambda: now  # the 3 seconds to answer never pass: a slow machine is not judged
        self.asked: list[Interaction] = []
        self.acknowledged: set[int] = set()
        self.told: dict[int, Message] = {}
        """The last message, by its id, that is no "is thinking…"."""
        self._changed = asyncio.Event()
        self.world.subscribe(self._hear)

    async def press(self, message_id: str, custom_id: str) -> None:
        """Everybody presses; returns when all have something to read."""
        message = next(m for room in self.world.channels if (m := self.world.find_message(room, int(message_id))))
        self.asked = [use(self.world, member, message, custom_id) for member in self.members]
        async with asyncio.timeout(PATIENCE_S):
            while len(self.told) < len(self.members) or len(self.acknowledged) < len(self.members):
                self._changed.clear()
                await self._changed.wait()

    def _hear(self, event: Event) -> None:
        match event:
            case Answered(interaction):
                self.acknowledged.add(interaction.id)
            case Posted(message) | Edited(message) if message.flags & Flag.EPHEMERAL:
                if not message.flags & Flag.LOADING:
                    self.told[message.id] = message
            case _:
                return
        self._changed.set()

    @property
    def words(self) -> set[str]:
        """What is read."""
        return {"\n".join(texts(message)) for message in self.told.values()}


async def test_a_hundred_who_answer_a_round_at_once(house: House, grace: Person) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=60)
    question = await grace.sees(lambda m: "## Question 1 of 1" in m.text and "A" in m.labels)

    rush = Rush(Crowd.of(house.playground, MANY))
    await rush.press(question.id, question.buttons["A"]["custom_id"])

    assert {asked.answer for asked in rush.asked} == {Answer.MESSAGE, Answer.DEFERRED_MESSAGE}
    (told,) = rush.words
    assert "You chose **A**" in told
    await grace.sees(lambda m: f"{MANY} answers so far" in m.text)


async def test_a_hundred_who_press_a_button_of_a_quiz_that_is_gone(house: House) -> None:
    gone = await house.old_message("quiz.answer:gone:which:a")

    rush = Rush(Crowd.of(house.playground, MANY))
    await rush.press(gone, "quiz.answer:gone:which:a")

    assert {asked.answer for asked in rush.asked} == {Answer.MESSAGE, Answer.DEFERRED_UPDATE}
    assert rush.words == {"This quiz is not here any more. `/quiz` starts a new one."}
