"""Those who manage a server set what Tandem does there; others are told that they may not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.guild import COOLDOWNS_H, PASS_MARKS, GuildSettings
from bot.domain.schedule import Runtime
from bot.playground.interaction import Ask
from bot.playground.model import Channel, Role
from bot.playground.permissions import MEMBER, Permission
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.conftest import House
from tests.person import Failed, Person, Seen

REFUSED = "Only those who may manage this server can do this. Ask one of them."


def role(house: House, name: str) -> Role:
    return next(role for role in house.playground.world.guild.roles if role.name == name)


def channel(house: House, name: str) -> Channel:
    return next(channel for channel in house.playground.world.guild.channels if channel.name == name)


async def stored(house: House) -> GuildSettings:
    """What the database holds."""
    async with Store(house.settings.database_url) as store:
        return await Guilds(store).get(house.playground.world.guild.id)


def line(message: Seen, heading: str) -> str:
    """What is told of a section in the panel's summary."""
    start = f"**{heading}:** "
    return next(each.removeprefix(start) for each in message.text.split("\n") if each.startswith(start))


def chosen(message: Seen, menu: str) -> list[str]:
    """What a menu shows as chosen."""
    found = message.menu_called(menu)
    preset = [option["value"] for option in found.get("options") or () if option.get("default")]
    return preset + [entity["id"] for entity in found.get("default_values") or ()]


PASS_ROLE, HOSTS, CHANNEL = "role/settings.role:pass-role", "role/settings.role:hosts", "channel/settings.channel"
SECTION, TOPIC = "select/settings.section", "select/settings.topic"
MARK, COOLDOWN = "select/settings.choose:pass-mark", "select/settings.choose:cooldown"


async def test_one_private_panel_shows_all_settings_in_words(ada: Person, grace: Person) -> None:
    seen = await grace.type("settings")

    assert seen.private
    assert seen.id not in ada.messages
    assert line(seen, "Test") == "passed with 80 %, gives no role; again after 1 day"
    assert line(seen, "Rounds") == "hosted by those who manage the server"
    assert line(seen, "Question of the day") == "off; it would come at 9:00 (UTC)"
    assert line(seen, "Language") == "Node.js first"
    assert (chosen(seen, MARK), chosen(seen, COOLDOWN), chosen(seen, PASS_ROLE)) == (["80"], ["24"], [])


async def test_every_section_fits_its_message(ada: Person) -> None:
    seen = await ada.type("settings")
    for section in ("test", "rounds", "daily", "language"):
        seen = await ada.choose(section, seen, menu=SECTION)
        assert chosen(seen, SECTION) == [section]
        assert len(list(seen.components)) <= 40
        assert len(seen.text) <= 1_000


async def test_the_test_is_set_in_place_and_the_panel_of_last_week_works(house: House, grace: Person) -> None:
    seen = await grace.type("settings")
    await house.restart()
    passed = role(house, "Async")

    changed = await grace.choose(str(passed.id), seen, menu=PASS_ROLE)
    assert changed.id == seen.id
    assert "✓ Saved." in changed.text
    assert chosen(changed, PASS_ROLE) == [str(passed.id)]
    await grace.choose("95 %", seen, menu=MARK)
    changed = await grace.choose("2 days", seen, menu=COOLDOWN)
    assert line(changed, "Test") == f"passed with 95 %, gives <@&{passed.id}>; again after 2 days"

    changed = await grace.choose([], seen, menu=PASS_ROLE)
    assert line(changed, "Test") == "passed with 95 %, gives no role; again after 2 days"
    assert chosen(changed, PASS_ROLE) == []
    assert (await stored(house)).cooldown_h == 48


