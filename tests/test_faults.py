"""Discord has a bad day: members get to the end of what they do all the same, and are told the truth."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import make_url

from bench import faults as bench
from bot.playground.faults import CALLBACK, OF_EVENTS, OF_REQUESTS, Fault
from tests.conftest import House
from tests.person import Failed, Person

ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


def stored(house: House, query: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    with closing(sqlite3.connect(str(make_url(house.settings.database_url).database))) as connection:
        return connection.execute(query).fetchall()


async def again_and_again(person: Person, line: str, until: Callable[[], bool]) -> None:
    """Use a command, and once more whenever Discord says that it failed, until something is so."""
    async with asyncio.timeout(60):
        while not until():
            try:
                await person.type(line)
            except Failed:
                continue


async def test_quizzes_are_taken_to_their_end_amid_all_faults() -> None:
    outcome = await bench.run(100, 1, Console(quiet=True))
    assert bench.failures(outcome) == []
    limits = {Fault.LIMITED, Fault.LIMITED_GLOBALLY}  # few requests of a short form have any: `test_round_trouble.py`
    assert {*outcome.happened} >= {*OF_REQUESTS, *OF_EVENTS, Fault.UNREACHABLE, Fault.TWICE} - limits
    assert outcome.ledger.failed > 0  # it was no good day
    assert "| quizzes taken to their end | 100 of 100" in bench.table(outcome)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.FAILED, Fault.BAD_GATEWAY, Fault.TIMED_OUT, Fault.CUT])
async def test_an_answer_is_shown_though_discord_fails_once(house: House, ada: Person, fault: Fault) -> None:
    await ada.type("quiz")
    house.playground.faults.aim(fault, "POST", CALLBACK)
    seen = await ada.press("A")
    assert "Next" in seen.labels
    assert len(stored(house, "SELECT * FROM answers")) == 1
    assert house.playground.faults.happened == {fault: 1}


async def test_what_comes_after_an_answer_that_got_lost_still_comes(house: House, ada: Person) -> None:
    """The run of a demo is followed to its end, though Discord's word on the message that follows it was lost."""
    house.playground.faults.aim(Fault.LOST, "POST", CALLBACK)
    shown = await ada.type("demo", demo="parallel")
    await ada.sees(lambda message: message.id == shown.id and "Steps" in message.labels)


async def test_a_picture_reaches_the_member_over_a_broken_line(house: House, ada: Person) -> None:
    shown = await ada.type("demo", demo="parallel")
    go_on = shown.buttons["Go on"]["custom_id"]
    await ada.sees(lambda message: message.id == shown.id and "Steps" in message.labels)
    house.playground.faults.aim(Fault.CUT, "PATCH", ORIGINAL)
    assert (await house.presses(ada, go_on)).pictures
    assert house.playground.faults.happened == {Fault.CUT: 1}


async def test_a_click_that_comes_twice_is_taken_once(house: House, ada: Person) -> None:
    first = await ada.type("quiz")
    house.playground.faults.aim(Fault.TWICE)
    await ada.press("A", first)
    house.playground.faults.aim(Fault.TWICE)
    await ada.type("demo", demo="parallel")
    await ada.type("help")  # by now the second ones have come too
    callbacks = [request for _, request in house.sent if request.path == CALLBACK]
    assert [request.status for request in callbacks] == [204] * 4
    assert len(stored(house, "SELECT * FROM answers")) == 1
    assert len(stored(house, "SELECT * FROM runs")) == 1


async def test_a_member_is_told_when_discord_does_not_take_the_answer(house: House, ada: Person) -> None:
    await ada.type("quiz")
    house.playground.faults.aim(Fault.CUT, "POST", CALLBACK, times=2)
    seen = await ada.press("A", aside=True)
    assert seen.private
    assert seen.text == "Discord did not take the answer. Nothing saved is lost; please try again."
    assert len(stored(house, "SELECT * FROM answers")) == 1


async def test_a_quiz_whose_message_goes_under_the_bots_hands_goes_on(house: House, ada: Person) -> None:
    first = await ada.type("quiz")
    house.playground.faults.aim(Fault.GONE, "POST", CALLBACK)
    with pytest.raises(Failed):
        await ada.press("A", first)
    assert len(stored(house, "SELECT * FROM answers")) == 1
    assert "Question 2 of 5" in (await ada.type("quiz")).text


async def test_the_gateway_comes_and_goes(house: House, ada: Person) -> None:
    """It cannot be reached, and when it can it hangs up before it says hello: discord.py takes that for the end."""
    faults = house.playground.faults
    faults.aim(Fault.CLOSED, times=3)
    faults.aim(Fault.UNREACHABLE)
    await again_and_again(ada, "help", lambda: sum(faults.happened.values()) == 4)
    assert "/quiz" in (await ada.type("help")).text


async def test_a_refused_resume_loses_no_more_than_what_is_pressed_again(house: House, ada: Person) -> None:
    world, starts = house.playground.world, house.playground.gateway.starts
    house.playground.faults.aim(Fault.REFUSED)
    await again_and_again(ada, "help", lambda: len(starts.log) > 1 and world.bot_online)
    assert "/quiz" in (await ada.type("help")).text
