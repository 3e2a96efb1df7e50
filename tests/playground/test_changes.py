"""A world that changes under a bot: channels and messages deleted, members who come and go, the bot thrown out."""

from __future__ import annotations

import asyncio

import pytest

from bot.playground import Playground
from tests.playground.local_discord import Frame, Rest, Tab, Time, Wire, pressed

BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
QUESTION = {"type": 4, "data": {"content": "?", "components": [{"type": 1, "components": [BUTTON]}]}}
HELLO = {"type": 4, "data": {"content": "hello"}}


async def test_a_deleted_channel_is_gone_for_everybody(
    rest: Rest, playground: Playground, wire: Wire, tabs: dict[str, Tab]
) -> None:
    lab = playground.world.guild.channels[1]
    posted = playground.world.post(lab, playground.world.bot, {"content": "x"})
    await wire.event("MESSAGE_CREATE")
    playground.world.delete_channel(lab)
    gone = await wire.event("CHANNEL_DELETE")
    assert (gone["id"], gone["guild_id"]) == (str(lab.id), str(playground.world.guild.id))
    await tabs["Linus"].next("message")
    assert [room["name"] for room in (await tabs["Linus"].next("channels"))["channels"]] == ["general", "announcements"]
    where = f"/channels/{lab.id}"
    for method, path, body in (
        ("GET", where, None),
        ("POST", f"{where}/messages", {"content": "x"}),
        ("PATCH", f"{where}/messages/{posted.id}", {"content": "x"}),
    ):
        assert (await rest(method, path, body)).code == (404, 10003)
    await tabs["Ada"].next("message")
    await tabs["Ada"].next("channels")
    await tabs["Ada"].do("say", content=f"<#{lab.id}>")
    assert "unknown-channel" in (await tabs["Ada"].next("message"))["message"]["content_html"]


async def test_an_interaction_outlives_no_channel(
    rest: Rest, playground: Playground, interaction: Frame, ada: Tab, wire: Wire
) -> None:
    await rest.respond(interaction, QUESTION)
    press = await pressed(ada, wire, (await ada.next("message"))["message"])
    playground.world.delete_channel(playground.world.guild.channels[0])
    assert (await rest.respond(press, HELLO)).code == (404, 10003)
    assert (await rest.webhook("POST", interaction, body={"content": "x"})).code == (404, 10003)
    assert (await rest.webhook("PATCH", interaction, "/messages/@original", {"content": "x"})).code == (404, 10003)


async def test_people_delete_what_is_theirs_and_moderators_everything(
    rest: Rest, playground: Playground, wire: Wire, tabs: dict[str, Tab]
) -> None:
    ada, linus = tabs["Ada"], tabs["Linus"]
    await linus.do("say", content="mine")
    mine = (await linus.next("message"))["message"]
    await ada.next("message")
    await wire.event("MESSAGE_CREATE")
    await linus.do("delete", message_id=mine["id"])
    for tab in (ada, linus):
        assert (await tab.next("message_delete"))["id"] == mine["id"]
    gone = {"id": mine["id"], "channel_id": linus.channel, "guild_id": str(playground.world.guild.id)}
    assert await wire.event("MESSAGE_DELETE") == gone
    theirs = (await rest("POST", f"/channels/{linus.channel}/messages", {"content": "x"})).body
    await linus.next("message")
    await linus.do("delete", message_id=theirs["id"])
    assert (await linus.next("failed"))["error"] == "That message is not yours to delete."
    await ada.do("delete", message_id=theirs["id"])
    assert (await linus.next("message_delete"))["id"] == theirs["id"]
    edit = await rest("PATCH", f"/channels/{linus.channel}/messages/{theirs['id']}", {"content": "y"})
    assert edit.code == (404, 10008)