async def test_who_hosts_is_a_role_everybody_or_managers_alone(house: House, ada: Person) -> None:
    seen = await ada.choose("rounds", await ada.type("settings"), menu=SECTION)
    assert [label for label in seen.labels if label != "Everybody"] == []

    student = role(house, "Student")
    seen = await ada.choose(str(student.id), seen, menu=HOSTS)
    assert line(seen, "Rounds") == f"hosted by <@&{student.id}>, and those who manage the server"
    seen = await ada.press("Everybody", seen)
    assert line(seen, "Rounds") == "hosted by everybody"
    assert (chosen(seen, HOSTS), seen.labels) == ([], ["Only managers"])
    assert (await stored(house)).host_role_id == house.playground.world.guild.id
    seen = await ada.press("Only managers", seen)
    assert line(seen, "Rounds") == "hosted by those who manage the server"


async def test_the_question_of_the_day_is_set_and_switched_off(house: House, grace: Person) -> None:
    general = channel(house, "general")
    seen = await grace.choose("daily", await grace.type("settings"), menu=SECTION)
    assert seen.labels == ["Time and time zone"]

    seen = await grace.choose(str(general.id), seen, menu=CHANNEL)
    assert line(seen, "Question of the day") == f"in <#{general.id}>, at 9:00 (UTC), from all lessons"
    seen = await grace.choose("async", seen, menu=TOPIC)
    form = await grace.press_for_form("Time and time zone", seen)
    await house.restart()
    changed = await grace.submits(form, {"Time": "17.30", "Time zone": "europe/berlin"})
    assert changed.id == seen.id
    told = f"in <#{general.id}>, at 17:30 (Europe/Berlin), from `async`"
    assert line(changed, "Question of the day") == told

    again = await grace.press_for_form("Time and time zone", changed)
    assert (again.fields["Time"]["value"], again.fields["Time zone"]["value"]) == ("17:30", "Europe/Berlin")
    assert chosen(await grace.choose("All lessons", changed, menu=TOPIC), TOPIC) == ["all-lessons"]
    off = await grace.press("Switch off")
    assert line(off, "Question of the day") == "off; it would come at 17:30 (Europe/Berlin)"
    assert (chosen(off, CHANNEL), off.labels) == ([], ["Time and time zone"])
    assert (await stored(house)).daily_channel_id is None


async def test_the_channel_menu_switches_off_too(house: House, ada: Person) -> None:
    await ada.type("settings", setting="daily", channel="#async-lab")
    assert "off; it" in line(await ada.choose([], menu=CHANNEL), "Question of the day")


@pytest.mark.parametrize(
    ("options", "heading", "told"),
    [
        ({"setting": "pass-role", "role": "@Async"}, "Test", "passed with 80 %, gives <@&{Async}>; again after 1 day"),
        ({"setting": "pass-mark", "value": "70 %"}, "Test", "passed with 70 %, gives no role; again after 1 day"),
        ({"setting": "Pass-Mark", "value": "100"}, "Test", "passed with 100 %, gives no role; again after 1 day"),
        ({"setting": "cooldown", "value": "1"}, "Test", "passed with 80 %, gives no role; again after 1 hour"),
        ({"setting": "cooldown", "value": "72 h"}, "Test", "passed with 80 %, gives no role; again after 3 days"),
        ({"setting": "cooldown", "value": "no wait"}, "Test", "passed with 80 %, gives no role; again at once"),
        ({"setting": "hosts", "value": "everybody"}, "Rounds", "hosted by everybody"),
        ({"setting": "hosts", "role": "@everyone"}, "Rounds", "hosted by everybody"),
        (
            {"setting": "hosts", "role": "@Teacher"},
            "Rounds",
            "hosted by <@&{Teacher}>, and those who manage the server",
        ),
        (
            {"setting": "daily", "channel": "#general", "time": "9", "timezone": "America/New_York", "topic": "async"},
            "Question of the day",
            "in <#{general}>, at 9:00 (America/New_York), from `async`",
        ),
        ({"setting": "daily", "time": "23:59"}, "Question of the day", "off; it would come at 23:59 (UTC)"),
        ({"setting": "language", "value": "python"}, "Language", "Python first"),
    ],
)
async def test_one_command_sets_at_once_and_answers_with_the_panel(
    house: House, ada: Person, options: dict[str, str], heading: str, told: str
) -> None:
    seen = await ada.type("settings", **options)
    guild = house.playground.world.guild
    ids = {each.name: each.id for each in (*guild.roles, *guild.channels)}
    assert seen.private
    assert line(seen, heading) == told.format(**ids)
    assert "✓ Saved." in seen.text
    await house.restart()
    assert line(await ada.type("settings"), heading) == told.format(**ids)


