"""Reminders come by direct message, once a day at an hour that the member chose, if something is due then."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain import timing
from tests.conftest import House
from tests.exts.reviewing import Gone, execute, finish, learn, planned, remind, reminded, reminders, stored, utc
from tests.person import Person


async def test_a_reminder_comes_each_day_at_its_hour_whatever_restarts(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total", "g.hard.order")
    said = await ada.type("remind", time="18", timezone="europe/berlin")
    assert said.private
    assert "Daily at 18:00 (Europe/Berlin)" in said.text
    assert f"<t:{int(utc('03-01', '17:00').timestamp())}:f>" in said.text
    assert "`/remind time:off`" in said.text

    house.comes(utc("03-01", "16:59"))
    house.comes(utc("03-01", "17:00"))
    seen = await reminded(ada, 1)
    assert "## 2 questions are due" in seen.text
    assert "To stop it, press *Stop reminding me* or use `/remind time:off`." in seen.text
    assert seen.labels == ["Review now", "Stop reminding me"]
    assert seen.raw["mentions"] == []
    assert seen.raw["channel_id"] != ada.channel()
    for days in range(1, 4):
        await house.restart()
        house.comes(utc("03-01", "17:00") + timedelta(days=days))
        await reminded(ada, days + 1)


async def test_nobody_else_sees_a_reminder(house: House, ada: Person, grace: Person) -> None:
    for person in (ada, grace):
        learn(house, person, "g.easy.total")
        await person.type("remind", time="13:00", timezone="UTC")
    house.passes(hours=2)
    ids = [(await reminded(person, 1)).id for person in (ada, grace)]
    assert ids[0] not in grace.messages
    assert ids[1] not in ada.messages


async def test_across_the_change_to_summer_time_it_comes_at_the_same_hour_of_their_clock(
    house: House, ada: Person
) -> None:
    learn(house, ada, "g.easy.total")
    house.comes(utc("03-27", "12:00"))
    await ada.type("remind", time="8:00", timezone="Europe/Berlin")
    moments = []
    for number in range(3):
        moments.append(at := planned(house, ada))
        house.comes(at - timedelta(minutes=1))
        await house.restart()
        house.comes(at)
        await reminded(ada, number + 1)
    assert moments == [utc("03-28", "7:00"), utc("03-29", "6:00"), utc("03-30", "6:00")]


@pytest.mark.parametrize(
    ("begin", "moments"),
    [
        ("03-27", [utc("03-28", "1:30"), utc("03-29", "1:30"), utc("03-30", "0:30")]),  # over which they leap
        ("10-23", [utc("10-24", "0:30"), utc("10-25", "0:30"), utc("10-26", "1:30")]),  # which they show twice
    ],
)
async def test_on_the_day_the_clocks_change_a_reminder_of_that_hour_comes_once(
    house: House, ada: Person, begin: str, moments: list[datetime]
) -> None:
    learn(house, ada, "g.easy.total")
    house.comes(utc(begin, "12:00"))
    await ada.type("remind", time="2:30", timezone="Europe/Berlin")
    for number, at in enumerate(moments, 1):
        assert planned(house, ada) == at
        house.comes(at)
        await reminded(ada, number)
        await house.restart()
        house.passes(hours=3)  # past the hour that the clocks show twice
    assert len(reminders(ada)) == len(moments)


async def test_with_nothing_due_no_message_comes_that_day(house: House, ada: Person, grace: Person) -> None:
    first, second = sorted((ada, grace), key=lambda person: person.id)  # in this order they are reminded
    learn(house, first, "g.easy.total", due_in=timedelta(days=1, hours=12))
    learn(house, second, "g.easy.total")
    for person in (first, second):
        await person.type("remind", time="18:00", timezone="UTC")
    for days, times in ((0, 0), (1, 0), (2, 1)):
        house.comes(utc("03-01", "18:00") + timedelta(days=days))
        await reminded(second, days + 1)
        assert len(reminders(first)) == times


async def test_who_has_learned_nothing_is_reminded_of_nothing(house: House, ada: Person, grace: Person) -> None:
    first, second = sorted((ada, grace), key=lambda person: person.id)
    learn(house, second, "g.easy.total")
    for person in (first, second):
        await person.type("remind", time="18:00", timezone="UTC")
    house.comes(utc("03-01", "18:00"))
    await reminded(second, 1)
    assert reminders(first) == []


async def test_a_reminder_that_was_missed_by_little_is_sent_late_and_one_by_much_is_left_out(
    house: House, ada: Person
) -> None:
    learn(house, ada, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    await house.stop()
    house.comes(utc("03-01", "23:59"))
    await house.start()
    await reminded(ada, 1)
    assert planned(house, ada) == utc("03-02", "18:00")

    await house.stop()
    house.comes(utc("03-03", "0:01"))
    await house.start()
    house.comes(utc("03-03", "18:00"))
    await reminded(ada, 2)
    assert planned(house, ada) == utc("03-04", "18:00")
    house.comes(utc("03-04", "18:00"))
    await reminded(ada, 3)


async def test_after_many_days_away_one_reminder_comes_and_not_one_for_each(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    await house.stop()
    house.comes(utc("03-09", "12:00"))
    await house.start()
    house.comes(utc("03-09", "18:00"))
    await reminded(ada, 1)


async def test_who_was_reminded_today_is_not_again_for_choosing_a_later_time(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="Europe/Berlin")
    house.comes(utc("03-01", "17:00"))
    await reminded(ada, 1)
    await ada.type("remind", time="20:00")
    assert planned(house, ada) == utc("03-02", "19:00")
    await ada.type("remind", time="off")
    await ada.type("remind", time="21:00")
    assert planned(house, ada) == utc("03-02", "20:00")


async def test_review_now_serves_what_is_due_in_the_direct_message(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total", "g.easy.order")
    await ada.type("remind", time="18:00", timezone="UTC")
    house.comes(utc("03-01", "18:00"))
    seen = await reminded(ada, 1)
    await house.restart()

    question = await ada.press("Review now", seen)
    assert question.raw["channel_id"] == seen.raw["channel_id"]
    assert question.id != seen.id
    found, end = await finish(house, ada, question)
    assert sorted(map(timing.item_of, found)) == ["g.easy.order", "g.easy.total"]
    assert "## 2 of 2 right" in end.text
    assert stored(house, "SELECT guild_id, finished_at IS NOT NULL FROM attempts") == [(None, 1)]
    assert "## Nothing is due" in (await ada.press("Review now", seen)).text


async def test_both_commands_work_in_a_direct_message(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    house.comes(utc("03-01", "18:00"))
    channel = (await reminded(ada, 1)).raw["channel_id"]
    for name, options, told in (
        ("review", [], "## 1 question is due"),
        ("remind", [{"name": "time", "value": "off"}], "Reminders are off."),
    ):
        frame = {"type": "command", "channel_id": channel, "name": name, "options": options}
        seen = await ada._act(frame, lambda found, name=name: ada._answers_my(name, found))
        assert seen.raw["channel_id"] == channel
        assert told in seen.text


async def test_somebody_who_is_gone_is_left_in_peace_and_holds_up_nobody(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    gone = Gone(id=1)
    learn(house, gone, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    remind(house, gone, utc("03-01", "17:59"))
    house.comes(utc("03-01", "18:00"))
    await reminded(ada, 1)
    assert planned(house, gone) is None


async def test_a_closed_inbox_is_told_by_remind_too(house: House, ada: Person) -> None:
    await ada.type("remind", time="18:00", timezone="UTC")
    execute(house, f"UPDATE members SET remind_at = NULL, inbox_closed_at = 1 WHERE member_id = {ada.id}")
    assert "**Your daily reminder was switched off**" in (await ada.type("remind")).text
    assert "switched off" not in (await ada.type("review")).text


async def test_a_reminder_that_discord_does_not_take_is_logged_and_the_next_day_comes_another(
    house: House, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(house, ada, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    given_up = asyncio.Event()

    def hear(_logger: object, method: str, entry: dict[str, Any]) -> dict[str, Any]:
        if (method, entry["event"], entry.get("member")) == ("warning", "reminder not sent", ada.id):
            given_up.set()
        return entry

    with capture_logs(processors=[hear]), monkeypatch.context() as patched:
        patched.setattr("bot.exts.kit.patience.LATER_S", 0.0)
        house.comes(utc("03-01", "18:00"))
        async with asyncio.timeout(10):
            await given_up.wait()
    house.comes(utc("03-02", "18:00"))
    await reminded(ada, 1)