async def test_who_leaves_is_unknown_and_what_they_said_stays(
    rest: Rest, playground: Playground, tabs: dict[str, Tab]
) -> None:
    world, linus = playground.world, playground.world.people[2]
    await tabs["Linus"].do("say", content="I was here")
    await tabs["Ada"].next("message")
    world.leave(linus)
    assert (await tabs["Ada"].next("member_gone"))["id"] == str(linus.user.id)
    seen = [frame.json()["type"] async for frame in tabs["Linus"].socket]
    assert (seen, tabs["Linus"].socket.close_code) == (["message", "member_gone"], 4001)
    here = f"/guilds/{world.guild.id}/members/{linus.user.id}"
    assert (await rest("GET", here)).code == (404, 10007)
    assert (await rest("PUT", f"{here}/roles/{world.guild.roles[5].id}")).code == (404, 10007)
    assert (await rest("GET", f"/users/{linus.user.id}")).body["username"] == "linus"
    listed = (await rest("GET", f"/channels/{tabs['Ada'].channel}/messages")).body
    assert [message["author"]["username"] for message in listed] == ["linus"]
    opened = (await rest("POST", "/users/@me/channels", {"recipient_id": str(linus.user.id)})).body
    assert (await rest("POST", f"/channels/{opened['id']}/messages", {"content": "x"})).code == (403, 50278)


async def test_who_joins_is_a_member_like_any_other(rest: Rest, playground: Playground, ada: Tab, wire: Wire) -> None:
    await ada.do("say", content="Nobody yet")
    await ada.next("message")
    await wire.event("MESSAGE_CREATE")
    barbara = playground.world.join("Barbara L.")
    joined = (await ada.next("member"))["member"]
    assert (joined["display_name"], joined["name"], joined["roles"]) == ("Barbara L.", "barbara_l.", [])
    await ada.do("say", content=f"Hello <@{barbara.user.id}>")
    assert "@Barbara L." in (await ada.next("message"))["message"]["content_html"]
    async with Tab.at(playground, "Barbara L.") as tab:
        await tab.do("command", name="hello")
        await wire.event("MESSAGE_CREATE")
        asked = await wire.event("INTERACTION_CREATE")
    assert asked["member"]["user"]["id"] == str(barbara.user.id)
    assert (await rest("GET", f"/guilds/{playground.world.guild.id}?with_counts=true")).body[
        "approximate_member_count"
    ] == 6


async def test_five_hundred_join_and_each_is_told_apart(playground: Playground, tabs: dict[str, Tab]) -> None:
    for number in range(500):
        playground.world.join(f"Player {number}")
    seen = [(await tabs["Ada"].next("member"))["member"] for _ in range(500)]
    assert len({member["id"] for member in seen}) == 500
    assert len({member["color"] for member in seen}) > 400


async def test_a_bot_that_is_thrown_out_is_told_and_finds_nothing_more(
    rest: Rest, playground: Playground, interaction: Frame, ada: Tab, wire: Wire
) -> None:
    world = playground.world
    await rest.respond(interaction, QUESTION)
    message = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    await wire.event("MESSAGE_CREATE")
    world.remove_bot()
    assert await wire.event("GUILD_DELETE") == {"id": str(world.guild.id)}
    assert (await ada.next("bot"))["here"] is False
    assert (await ada.next("commands"))["commands"] == []
    assert (await rest("GET", f"/guilds/{world.guild.id}")).code == (404, 10004)
    assert (await rest("POST", f"/channels/{ada.channel}/messages", {"content": "x"})).code == (403, 50001)
    assert (await rest("GET", "/users/@me/guilds")).body == []
    await ada.do("component", message_id=message["id"], custom_id="press")
    assert (await ada.next("failed"))["error"] == "This interaction failed"
    async with Wire.to(playground) as again:
        assert (await again.identify(playground.token))["guilds"] == []
    world.invite_bot()
    assert (await wire.event("GUILD_CREATE"))["id"] == str(world.guild.id)


# Direct messages


