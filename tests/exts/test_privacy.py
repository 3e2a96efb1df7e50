"""A member looks at what is held on them, has it deleted, and finds nothing any more."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.exts.privacy import _render
from bot.services.guilds import GuildService
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.conftest import House
from tests.exts.demos import result
from tests.person import PATIENCE_S, Person, Seen


async def uses(person: Person, what: str) -> Seen:
    """Use `/privacy export` or `/privacy delete`."""
    option = {"name": what, "options": []}
    frame = {"type": "command", "channel_id": person.channel(), "name": "privacy", "options": [option]}
    return await person._act(frame, lambda found: person._answers_my(f"privacy {what}", found))


async def export(person: Person) -> Seen:
    """Ask for a file, and wait for it, or for the word that there is none."""
    asked = await uses(person, "export")
    return await person.sees(lambda message: message.id == asked.id and "Tandem holds" in message.text)


async def downloaded(person: Person, message: Seen) -> Any:
    """The one file of a message."""
    (file,) = message.raw["attachments"]
    assert file["filename"] == "tandem.json"
    return json.loads(await person.looks_at({"media": file}))


async def test_a_member_gets_all_that_is_held_deletes_it_and_then_there_is_nothing(
    house: House, ada: Person, grace: Person
) -> None:
    quiz = await ada.type("quiz")
    await ada.press("Hint", quiz)
    await ada.press("A", quiz)
    await ada.type("lesson", topic="async", part="flow")
    await result(ada, await ada.type("demo", demo="parallel", delays="20", runtime="python"))
    await grace.press("A", await grace.type("quiz"))

    message = await export(ada)
    assert message.private
    held = await downloaded(ada, message)
    assert held["member_id"] == str(ada.id)
    (attempt,) = held["attempts"]
    assert len(attempt["layout"]) == 5
    assert len(attempt["answers"]) == len(attempt["hints"]) == 1
    assert attempt["answers"][0]["correct"] in (True, False)
    assert attempt["guild_id"] == str(house.playground.world.guild.id)
    assert [part["part_id"] for part in held["parts_read"]] == ["flow"]
    assert [bool(run["traces"]) for run in held["runs"]] == [True]
    assert held["cards"][0]["item_id"] == attempt["answers"][0]["question_id"]

    asked = await uses(ada, "delete")
    assert asked.private
    assert asked.labels == ["Delete everything about me", "Keep it"]
    done = await ada.press("Delete everything about me", asked)
    assert done.id == asked.id
    assert "Everything about you is deleted" in done.text
    assert done.labels == []
    empty = await export(ada)
    assert empty.text.strip() == _render.NOTHING
    assert empty.raw["attachments"] == []

    said = await ada.press("Next", quiz)
    assert said.text.strip() == "This quiz is not here any more. `/quiz` starts a new one."
    assert len((await downloaded(grace, await export(grace)))["attempts"]) == 1


async def test_whoever_keeps_it_loses_nothing(ada: Person) -> None:
    await ada.type("quiz")
    asked = await uses(ada, "delete")
    kept = await ada.press("Keep it", asked)
    assert (kept.id, kept.labels) == (asked.id, [])
    assert "Nothing was deleted" in kept.text
    assert len((await downloaded(ada, await export(ada)))["attempts"]) == 1


async def test_the_question_is_void_after_ten_minutes_and_stands_over_a_restart(house: House, ada: Person) -> None:
    await ada.type("quiz")
    asked = await uses(ada, "delete")
    house.passes(minutes=11)
    said = await ada.press("Delete everything about me", asked)
    assert said.text.strip() == _render.TOO_OLD
    assert len((await downloaded(ada, await export(ada)))["attempts"]) == 1
    asked = await uses(ada, "delete")
    await house.restart()
    await ada.press("Delete everything about me", asked)
    assert (await export(ada)).text.strip() == _render.NOTHING


async def test_a_question_that_somebody_has_made_up_deletes_nothing(house: House, ada: Person) -> None:
    await ada.type("quiz")
    assert (await house.presses(ada, "privacy.delete:soon")).text.strip() == _render.TOO_OLD
    assert len((await downloaded(ada, await export(ada)))["attempts"]) == 1


async def test_a_server_that_throws_the_bot_out_is_forgotten_and_members_keep_their_scores(
    house: House, ada: Person
) -> None:
    world = house.playground.world
    async with Store(house.settings.database_url) as store:
        await GuildService(Guilds(store), house.clock.now).change(world.guild.id, pass_mark=50)
        await ada.press("A", await ada.type("quiz"))
        world.remove_bot()
        async with asyncio.timeout(PATIENCE_S):
            world.invite_bot()
            while (await Guilds(store).get(world.guild.id)).pass_mark == 50:
                await ada.type("help")
    (attempt,) = (await downloaded(ada, await export(ada)))["attempts"]
    assert attempt["guild_id"] is None
    assert len(attempt["answers"]) == 1
    assert "Question 2 of 5" in (await ada.type("quiz")).text


@contextmanager
def held(house: House) -> Generator[None]:
    """Another process holds the database for longer than anybody waits."""
    file = house.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("lets_it_in_again", [False, True])
async def test_a_server_that_throws_the_bot_out_while_the_store_is_away_is_forgotten_unless_it_lets_it_in_again(
    house: House, ada: Person, *, lets_it_in_again: bool
) -> None:
    world = house.playground.world
    async with Store(house.settings.database_url) as store:
        guilds = Guilds(store)
        await GuildService(guilds, house.clock.now).change(world.guild.id, pass_mark=50)

        async def mark() -> int:
            return (await guilds.get(world.guild.id)).pass_mark

        with capture_logs() as logs:

            async def told(event: str) -> None:
                while event not in [line["event"] for line in logs]:
                    await mark()

            async with asyncio.timeout(PATIENCE_S):
                with held(house):
                    world.remove_bot()
                    await told("server not forgotten yet")
                if lets_it_in_again:
                    world.invite_bot()
                    await ada.type("help")
                house.passes(minutes=10)
                await told("server is back" if lets_it_in_again else "server forgotten")
        assert [line for line in logs if line["log_level"] in ("error", "critical")] == []
        assert (await mark() == 50) is lets_it_in_again
