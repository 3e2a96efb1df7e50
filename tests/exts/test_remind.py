"""A member is reminded by direct message, once a day at the hour they chose, of what is due; until they stop it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain import timing
from tests.conftest import House
from tests.exts.test_review import execute, finish, learn, stored
from tests.person import Person, Seen


def utc(day: str, hour: str) -> datetime:
    """A moment of 2026, of `03-29` and `6:00`."""
    return datetime.strptime(f"2026-{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def reminders(person: Person) -> list[Seen]:
    """The reminders that a person has got, oldest first."""
    return [seen for seen in person.messages.values() if "Review now" in seen.buttons]


async def reminded(person: Person, times: int) -> Seen:
    """The newest reminder, once there are so many."""
    await person.sees(lambda _: len(reminders(person)) >= times)
    assert len(reminders(person)) == times
    return reminders(person)[-1]


@dataclass
class Gone:
    """Somebody whose account Discord does not know any more."""

    id: int


def remind(house: House, person: Gone, at: datetime) -> None:
    """Somebody who was to be reminded at that moment."""
    row = f"({person.id}, 0, 'UTC', {at.hour * 60 + at.minute}, {int(at.timestamp() * 1000)})"
    execute(house, f"INSERT INTO members (member_id, hidden, time_zone, remind_minute, remind_at) VALUES {row}")


def planned(house: House, person: Person | Gone) -> datetime | None:
    """When the next reminder of a person is to come. Once one was seen, that is settled."""
    ((at,),) = stored(house, f"SELECT remind_at FROM members WHERE member_id = {person.id}")
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC)


async def opens(person: Person, label: str, message: Seen) -> dict[str, Any]:
    """Press a button that opens a form."""
    custom_id = message.buttons[label]["custom_id"]
    nonce = await person._send({"type": "component", "message_id": message.id, "custom_id": custom_id})
    return await person._wait(lambda: person._frame("modal", nonce))


def filled(form: dict[str, Any]) -> dict[str, str]:
    """What stands in the fields of a form before anything is typed."""
    fields = [label["component"] for label in form["modal"]["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


async def sends(person: Person, form: dict[str, Any], **values: str) -> Seen:
    """Fill in a form and send it."""
    components = [{"custom_id": name, "value": value} for name, value in (filled(form) | values).items()]
    about = {"interaction_id": form["interaction_id"], "custom_id": form["modal"]["custom_id"]}

    def answers(frame: dict[str, Any]) -> bool:
        return str(person.id) == (frame["message"].get("interaction_metadata") or {}).get("user", {}).get("id")

    return await person._act({"type": "modal_submit", **about, "components": components}, answers)


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


async def test_stop_under_a_reminder_stops_it_for_good(house: House, ada: Person, grace: Person) -> None:
    for person in (ada, grace):
        learn(house, person, "g.easy.total")
        await person.type("remind", time="18:00", timezone="UTC")
    house.comes(utc("03-01", "18:00"))
    await reminded(grace, 1)
    said = await ada.press("Stop reminding me", await reminded(ada, 1))
    assert "Reminders are off. *Remind me daily* starts them again" in said.text
    assert "off already" in (await ada.press("Stop reminding me", reminders(ada)[0])).text
    house.comes(utc("03-02", "18:00"))
    await reminded(grace, 2)
    house.comes(utc("03-03", "18:00"))
    await reminded(grace, 3)
    assert len(reminders(ada)) == 1


async def test_off_stops_it_and_the_panel_says_what_is_set(house: House, ada: Person) -> None:
    assert "## No reminders" in (await ada.type("remind")).text
    await ada.type("remind", time="8:30", timezone="Berlin")
    seen = await ada.type("remind")
    assert "Daily at 8:30 (Europe/Berlin)" in seen.text
    assert seen.labels == ["Change reminder", "Stop reminding me"]
    assert "-# Reminder daily at 8:30 (Europe/Berlin)" in (await ada.type("review")).text
    assert "Reminders are off." in (await ada.type("remind", time="Off")).text
    assert planned(house, ada) is None
    assert "Daily at 8:30 (Asia/Tokyo)" in (await ada.type("remind", timezone="Asia/Tokyo")).text


async def test_the_form_is_filled_in_with_what_was_set_before(house: House, ada: Person) -> None:
    seen = await ada.type("review")
    form = await opens(ada, "Remind me daily", await ada.type("remind"))
    assert filled(form) == {"time": "", "zone": ""}
    said = await sends(ada, form, time="7:05", zone="new york")
    assert said.private
    assert "Daily at 7:05 (America/New_York)" in said.text
    await ada.press("Stop reminding me", said)

    await house.restart()
    seen = await ada.type("remind")
    assert filled(await opens(ada, "Remind me daily", seen)) == {"time": "7:05", "zone": "America/New_York"}


async def test_a_form_that_stood_open_over_a_restart_is_taken(house: House, ada: Person) -> None:
    form = await opens(ada, "Remind me daily", await ada.type("remind"))
    await house.restart()
    assert "Daily at 9:00 (UTC)" in (await sends(ada, form, time="9", zone="UTC")).text


async def test_what_is_missing_is_asked_for_by_a_form_and_what_was_typed_is_kept(ada: Person) -> None:
    frame = {"type": "command", "channel_id": ada.channel(), "name": "remind"}
    for name, value, expected in (
        ("time", "9", {"time": "9", "zone": ""}),
        ("timezone", "tokyo", {"time": "", "zone": "Asia/Tokyo"}),
    ):
        nonce = await ada._send(frame | {"options": [{"name": name, "value": value}]})
        assert filled(await ada._wait(lambda nonce=nonce: ada._frame("modal", nonce))) == expected


@pytest.mark.parametrize(
    ("time", "zone", "sentence"),
    [
        ("25", "UTC", "There is no time “25”."),
        ("8:60", "UTC", "There is no time “8:60”."),
        ("8", "Europe/Berln", "There is no time zone “Europe/Berln”. Did you mean Europe/Berlin?"),
        ("8", "Mars/Olympus", "There is no time zone “Mars/Olympus”."),
    ],
)
async def test_a_time_or_zone_that_does_not_exist_gets_a_sentence_and_changes_nothing(
    house: House, ada: Person, time: str, zone: str, sentence: str
) -> None:
    said = await ada.type("remind", time=time, timezone=zone)
    assert said.private
    assert sentence in said.text
    form = await opens(ada, "Remind me daily", await ada.type("remind"))
    assert sentence in (await sends(ada, form, time=time, zone=zone)).text
    assert stored(house, "SELECT * FROM members") == []


async def test_a_time_alone_that_does_not_exist_gets_a_sentence(ada: Person) -> None:
    assert "There is no time “25”." in (await ada.type("remind", time="25")).text
    assert "There is no time zone “Nowhere”." in (await ada.type("remind", timezone="Nowhere")).text


async def test_times_and_zones_are_suggested(ada: Person) -> None:
    async def suggested(option: str, typed: str) -> list[str]:
        return [found["value"] for found in await ada.suggestions("remind", option, typed)]

    assert len(await suggested("time", "")) == 25
    assert await suggested("time", "8") == ["8:00", "18:00"]
    assert await suggested("time", "of") == ["off"]
    assert "Europe/Berlin" in await suggested("timezone", "berl")
    assert "America/New_York" in await suggested("timezone", "new yo")
    assert len(await suggested("timezone", "a")) == 25
    assert await suggested("timezone", "nowhere at all") == []


async def test_somebody_who_is_gone_is_left_in_peace_and_holds_up_nobody(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    gone = Gone(id=1)
    learn(house, gone, "g.easy.total")
    await ada.type("remind", time="18:00", timezone="UTC")
    remind(house, gone, utc("03-01", "17:59"))
    house.comes(utc("03-01", "18:00"))
    await reminded(ada, 1)
    assert planned(house, gone) is None


async def test_a_closed_inbox_switches_reminders_off_quietly_and_is_told_later(
    house: House, ada: Person, grace: Person
) -> None:
    first, second = sorted((ada, grace), key=lambda person: person.id)
    for person in (first, second):
        learn(house, person, "g.easy.total")
        await person.type("remind", time="18:00", timezone="UTC")
    user = house.playground.world.user(first.id)
    house.playground.world.set_inbox(user, is_open=False)
    with capture_logs() as logs:
        house.comes(utc("03-01", "18:00"))
        await reminded(second, 1)
    assert [(entry["log_level"], entry["code"]) for entry in logs if entry["event"].startswith("reminders off")] == [
        ("info", 50007)
    ]
    house.playground.world.set_inbox(user, is_open=True)
    house.comes(utc("03-02", "18:00"))
    await reminded(second, 2)
    assert reminders(first) == []

    said = await first.type("review")
    assert "**Your daily reminder was switched off**" in said.text
    assert "Remind me daily" in said.labels
    assert "switched off" not in (await first.type("remind")).text  # it is told once


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
        patched.setattr("bot.exts.review._job.SEND_WITHIN_S", 0.0)
        house.comes(utc("03-01", "18:00"))
        async with asyncio.timeout(10):
            await given_up.wait()
    house.comes(utc("03-02", "18:00"))
    await reminded(ada, 1)