@pytest.fixture
async def letterbox(rest: Rest, playground: Playground) -> str:
    """The path of the direct messages between the bot and Linus."""
    linus = playground.world.people[2].user
    opened = (await rest("POST", "/users/@me/channels", {"recipient_id": str(linus.id)})).body
    return f"/channels/{opened['id']}"


async def test_who_closes_the_inbox_gets_no_more_messages_until_it_is_open(
    rest: Rest, playground: Playground, letterbox: str, tabs: dict[str, Tab]
) -> None:
    linus = tabs["Linus"]
    first = await rest("POST", f"{letterbox}/messages", {"content": "one"})
    await linus.next("message")
    await linus.do("inbox", open=False)
    assert (await linus.next("inbox"))["open"] is False
    await linus.do("inbox", open=False)
    await linus.sees_nothing()
    assert (await rest("POST", f"{letterbox}/messages", {"content": "two"})).code == (403, 50007)
    recipient = {"recipient_id": str(playground.world.people[2].user.id)}
    again = await rest("POST", "/users/@me/channels", recipient)
    assert (again.status, again.body["id"]) == (200, letterbox.rpartition("/")[2])
    edit = await rest("PATCH", f"{letterbox}/messages/{first.body['id']}", {"content": "edited"})
    assert edit.status == 200
    await linus.next("message_update")
    async with Tab.at(playground, "Linus") as later:
        assert later.hello["inbox_open"] is False
    await linus.do("inbox", open=True)
    assert (await linus.next("inbox"))["open"] is True
    assert (await rest("POST", f"{letterbox}/messages", {"content": "three"})).status == 200
    await tabs["Ada"].sees_nothing()


async def test_commands_of_direct_messages_are_their_own(
    rest: Rest, playground: Playground, letterbox: str, wire: Wire
) -> None:
    await rest.register(
        {"name": "anywhere", "description": "x"},
        {"name": "here", "description": "x", "contexts": [0]},
        {"name": "alone", "description": "x", "contexts": [1], "default_member_permissions": "32"},
    )
    room = letterbox.rpartition("/")[2]
    async with Tab.at(playground, "Linus") as linus:
        assert [command["name"] for command in linus.hello["commands"]] == ["anywhere", "here"]
        assert [command["name"] for command in linus.hello["direct_commands"]] == ["anywhere", "alone"]
        await linus.do("command", name="alone", channel_id=room)
        asked = await wire.event("INTERACTION_CREATE")
        assert (asked["context"], asked["user"]["username"], "member" in asked) == (1, "linus", False)
        await linus.do("command", name="here", channel_id=room)
        assert (await linus.next("failed"))["error"] == "There is no command /here here."


# Messages that are sent once


async def test_a_nonce_that_is_enforced_posts_once(
    rest: Rest, playground: Playground, tabs: dict[str, Tab], time: Time
) -> None:
    where = f"/channels/{tabs['Ada'].channel}/messages"
    once = {"content": "Question 1", "nonce": "round-1", "enforce_nonce": True}
    posted = await asyncio.gather(*(rest("POST", where, once) for _ in range(3)))
    assert len({answer.body["id"] for answer in posted}) == 1
    assert len((await rest("GET", where)).body) == 1
    for change in ({"nonce": "round-2"}, {"enforce_nonce": False}):
        assert (await rest("POST", where, once | change)).body["id"] != posted[0].body["id"]
    time.passes(6 * 60)
    assert (await rest("POST", where, once)).body["id"] != posted[0].body["id"]


async def test_a_nonce_brings_no_deleted_message_back(rest: Rest, tabs: dict[str, Tab]) -> None:
    where = f"/channels/{tabs['Ada'].channel}/messages"
    once = {"content": "x", "nonce": 7, "enforce_nonce": True}
    first = (await rest("POST", where, once)).body
    assert (await rest("DELETE", f"{where}/{first['id']}")).status == 204
    assert (await rest("POST", where, once)).body["id"] != first["id"]