async def test_a_setting_alone_opens_its_section(ada: Person) -> None:
    assert chosen(await ada.type("settings", setting="hosts"), SECTION) == ["rounds"]


async def test_a_value_takes_a_role_or_lessons_back(house: House, ada: Person) -> None:
    await ada.type("settings", setting="pass-role", role="@Async")
    await ada.type("settings", setting="daily", topic="async")
    await ada.type("settings", setting="pass-role", value="none")
    await ada.type("settings", setting="daily", value="all-lessons")
    found = await stored(house)
    assert (found.pass_role_id, found.daily_lesson_id) == (None, None)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"setting": "pass-roll"}, "There is no setting “pass-roll”. Did you mean `pass-role`?"),
        ({"setting": "xyz"}, "There is `pass-role`, `pass-mark`, `cooldown`, `hosts`, `daily`, `language`."),
        ({"value": "80"}, "Say which setting it is for, such as `/settings pass-mark value:80`."),
        ({"channel": "#general"}, "Say which setting it is for, such as `/settings daily channel:#general`."),
        (
            {"setting": "pass-mark", "role": "@Async"},
            "`role` does not belong to `pass-mark`, which takes `value`. It belongs to `pass-role` and `hosts`.",
        ),
        (
            {"setting": "language", "time": "9:00"},
            "`time` does not belong to `language`, which takes `value`. It belongs to `daily`.",
        ),
        (
            {"setting": "hosts", "role": "@Async", "value": "everybody"},
            "Give `hosts` either a `value` or a `role`, not both.",
        ),
        ({"setting": "pass-mark", "value": "81"}, "`pass-mark` cannot be “81”. Choose `50`, `60`, `70`, `75`, `80`"),
        ({"setting": "cooldown", "value": "-1"}, "`cooldown` cannot be “-1”. Choose `0`, `1`, `6`, `12`, `24`, `48`"),
        ({"setting": "language", "value": "rust"}, "`language` cannot be “rust”. Choose `node` or `python`."),
        ({"setting": "hosts", "value": "ada"}, "Choose a `role`, or `everybody` or `managers`."),
        ({"setting": "pass-role", "value": "Async"}, "Choose a `role`, or `none` to give none."),
        ({"setting": "daily", "value": "on"}, "Choose a `channel`, a `time`, a `timezone` or a `topic`, or `off`"),
        ({"setting": "daily", "time": "24:00"}, "There is no time “24:00”. Write hours and minutes from 00:00"),
        ({"setting": "daily", "timezone": "Europe/Berlim"}, "There is no time zone “Europe/Berlim”. Did you mean"),
        ({"setting": "daily", "topic": "asinc"}, "There is no lesson “asinc”. Did you mean `async`?"),
        ({"setting": "daily", "channel": "#general", "time": "25"}, "There is no time “25”."),
        ({"setting": "pass-role", "role": "@everyone"}, "Everybody has the role @everyone already. Choose another"),
        ({"setting": "pass-role", "role": "@Tandem"}, "belongs to an app or to Discord, so nobody can give it."),
        (
            {"setting": "pass-role", "role": "@Teacher"},
            "carries *Manage Server*, *Manage Messages*, and a quiz must not",
        ),
        ({"setting": "pass-role", "role": "@Admin"}, "carries *Administrator*, and a quiz must not hand out power."),
        (
            {"setting": "daily", "channel": "#announcements"},
            "it lacks *Send Messages*, *Attach Files*. Allow it there, or choose another channel.",
        ),
    ],
)
async def test_what_cannot_be_set_gets_a_sentence_and_nothing_changes(
    house: House, ada: Person, options: dict[str, str], told: str
) -> None:
    seen = await ada.type("settings", **options)
    assert seen.private
    assert told in seen.text
    assert await stored(house) == GuildSettings(house.playground.world.guild.id)


