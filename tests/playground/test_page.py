"""What a person sees and does at the chat page: the first look, commands with their options, talk."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.playground import Playground
from bot.playground.outbox import FRAMES_QUEUED
from tests.playground.local_discord import PATIENCE, Frame, Rest, Tab, Time, Wire

LESSON = {
    "name": "lesson",
    "description": "Learn",
    "options": [
        {"type": 3, "name": "topic", "description": "x", "required": True, "autocomplete": True, "max_length": 20},
        {"type": 4, "name": "part", "description": "x", "min_value": 1, "max_value": 10},
        {"type": 10, "name": "speed", "description": "x"},
        {"type": 5, "name": "loud", "description": "x"},
        {"type": 6, "name": "who", "description": "x"},
        {"type": 7, "name": "where", "description": "x"},
        {"type": 8, "name": "role", "description": "x"},
        {"type": 9, "name": "any", "description": "x"},
        {
            "type": 3,
            "name": "level",
            "description": "x",
            "choices": [{"name": "Easy", "value": "e"}, {"name": "Hard", "value": "h"}],
        },
        {"type": 11, "name": "file", "description": "x"},
    ],
}
TOPIC = {"name": "topic", "value": "async"}


@pytest.fixture
async def ada(rest: Rest, wire: Wire, playground: Playground) -> Any:
    """Ada at the chat page, with /lesson to use."""
    await rest.register(LESSON)
    async with Tab.at(playground, "Ada") as tab:
        yield tab


async def test_the_first_look(playground: Playground, tabs: dict[str, Tab]) -> None:
    hello = tabs["Linus"].hello
    assert hello["member"]["display_name"] == "Linus"
    assert [member["display_name"] for member in hello["members"]] == ["Ada", "Grace", "Linus", "Margaret"]
    assert len({member["color"] for member in hello["members"]}) == 4
    assert hello["guild"]["name"] == "Tandem Playground"
    assert [room["name"] for room in hello["channels"]] == ["general", "async-lab", "announcements"]
    assert [room["may_send"] for room in hello["channels"]] == [True, True, False]
    assert [role["name"] for role in hello["roles"]] == ["Student", "Teacher", "Admin", "Tandem", "Async"]
    assert hello["bot"] == {"id": str(playground.world.bot.id), "name": "Tandem", "online": False, "here": True}
    assert (hello["commands"], hello["messages"][tabs["Linus"].channel]) == ([], [])


async def test_nobody_in_particular_is_the_first_member(playground: Playground) -> None:
    for query in ("", "?member=1", "?member=x"):
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{playground.url}/page/socket{query}") as socket,
        ):
            assert (await socket.receive_json(timeout=PATIENCE))["member"]["display_name"] == "Ada"


async def test_people_and_things_are_the_same_after_a_restart(time: Time) -> None:
    seen: list[Frame] = []
    for _ in range(2):
        async with Playground(clock=time, call_later=time.call_later) as playground, Tab.at(playground) as tab:
            seen.append({key: tab.hello[key] for key in ("members", "channels", "guild", "bot")})
    assert seen[0] == seen[1]


async def test_people_talk(tabs: dict[str, Tab]) -> None:
    await tabs["Ada"].do("say", content="  **hello**  ")
    for tab in tabs.values():
        message = (await tab.next("message"))["message"]
        assert (message["content"], message["author"]["username"]) == ("**hello**", "ada")
        assert "<strong>hello</strong>" in message["content_html"]
    for content in ("", "   ", "x" * 2001):
        await tabs["Ada"].do("say", content=content)
        assert (await tabs["Ada"].next("failed"))["error"] == "A message has 1 to 2000 characters."
    await tabs["Ada"].do("say", content="x", channel_id="1")
    assert (await tabs["Ada"].next("failed"))["error"] == "That channel is not here."


async def test_who_comes_later_sees_what_was_said(playground: Playground, tabs: dict[str, Tab]) -> None:
    await tabs["Ada"].do("say", content="hello")
    await tabs["Ada"].next("message")
    async with Tab.at(playground, "Grace") as grace:
        assert [message["content"] for message in grace.hello["messages"][grace.channel]] == ["hello"]


async def test_what_was_said_by_others_cannot_be_dismissed(tabs: dict[str, Tab]) -> None:
    await tabs["Ada"].do("say", content="hello")
    message = (await tabs["Linus"].next("message"))["message"]
    await tabs["Linus"].do("dismiss", message_id=message["id"])
    assert "can be dismissed" in (await tabs["Linus"].next("failed"))["error"]


async def test_embeds_are_rendered_too(rest: Rest, tabs: dict[str, Tab]) -> None:
    embed = {"title": "T", "description": "*d*", "fields": [{"name": "n", "value": "`v`"}]}
    await rest("POST", f"/channels/{tabs['Ada'].channel}/messages", {"embeds": [embed]})
    shown = (await tabs["Ada"].next("message"))["message"]["embeds"][0]
    assert "<em>d</em>" in shown["description_html"]
    assert "<code>v</code>" in shown["fields"][0]["value_html"]


async def test_mentions_are_shown_by_name(playground: Playground, tabs: dict[str, Tab]) -> None:
    guild = playground.world.guild
    await tabs["Ada"].do("say", content=f"<@{guild.owner_id}> <#{guild.channels[1].id}> <@&{guild.roles[1].id}>")
    html = (await tabs["Ada"].next("message"))["message"]["content_html"]
    for name in ("@Ada", "async-lab", "@Student"):
        assert name in html


# Commands


async def test_options_arrive_in_discords_types(ada: Tab, wire: Wire, playground: Playground) -> None:
    guild = playground.world.guild
    grace, lab, teacher = guild.members[1].user, guild.channels[1], guild.roles[2]
    typed = {
        "topic": "async",
        "part": "3",
        "speed": "1.5",
        "loud": "true",
        "who": f"<@{grace.id}>",
        "where": str(lab.id),
        "role": f"<@&{teacher.id}>",
        "any": "@grace",
        "level": "hard",
    }
    await ada.do("command", name="lesson", options=[{"name": name, "value": text} for name, text in typed.items()])
    data = (await wire.event("INTERACTION_CREATE"))["data"]
    got = {option["name"]: (option["type"], option["value"]) for option in data["options"]}
    assert got == {
        "topic": (3, "async"),
        "part": (4, 3),
        "speed": (10, 1.5),
        "loud": (5, True),
        "who": (6, str(grace.id)),
        "where": (7, str(lab.id)),
        "role": (8, str(teacher.id)),
        "any": (9, str(grace.id)),
        "level": (3, "h"),
    }
    resolved = data["resolved"]
    assert resolved["users"][str(grace.id)]["username"] == "grace"
    assert "user" not in resolved["members"][str(grace.id)]
    assert resolved["channels"][str(lab.id)]["name"] == "async-lab"
    assert resolved["roles"][str(teacher.id)]["name"] == "Teacher"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ([], "The option topic is required."),
        ([TOPIC, TOPIC], "Each option can be given once."),
        ([TOPIC, {"name": "colour", "value": "x"}], "There is no option colour."),
        ([{"name": "topic", "value": "x" * 21}], "The option topic must have 0 to 20 characters."),
        ([{"name": "topic"}], "The option topic cannot be filled like that here."),
        ([TOPIC, {"name": "part", "value": "two"}], "The option part must be a whole number."),
        ([TOPIC, {"name": "part", "value": "1.5"}], "The option part must be a whole number."),
        ([TOPIC, {"name": "part", "value": "11"}], "The option part must lie between 1 and 10."),
        ([TOPIC, {"name": "part", "value": "0"}], "The option part must lie between 1 and 10."),
        ([TOPIC, {"name": "speed", "value": "fast"}], "The option speed must be a number."),
        (
            [TOPIC, {"name": "speed", "value": "nan"}],
            "The option speed must lie between -9007199254740992 and 9007199254740992.",
        ),
        ([TOPIC, {"name": "loud", "value": "perhaps"}], "The option loud must be true or false."),
        ([TOPIC, {"name": "who", "value": "nobody"}], "There is no member nobody."),
        ([TOPIC, {"name": "where", "value": "nowhere"}], "There is no channel nowhere."),
        ([TOPIC, {"name": "role", "value": "none"}], "There is no role none."),
        ([TOPIC, {"name": "any", "value": "1"}], "There is no member 1."),
        ([TOPIC, {"name": "level", "value": "x"}], "The option level must be one of: Easy, Hard."),
        ([TOPIC, {"name": "file", "value": "x"}], "The option file cannot be filled like that here."),
    ],
)
async def test_options_that_do_not_fit_are_refused(ada: Tab, options: list[Frame], error: str) -> None:
    nonce = await ada.do("command", name="lesson", options=options)
    assert await ada.next("failed") == {"type": "failed", "nonce": nonce, "error": error}


async def test_an_unknown_command_is_refused(ada: Tab) -> None:
    await ada.do("command", name="lessson")
    assert (await ada.next("failed"))["error"] == "There is no command /lessson here."


async def test_subcommands_lead_to_their_options(rest: Rest, ada: Tab, wire: Wire) -> None:
    option = {"type": 3, "name": "demo", "description": "x", "required": True}
    run = {"type": 1, "name": "run", "description": "x", "options": [option]}
    group = {"type": 2, "name": "all", "description": "x", "options": [run]}
    await rest.register({"name": "demo", "description": "x", "options": [run, group]})
    await ada.next("commands")
    given = {"name": "run", "options": [{"name": "demo", "value": "compare"}]}
    await ada.do("command", name="demo", options=[{"name": "all", "options": [given]}])
    interaction = await wire.event("INTERACTION_CREATE")
    assert interaction["data"]["options"] == [
        {
            "name": "all",
            "type": 2,
            "options": [
                {"name": "run", "type": 1, "options": [{"name": "demo", "type": 3, "value": "compare"}]},
            ],
        }
    ]
    await rest.respond(interaction, {"type": 4, "data": {"content": "x"}})
    assert (await ada.next("message"))["message"]["command_name"] == "demo all run"
    await ada.next("acknowledged")
    for options in ([], [{"name": "walk"}], [given, given]):
        await ada.do("command", name="demo", options=options)
        assert (await ada.next("failed"))["error"] == "Choose one of: run, all."


async def test_the_bot_suggests_while_a_person_types(rest: Rest, ada: Tab, wire: Wire, time: Time) -> None:
    typed = [{"name": "part", "value": "t"}, {"name": "topic", "value": "as", "focused": True}]
    nonce = await ada.do("autocomplete", name="lesson", options=typed)
    interaction = await wire.event("INTERACTION_CREATE")
    assert interaction["type"] == 4
    assert interaction["data"]["options"] == [
        {"name": "part", "type": 4, "value": "t"},
        {"name": "topic", "type": 3, "value": "as", "focused": True},
    ]
    choices = [{"name": "Async", "value": "async"}]
    await rest.respond(interaction, {"type": 8, "data": {"choices": choices}})
    assert await ada.next("autocomplete") == {"type": "autocomplete", "nonce": nonce, "choices": choices}
    await ada.next("acknowledged")
    await ada.do("autocomplete", name="lesson", options=typed)
    await wire.event("INTERACTION_CREATE")
    time.passes(4)
    assert (await ada.next("failed"))["error"] == "Loading options failed"


async def test_commands_come_with_what_a_member_may_do(
    rest: Rest, tabs: dict[str, Tab], playground: Playground
) -> None:
    manage_server, in_messages, in_servers = str(1 << 5), [1], [0]
    await rest.register(
        {"name": "all", "description": "x", "contexts": in_servers},
        {"name": "teachers", "description": "x", "default_member_permissions": manage_server},
        {"name": "alone", "description": "x", "contexts": in_messages},
        {"name": "Menu", "type": 2},
    )
    here = f"/applications/{playground.world.application_id}/guilds/{playground.world.guild.id}/commands"
    await rest("POST", here, {"name": "all", "description": "The server's own"})

    async def offered(name: str) -> dict[str, str]:
        async with Tab.at(playground, name) as tab:
            return {command["name"]: command["description"] for command in tab.hello["commands"]}

    assert (await tabs["Ada"].next("commands"))["commands"][0]["name"] == "all"
    assert await offered("Linus") == {"all": "The server's own"}
    assert await offered("Ada") == await offered("Grace") == {"all": "The server's own", "teachers": "x"}
    await tabs["Linus"].next("commands")
    await tabs["Linus"].next("commands")
    await tabs["Linus"].do("command", name="teachers")
    assert (await tabs["Linus"].next("failed"))["error"] == "There is no command /teachers here."


async def test_a_bot_that_is_away_does_not_respond(playground: Playground, rest: Rest, time: Time) -> None:
    await rest.register({"name": "hello", "description": "x"})
    async with Tab.at(playground) as ada:
        await ada.do("command", name="hello")
        await ada.sees_nothing()
        time.passes(3)
        assert (await ada.next("failed"))["error"] == "The application did not respond"


async def test_a_tab_that_falls_far_behind_is_cut_off(playground: Playground, tabs: dict[str, Tab]) -> None:
    world = playground.world
    for _ in range(FRAMES_QUEUED + 1):
        world.post(world.guild.channels[0], world.bot, {"content": "more"})
    seen = [frame.type async for frame in tabs["Ada"].socket]
    assert (len(seen), tabs["Ada"].socket.close_code) == (FRAMES_QUEUED, 4008)


async def test_what_makes_no_sense_is_refused_and_the_tab_goes_on(tabs: dict[str, Tab]) -> None:
    for text in ("{", "[]", "1", '{"type": "dance"}', '{"type": ["say"]}', "[" * 100_000):
        await tabs["Ada"].socket.send_str(text)
        assert (await tabs["Ada"].next("failed"))["error"] == "The playground does not know how to do that."
    await tabs["Ada"].sees_nothing()
