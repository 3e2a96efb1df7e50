"""A member sets the daily reminder, by command or form, changes it and stops it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.conftest import House
from tests.exts.reviewing import filled, learn, opens, planned, reminded, reminders, sends, stored, utc
from tests.person import Person


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
