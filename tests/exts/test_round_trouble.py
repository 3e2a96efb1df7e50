"""What happens to a round when messages or channels are gone, the bot may not post, or it died at a bad moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bench.postgres import a_postgres
from bot.catalog.loader import load
from bot.exts.round import _conductor
from bot.playground.faults import Fault
from bot.playground.model import Channel
from bot.playground.permissions import Permission
from bot.settings import Settings
from tests.conftest import House, running
from tests.exts.rounds import Bank, answers, asked, closed, counted, ended, places, questions, stored
from tests.person import PATIENCE_S, Person


@pytest.fixture
def bank(house: House) -> Bank:
    """The questions of the lesson."""
    return load(house.settings.content_dir).lessons["async"].questions


@pytest.fixture
async def linus(house: House) -> Person:
    """A student."""
    return await house.person("Linus")


def deny(house: House, *denied: Permission) -> Channel:
    """The bot may not do that any more in the first channel."""
    world = house.playground.world
    channel = world.guild.channels[0]
    world.overwrite(channel, world.bot_member, deny=sum(denied))
    return channel


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what only the database shows."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.02)


async def test_a_deleted_question_is_closed_in_a_message_of_its_own(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=20)
    await answers(linus, 1, bank, right=True)
    await house.delete(await counted(linus, 1))
    await linus.sees(lambda _: not questions(linus, 1))
    house.passes(seconds=20)
    assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]
    house.passes(seconds=10)
    await asked(linus, 2)
    assert len(questions(linus, 1)) == 1


async def test_a_round_in_a_deleted_channel_is_over(house: House, grace: Person, linus: Person, bank: Bank) -> None:
    grace.goes_to("async-lab")
    linus.goes_to("async-lab")
    await grace.type("round start", topic="async", questions=2, seconds=20)
    await answers(linus, 1, bank, right=True)
    await counted(linus, 1)
    world = house.playground.world
    world.delete_channel(world.guild.channels[1])
    house.passes(seconds=20)
    await until(lambda: stored(house, "SELECT phase, end_message_id FROM rounds") == [("over", 0)])
    assert stored(house, "SELECT sum(answers) FROM tallies") == [(1,)]  # what was closed counts


async def test_a_round_ends_where_the_bot_may_not_post_any_more(house: House, grace: Person, linus: Person) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=20)
    await asked(linus, 1)
    house.passes(seconds=20)
    await closed(linus, 1)
    deny(house, Permission.SEND_MESSAGES)
    house.passes(seconds=10)
    await until(lambda: stored(house, "SELECT phase, end_message_id FROM rounds") == [("over", 0)])


async def test_nothing_is_started_where_the_bot_may_not_post(house: House, grace: Person) -> None:
    deny(house, Permission.SEND_MESSAGES)
    refused = await grace.type("round start", topic="async")
    assert refused.private
    assert "Tandem may not post here: it lacks *Send Messages*." in refused.text
    assert stored(house, "SELECT count(*) FROM rounds") == [(0,)]


@pytest.mark.parametrize("seconds", [0, 120])  # Discord knows the nonce; later than that, the message is looked for
async def test_a_question_is_not_posted_twice_if_the_bot_died_when_it_was_posted(
    house: House, grace: Person, linus: Person, bank: Bank, seconds: int
) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=300)
    first = await asked(linus, 1)
    await house.stop()
    stored(house, "UPDATE polls SET message_id = NULL")
    house.passes(seconds=seconds)
    await house.start()
    await answers(linus, 1, bank, right=True)
    assert (await counted(linus, 1)).id == first.id
    assert len(questions(linus, 1)) == 1


async def test_a_question_posted_when_the_bot_died_is_closed_in_its_message(
    house: House, grace: Person, linus: Person
) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=20)
    first = await asked(linus, 1)
    await house.stop()
    stored(house, "UPDATE polls SET message_id = NULL")
    house.passes(seconds=30)
    await house.start()
    assert (await closed(linus, 1)).id == first.id
    assert len(questions(linus, 1)) == 1


async def test_an_end_that_was_not_told_is_told_at_the_next_start(house: House, grace: Person, linus: Person) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=20)
    await asked(linus, 1)
    await house.stop()
    stored(house, "UPDATE rounds SET phase = 'over', number = 0, phase_ends_at = NULL, ended_at = started_at")
    await house.start()
    assert "Nobody has answered this time." in (await ended(linus)).text
    await until(lambda: stored(house, "SELECT count(*) FROM rounds WHERE end_message_id > 0") == [(1,)])
    await house.restart()
    await grace.type("round start", topic="async", questions=1)
    await linus.sees(lambda m: "## Question 1 of 1" in m.text and "A" in m.labels)
    assert len([m for m in linus.messages.values() if "## The round is over" in m.text]) == 1


async def test_a_question_that_left_the_lesson_is_left_out(house: House, grace: Person, linus: Person) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=300)
    await asked(linus, 1)
    await house.stop()
    stored(house, "UPDATE polls SET question_id = 'gone'")
    await house.start()
    left_out = await closed(linus, 1)
    assert "not part of the lesson any more" in left_out.text
    house.passes(seconds=10)
    await asked(linus, 2)


async def test_a_round_whose_host_is_forgotten_can_be_stopped_by_others(
    house: House, ada: Person, grace: Person, linus: Person
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=300)
    await asked(linus, 1)
    stored(house, "UPDATE rounds SET host_id = NULL")
    assert "Its host has left." in (await linus.type("round stop")).text
    assert "A round is running here already." in (await ada.type("round start", topic="async")).text
    await ada.type("round stop")
    await ended(linus)


MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"


async def test_what_discord_does_not_take_at_once_is_told_again(
    house: House, grace: Person, linus: Person, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line breaks, limits are hit, a proxy fails, and one answer is lost after the question was posted."""
    monkeypatch.setattr(_conductor, "RETRY_S", (0.01,))
    faults = house.playground.faults
    faults.aim(Fault.CUT, "POST", MESSAGES, times=2)
    faults.aim(Fault.LIMITED_GLOBALLY, "POST", MESSAGES)
    faults.aim(Fault.LOST, "POST", MESSAGES)
    await grace.type("round start", topic="async", questions=1, seconds=20)
    await answers(linus, 1, bank, right=True)
    await counted(linus, 1)
    faults.aim(Fault.CUT, "PATCH", MESSAGE)
    faults.aim(Fault.LIMITED, "PATCH", MESSAGE)
    faults.aim(Fault.BAD_GATEWAY, "PATCH", MESSAGE)
    house.passes(seconds=20)
    assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]
    house.passes(seconds=10)
    await ended(linus)
    assert len(questions(linus, 1)) == 1
    limits = {Fault.LIMITED: 1, Fault.LIMITED_GLOBALLY: 1}
    assert faults.happened == limits | {Fault.CUT: 3, Fault.LOST: 1, Fault.BAD_GATEWAY: 1}


async def test_a_round_goes_on_after_its_database_was_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_conductor, "RETRY_S", (0.05,))
    monkeypatch.setattr(_conductor, "LOOK_EVERY_S", 0.2)
    with a_postgres() as server, capture_logs() as logs:
        url = server.store_url().render_as_string(hide_password=False)
        async with running(replace(settings, database_url=url)) as house:
            bank = load(house.settings.content_dir).lessons["async"].questions
            grace, linus = await house.person("Grace"), await house.person("Linus")
            await grace.type("round start", topic="async", questions=2, seconds=20)
            await answers(linus, 1, bank, right=True)

            await asyncio.to_thread(server.kill)
            house.passes(seconds=20)
            await until(lambda: {"rounds not looked for", "round not told"} <= {entry["event"] for entry in logs})
            assert not any("**Standing**" in seen.text for seen in linus.messages.values())

            await asyncio.to_thread(server.start)
            assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]
            house.passes(seconds=10)
            await asked(linus, 2)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