async def test_a_refused_choice_is_told_in_the_panel_which_shows_what_is_set(house: House, ada: Person) -> None:
    await ada.type("settings", setting="pass-role", role="@Async")
    passed, world = role(house, "Async"), house.playground.world
    above = role(house, "Student")
    world.change_role(above, position=role(house, "Admin").position)

    seen = await ada.choose(str(above.id), menu=PASS_ROLE)
    assert f"<@&{above.id}> stands above Tandem's own role, so Tandem cannot give it. Drag Tandem's role" in seen.text
    assert chosen(seen, PASS_ROLE) == [str(passed.id)]
    assert (await stored(house)).pass_role_id == passed.id

    world.change_role(role(house, "Tandem"), permissions=MEMBER)
    seen = await ada.choose(str(above.id), seen, menu=PASS_ROLE)
    assert "Tandem lacks *Manage Roles*" in seen.text
    assert "⚠ Tandem lacks *Manage Roles*" in (await ada.type("settings")).text


async def test_a_form_with_an_hour_that_does_not_exist_changes_nothing(house: House, ada: Person) -> None:
    seen = await ada.choose("daily", await ada.type("settings"), menu=SECTION)
    form = await ada.press_for_form("Time and time zone", seen)
    told = await ada.submits(form, {"Time": "8:75", "Time zone": "Europe/Paris"})
    assert told.id == seen.id
    assert "There is no time “8:75”. Write hours and minutes from 00:00 to 23:59, such as 8:30." in told.text
    form = await ada.press_for_form("Time and time zone", seen)
    told = await ada.submits(form, {"Time": "8:45", "Time zone": "Mars/Olympus"})
    assert "There is no time zone “Mars/Olympus”." in told.text
    assert await stored(house) == GuildSettings(house.playground.world.guild.id)


async def test_what_was_deleted_or_closed_since_is_said(house: House, ada: Person) -> None:
    await ada.type("settings", setting="pass-role", role="@Async")
    await ada.type("settings", setting="hosts", role="@Student")
    seen = await ada.type("settings", setting="daily", channel="#async-lab")
    world = house.playground.world
    world.overwrite(channel(house, "async-lab"), role(house, "@everyone"), deny=Permission.ATTACH_FILES)
    seen = await ada.choose("daily", seen, menu=SECTION)
    assert "⚠ Tandem may not post in" in seen.text
    assert "it lacks *Attach Files*" in seen.text

    gone = role(house, "Async")
    for each in (gone, role(house, "Student")):
        world.delete_role(each)
    world.delete_channel(channel(house, "async-lab"))
    seen = await ada.type("settings")
    assert line(seen, "Test") == "passed with 80 %, gives a role that was deleted; again after 1 day"
    assert line(seen, "Rounds") == "hosted by a role that was deleted, and those who manage the server"
    assert line(seen, "Question of the day").startswith("in a channel that was deleted, at 9:00")
    assert chosen(seen, PASS_ROLE) == []
    assert chosen(await ada.choose("daily", seen, menu=SECTION), CHANNEL) == []


@pytest.mark.parametrize(
    ("custom_id", "told"),
    [
        ("settings.set:pass-mark:81", "`pass-mark` cannot be “81”."),
        ("settings.set:colour:red", "There is no setting “colour”."),
        ("settings.set:pass-mark", "This button is from another version of Tandem."),
    ],
)
async def test_a_button_of_another_version_gets_a_private_sentence(
    house: House, ada: Person, custom_id: str, told: str
) -> None:
    seen = await house.presses(ada, custom_id)
    assert seen.private
    assert told in seen.text


async def test_a_role_that_is_deleted_as_it_is_chosen(house: House, ada: Person) -> None:
    seen = await ada.type("settings")
    gone, world = role(house, "Async"), house.playground.world
    member, room = world.member(ada.id), world.guild.channels[0]
    message = world.find_message(room, int(seen.id))
    assert message is not None
    data = {"custom_id": PASS_ROLE, "component_type": 6, "id": 1, "values": [str(gone.id)]}
    data["resolved"] = {"roles": {str(gone.id): gone.payload()}}
    world.delete_role(gone)
    world.ask(Ask.COMPONENT, member, room, data, message=message)
    await ada.sees(lambda found: found.id == seen.id and "This role was deleted. Choose another one." in found.text)
    assert (await stored(house)).pass_role_id is None


