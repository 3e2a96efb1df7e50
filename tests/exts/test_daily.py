"""A server is asked a question a day: members answer, it is closed and explained when the next one comes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from bot.playground.faults import Fault
from bot.playground.permissions import Permission
from bot.services.daily import DayOverError
from bot.services.guilds import GuildService
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.conftest import House
from tests.person import PATIENCE_S, Person, Seen

HEADING = "## Question of the day"

Wanted = Callable[..., Awaitable[None]]


@pytest.fixture
def wanted(house: House) -> Wanted:
    """The server chooses a channel, minutes after midnight and a time zone for its question, or other things."""

    async def choose(minute: int = 9 * 60, zone: str = "Europe/Berlin", channel: int | None = 0, **more: Any) -> None:
        world = house.playground.world.guild
        channel_id = None if channel is None else world.channels[channel].id
        values = {"daily_minute": minute, "time_zone": zone, "daily_channel_id": channel_id, **more}
        await house.stop()
        async with Store(house.settings.database_url) as store:
            await GuildService(Guilds(store), house.clock.now).change(world.id, **values)
        await house.start()

    return choose


def query(house: House, sql: str) -> list[Any]:
    """What the database holds; a statement is committed."""
    file = make_url(house.settings.database_url).database
    assert file
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(sql).fetchall()


def questions(person: Person) -> list[Seen]:
    """The questions of the day that somebody sees, the earliest first."""
    return [message for message in person.messages.values() if message.text.strip().startswith(HEADING)]


def is_open(message: Seen) -> bool:
    return HEADING in message.text and "A" in message.labels


async def todays(person: Person, number: int = 1) -> Seen:
    """The question of the day, which is the one of that number in the channel."""
    return await person.sees(lambda message: is_open(message) and len(questions(person)) == number)


async def answers(person: Person, letter: str, message: Seen) -> Seen:
    """Press a letter; the private message that tells what was answered, whatever else changes meanwhile."""
    await person.press(letter, message)
    return await person.sees(lambda seen: seen.private and f"### Your answer: {letter}" in seen.text)


async def becomes(house: House, person: Person, sql: str, rows: list[Any]) -> None:
    """Wait until the database holds that, while somebody does something else."""
    async with asyncio.timeout(PATIENCE_S):
        while query(house, sql) != rows:
            await person.type("help")


def berlin(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of winter in Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


async def test_two_members_answer_one_changes_her_mind_and_the_next_day_it_is_explained(
    house: House, ada: Person, grace: Person, wanted: Wanted
) -> None:
    await wanted()
    assert questions(ada) == []
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    assert not seen.private
    assert seen.text.endswith("-# 0 answers so far")

    mine = await answers(ada, "A", seen)
    assert (await answers(ada, "B", mine)).id == mine.id
    await answers(grace, "B", await todays(grace))
    assert [message for message in grace.messages.values() if message.id == mine.id] == []
    house.passes(seconds=2)
    await ada.sees(lambda message: message.id == seen.id and "-# 2 answers so far" in message.text)

    edits = [sent for _, sent in house.sent if sent.method == "PATCH" and "so far" in str(sent.body)]
    assert len(edits) <= 2  # one at once, and after a second one for those since; fewer, if they came together

    house.comes(berlin(3, 9))
    after = await ada.sees(lambda message: message.id == seen.id and "Worked solution" in message.text)
    assert after.id == seen.id
    assert "closed with 2 answers" in after.text
    assert "**B** `████████████` 2" in after.text
    assert "**A** `▏           ` 0" in after.text
    assert "A" not in after.labels
    second = await todays(ada, 2)
    assert second.text.partition("\n\n")[0] != after.text
    assert query(house, "SELECT count(*) FROM cards") == [(2,)]
    assert query(house, "SELECT answers FROM tallies") == [(2,)]


async def test_it_comes_once_a_day_whatever_restarts_in_winter_and_in_summer_time(
    house: House, ada: Person, wanted: Wanted
) -> None:
    house.comes(datetime(2026, 3, 27, 12, tzinfo=UTC))
    await wanted(minute=9 * 60 + 30)
    for number, (day, hour) in enumerate(((28, 8), (29, 7), (30, 7)), 1):
        at = datetime(2026, 3, day, hour, 30, tzinfo=UTC)
        house.comes(at - timedelta(seconds=5))
        await house.restart()
        assert len(questions(ada)) == number - 1
        house.comes(at)
        await todays(ada, number)
        await house.restart()
        house.passes(hours=1)
        await house.restart()
        assert len(questions(ada)) == number
    days = [("2026-03-28", 1), ("2026-03-29", 1), ("2026-03-30", 1)]
    await becomes(house, ada, "SELECT day, message_id IS NOT NULL FROM polls ORDER BY day", days)


async def test_no_question_comes_again_before_all_were_asked_and_every_third_is_generated(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    for number in range(1, 10):
        house.comes(berlin(1 + number, 9))
        await todays(ada, number)
    asked = [row[0] for row in query(house, "SELECT question_id FROM polls ORDER BY day")]
    assert len(set(asked)) == 9
    assert [question_id.startswith("g.") for question_id in asked] == [False, False, True] * 3


async def test_a_bot_that_died_before_it_had_posted_posts_when_it_starts(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await house.stop()
    query(house, "UPDATE polls SET message_id = NULL")
    await house.delete(seen)
    await house.start()
    await ada.sees(lambda message: is_open(message) and message.id != seen.id)


async def test_a_bot_that_died_after_it_had_posted_does_not_post_again(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await house.stop()
    query(house, "UPDATE polls SET message_id = NULL")
    await house.start()
    await ada.press("A", seen)
    await ada.sees(lambda message: message.id == seen.id and "1 answer so far" in message.text)
    await becomes(house, ada, "SELECT message_id FROM polls", [(int(seen.id),)])
    assert [message.id for message in questions(ada)] == [seen.id]


async def test_a_bot_that_died_before_it_had_explained_explains_when_it_starts(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await becomes(house, ada, "SELECT message_id FROM polls", [(int(seen.id),)])
    await house.stop()
    query(house, "UPDATE polls SET closed_at = opened_at + 1000")
    await house.start()
    after = await ada.sees(lambda message: message.id == seen.id and "Worked solution" in message.text)
    assert "closed with 0 answers" in after.text


async def test_after_a_long_sleep_the_day_is_left_out_and_after_a_short_one_it_is_late(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    await house.stop()
    house.comes(berlin(2, 16))
    await house.start()
    await house.stop()
    house.comes(berlin(5, 14))
    await house.start()
    await todays(ada)
    assert query(house, "SELECT day FROM polls") == [("2026-03-05",)]


async def test_a_click_that_comes_late_is_told_so_kindly(house: House, ada: Person, wanted: Wanted) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    mine = await answers(ada, "A", await todays(ada))
    house.comes(berlin(3, 9))
    await todays(ada, 2)
    said = await ada.press("B", mine)
    assert said.private
    assert said.text.strip() == str(DayOverError())
    assert query(house, "SELECT count(*) FROM poll_answers") == [(1,)]


async def test_switched_off_the_open_question_is_closed_and_explained(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await wanted(channel=None)
    await ada.sees(lambda message: message.id == seen.id and "Worked solution" in message.text)
    house.comes(berlin(4, 12))
    await house.restart()
    assert [message.id for message in questions(ada)] == [seen.id]


async def test_a_deleted_message_holds_nothing_up(house: House, ada: Person, wanted: Wanted) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    mine = await answers(ada, "A", seen)
    await house.delete(seen)
    await answers(ada, "B", mine)
    house.comes(berlin(3, 9))
    await todays(ada, 1)
    house.comes(berlin(4, 9))
    await todays(ada, 2)
    await becomes(house, ada, "SELECT day FROM polls WHERE explained_at IS NULL", [("2026-03-04",)])
    assert query(house, "SELECT answers, right FROM tallies") == [(1, 0)]


async def test_a_deleted_channel_switches_the_question_off_and_what_was_open_there_is_over(
    house: House, ada: Person, wanted: Wanted
) -> None:
    world = house.playground.world
    await wanted(channel=1)
    house.comes(berlin(2, 9))
    await answers(ada, "A", await todays(ada))
    world.delete_channel(world.guild.channels[1])
    with capture_logs() as logs:
        house.comes(berlin(3, 9))
        await becomes(house, ada, "SELECT daily_channel_id, daily_at FROM guilds", [(None, None)])
        await becomes(house, ada, "SELECT day, explained_at IS NOT NULL FROM polls", [("2026-03-02", 1)])
    told = [entry["log_level"] for entry in logs if entry["event"].startswith("daily question off")]
    assert told == ["warning"]
    await wanted()
    house.comes(berlin(4, 9))
    await todays(ada)


def refusals(logs: list[Any]) -> list[Any]:
    """What the log tells of days on which Discord let nothing be posted."""
    return [entry for entry in logs if entry["event"] == "daily question refused"]


async def test_a_channel_that_may_not_be_posted_in_is_tried_three_days_and_then_left(
    house: House, ada: Person, wanted: Wanted
) -> None:
    world = house.playground.world
    await wanted()
    world.overwrite(world.guild.channels[0], world.bot_member, deny=Permission.SEND_MESSAGES)
    with capture_logs() as logs:
        for day in (2, 3, 4):
            assert query(house, "SELECT daily_channel_id IS NOT NULL FROM guilds") == [(1,)]
            house.comes(berlin(day, 9))
            days = [(f"2026-03-{found:02}", None) for found in range(2, day + 1)]
            await becomes(house, ada, "SELECT day, message_id FROM polls WHERE explained_at > 0 ORDER BY day", days)
        await becomes(house, ada, "SELECT daily_channel_id, daily_at FROM guilds", [(None, None)])
        async with asyncio.timeout(PATIENCE_S):
            while len(refused := refusals(logs)) < 3:  # noqa: ASYNC110 - the log comes later, and no event tells of it
                await asyncio.sleep(0.02)
    assert [entry["off"] for entry in refused] == [False, False, True]

    world.overwrite(world.guild.channels[0], world.bot_member)
    await wanted()
    house.comes(berlin(5, 9))
    await todays(ada)


async def test_a_question_that_left_the_lesson_is_closed_all_the_same(
    house: House, ada: Person, wanted: Wanted
) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await becomes(house, ada, "SELECT message_id FROM polls", [(int(seen.id),)])
    query(house, "UPDATE polls SET question_id = 'gone'")
    said = await ada.press("A", seen)
    assert said.text.strip() == "This question is not here any more. `/quiz` asks you others."
    house.comes(berlin(3, 9))
    after = await ada.sees(lambda message: message.id == seen.id and "A" not in message.labels)
    assert "It is not part of the lesson any more." in after.text
    await todays(ada, 2)


async def test_a_count_that_comes_after_the_solution_does_not_take_its_place(
    house: House, ada: Person, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord wants fewer requests, and meanwhile another process, whose turn it is, closes and explains it."""
    faults = house.playground.faults
    monkeypatch.setattr(faults, "_retry_after_s", (4.0, 4.0))
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await becomes(house, ada, "SELECT message_id FROM polls", [(int(seen.id),)])
    faults.aim(Fault.LIMITED, "PATCH", "/channels/{channel_id}/messages/{message_id}")
    await answers(ada, "A", seen)
    async with asyncio.timeout(PATIENCE_S):
        while not faults.happened[Fault.LIMITED]:
            await ada.type("help")
    query(house, "UPDATE polls SET closed_at = opened_at + 1000, explained_at = opened_at + 2000")
    after = await ada.sees(lambda message: message.id == seen.id and "Worked solution" in message.text)
    assert "closed with 1 answer" in after.text
    counted = [sent for _, sent in house.sent if "1 answer so far" in str(sent.body) and sent.status == 200]
    assert len(counted) == 1, "it came all the same, and was mended"


async def test_a_count_that_was_lost_is_shown_a_minute_later(house: House, ada: Person, wanted: Wanted) -> None:
    await wanted()
    house.comes(berlin(2, 9))
    seen = await todays(ada)
    await becomes(house, ada, "SELECT message_id FROM polls", [(int(seen.id),)])
    with capture_logs() as logs:
        house.playground.faults.aim(Fault.CUT, "PATCH", "/channels/{channel_id}/messages/{message_id}")
        await answers(ada, "A", seen)
        async with asyncio.timeout(PATIENCE_S):
            while not any(entry["event"] == "not counted" for entry in logs):
                await ada.type("help")
    house.passes(minutes=2)
    await ada.sees(lambda message: message.id == seen.id and "-# 1 answer so far" in message.text)
