"""What is read off the messages of a test, and how somebody gets through one."""

from __future__ import annotations

import asyncio

from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.guild import GuildSettings
from bot.domain.lesson import Question
from bot.services.memory import remember
from bot.settings import ROOT
from bot.storage.attempts import Attempts
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.conftest import House
from tests.person import PATIENCE_S, Person, Seen

LETTERS = "ABCDE"
BANK = load(ROOT / "content").lessons["async"].questions


def behind(seen: Seen) -> dict[str, list[str]]:
    """Test, question and option behind each letter."""
    return {name: b["custom_id"].split(":")[1:] for name, b in seen.buttons.items() if name in LETTERS}


def asked(seen: Seen) -> Question:
    """The question of a message, told by its buttons."""
    question_id = behind(seen)["A"][1]
    found = BANK.get(question_id) or timing.made_again(question_id)
    assert found is not None
    return found


def letter(seen: Seen, *, right: bool) -> str:
    """The letter of the right option, or of the first wrong one."""
    key = asked(seen).answer.id
    return next(name for name, ids in behind(seen).items() if (ids[2] == key) is right)


def number(seen: Seen) -> int:
    """Which question a message asks."""
    return int(seen.text.strip().split()[2])


async def answer(person: Person, seen: Seen, *, right: bool = True) -> Seen:
    """Press a letter; what the message shows then."""
    return await person.press(letter(seen, right=right), seen)


async def through(person: Person, seen: Seen, *, right: int) -> Seen:
    """Answer what is left, the first `right` of it right; the result."""
    while behind(seen):
        seen = await answer(person, seen, right=right > 0)
        right -= 1
    return seen


async def closed(house: House, seen: Seen) -> None:
    """Wait until the test of a message is over in the store, though nobody clicks."""
    async with Store(house.settings.database_url) as store, asyncio.timeout(PATIENCE_S):
        # Each look by a newcomer: who has read an attempt knows it, and asks the store no more.
        while not (found := await Attempts(store, remember).get(behind(seen)["A"][0])) or not found.finished:
            pass


async def set_up(house: House, **settings: object) -> None:
    """What the server has set."""
    async with Store(house.settings.database_url) as store:
        await Guilds(store).save(GuildSettings(house.playground.world.guild.id, **settings), None)