async def test_discord_hides_the_command_from_others_and_the_bot_refuses_it_too(house: House, ada: Person) -> None:
    linus = await house.person("Linus")
    assert "settings" in ada.offers
    assert "settings" not in linus.offers
    with pytest.raises(Failed):
        await linus.type("settings")

    world = house.playground.world
    command = next(known for known in world.commands.listed(None) if known["name"] == "settings")
    mark = [{"name": "setting", "type": 3, "value": "pass-mark"}, {"name": "value", "type": 3, "value": "50"}]
    data: dict[str, Any] = {"id": command["id"], "name": "settings", "type": 1, "options": mark}
    world.ask(Ask.COMMAND, world.member(linus.id), world.guild.channels[0], data, command_name="settings")
    assert (await linus.sees(lambda message: REFUSED in message.text)).private
    assert (await stored(house)).pass_mark == 80


@pytest.mark.parametrize("custom_id", ["settings.set:hosts:everybody", "settings.when"])
async def test_others_are_refused_by_every_button(house: House, ada: Person, custom_id: str) -> None:
    linus = await house.person("Linus")
    told = await house.presses(linus, custom_id)
    assert (told.private, told.text.strip()) == (True, REFUSED)
    assert await stored(house) == GuildSettings(house.playground.world.guild.id)


async def test_who_manages_no_more_is_refused_by_menus_and_forms_too(house: House, grace: Person) -> None:
    seen = await grace.choose("daily", await grace.type("settings"), menu=SECTION)
    form = await grace.press_for_form("Time and time zone", seen)
    world = house.playground.world
    world.take_role(world.member(grace.id), role(house, "Teacher"))

    for told in (
        await grace.submits(form, {"Time": "8:00"}),
        await grace.choose("async", seen, menu=TOPIC),
        await grace.choose("test", seen, menu=SECTION),
        await grace.choose(str(channel(house, "general").id), seen, menu=CHANNEL),
    ):
        assert told.id != seen.id
        assert (told.private, told.text.strip()) == (True, REFUSED)
    assert await stored(house) == GuildSettings(world.guild.id)


async def test_of_two_managers_at_once_neither_loses_what_they_set(house: House, ada: Person, grace: Person) -> None:
    hers, other = await ada.type("settings"), await grace.type("settings", setting="language")
    await asyncio.gather(ada.choose("60 %", hers, menu=MARK), grace.press("Python", other))
    found = await stored(house)
    assert (found.pass_mark, found.language) == (60, Runtime.PYTHON)


async def test_options_are_suggested(ada: Person) -> None:
    async def values(setting: str, typed: str = "") -> list[str]:
        given = {"name": "setting", "value": setting}
        return await suggested(ada, [given], "value", typed)

    names = [choice["value"] for choice in await ada.suggestions("settings", "setting", "pass")]
    assert names == ["pass-role", "pass-mark"]
    assert await values("pass-mark") == list(map(str, PASS_MARKS))
    assert await values("cooldown") == list(map(str, COOLDOWNS_H))
    assert await values("cooldown", "day") == ["24", "48", "72", "168"]
    assert await values("language", "py") == ["python"]
    assert await values("nothing") == []
    zones = [choice["value"] for choice in await ada.suggestions("settings", "timezone", "berl")]
    assert zones == ["Europe/Berlin"]


async def suggested(person: Person, given: list[dict[str, str]], option: str, typed: str) -> list[str]:
    """What is suggested for an option, others being filled in."""
    options = [*given, {"name": option, "value": typed, "focused": True}]
    nonce = await person._send(
        {"type": "autocomplete", "channel_id": person.here, "name": "settings", "options": options}
    )
    found = await person._wait(lambda: person._frame("autocomplete", nonce))
    return [choice["value"] for choice in found["choices"]]
