"""A person asks, the bot answers: in time or too late, once or twice, to everybody or to one."""

from __future__ import annotations

from bot.playground import Playground
from tests.playground.local_discord import Frame, Rest, Tab, Time, Wire, pressed

EPHEMERAL, LOADING, V2 = 1 << 6, 1 << 7, 1 << 15
HELLO = {"type": 4, "data": {"content": "hello"}}
THINKING = {"type": 5}
BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
QUESTION = {"type": 4, "data": {"content": "?", "components": [{"type": 1, "components": [BUTTON]}]}}


async def test_an_interaction_says_all_that_discord_says(playground: Playground, interaction: Frame, ada: Tab) -> None:
    world = playground.world
    assert interaction["type"] == 2
    assert interaction["data"]["name"] == "hello"
    assert interaction["data"]["id"] == ada.hello["commands"][0]["id"]
    assert interaction["guild_id"] == interaction["guild"]["id"] == str(world.guild.id)
    assert interaction["channel"]["id"] == interaction["channel_id"] == ada.channel
    assert interaction["member"]["user"]["username"] == "ada"
    assert int(interaction["member"]["permissions"]) & 1 << 3
    assert not int(interaction["app_permissions"]) & 1 << 3
    assert interaction["application_id"] == str(world.application_id)
    assert interaction["authorizing_integration_owners"] == {"0": str(world.guild.id)}
    assert (interaction["context"], interaction["version"], interaction["locale"]) == (0, 1, "en-US")


async def test_an_answer_is_seen_with_the_command_that_led_to_it(rest: Rest, interaction: Frame, ada: Tab) -> None:
    assert (await rest.respond(interaction, HELLO)).status == 204
    message = (await ada.next("message"))["message"]
    assert (message["content"], message["type"], message["command_name"]) == ("hello", 20, "hello")
    assert message["interaction_metadata"]["user"]["username"] == "ada"
    assert (await ada.next("acknowledged"))["nonce"] == 1


async def test_an_answer_can_be_had_back(rest: Rest, interaction: Frame, ada: Tab) -> None:
    answer = await rest.respond(interaction, HELLO, query="?with_response=1")
    message = answer.body["resource"]["message"]
    assert answer.body["resource"]["type"] == 4
    assert answer.body["interaction"] == {
        "id": interaction["id"],
        "type": 2,
        "response_message_id": message["id"],
        "response_message_loading": False,
        "response_message_ephemeral": False,
        "channel_id": ada.channel,
        "guild_id": interaction["guild_id"],
    }


async def test_a_late_answer_finds_nothing(rest: Rest, interaction: Frame, time: Time, ada: Tab) -> None:
    time.passes(3.1)
    assert await ada.next("failed") == {"type": "failed", "nonce": 1, "error": "The application did not respond"}
    assert (await rest.respond(interaction, HELLO)).code == (404, 10062)


async def test_an_answer_at_the_last_moment_counts(rest: Rest, interaction: Frame, time: Time) -> None:
    time.passes(2.9)
    assert (await rest.respond(interaction, HELLO)).status == 204


async def test_a_second_answer_is_refused(rest: Rest, interaction: Frame, time: Time) -> None:
    await rest.respond(interaction, HELLO)
    time.passes(10)
    assert (await rest.respond(interaction, THINKING)).code == (400, 40060)


async def test_another_token_is_no_token(rest: Rest, interaction: Frame) -> None:
    assert (await rest.respond(interaction | {"token": "x"}, HELLO)).code == (404, 10062)


async def test_a_bad_answer_is_told_where_and_leaves_time_for_a_good_one(rest: Rest, interaction: Frame) -> None:
    bad = await rest.respond(interaction, {"type": 4, "data": {"content": "x" * 2001}})
    assert bad.faults() == {"data.content": ["BASE_TYPE_MAX_LENGTH"]}
    assert (await rest.respond(interaction, {"type": 7, "data": {}})).faults() == {"type": ["BASE_TYPE_CHOICES"]}
    assert (await rest.respond(interaction, {"type": 4, "data": {"content": ""}})).code == (400, 50006)
    assert (await rest.respond(interaction, HELLO)).status == 204


async def test_the_webhook_opens_with_the_first_answer_and_closes_after_15_minutes(
    rest: Rest, interaction: Frame, time: Time
) -> None:
    more = {"content": "more"}
    assert (await rest.webhook("POST", interaction, body=more)).code == (404, 10015)
    await rest.respond(interaction, HELLO)
    time.passes(14 * 60)
    sent = await rest.webhook("POST", interaction, body=more)
    assert (sent.body["content"], sent.body["type"]) == ("more", 19)
    time.passes(61)
    assert (await rest.webhook("POST", interaction, body=more)).code == (401, 50027)
    assert (await rest.webhook("PATCH", interaction, "/messages/@original", more)).code == (401, 50027)


async def test_tokens_are_forgotten_in_the_end(rest: Rest, interaction: Frame, time: Time, ada: Tab) -> None:
    await rest.respond(interaction, HELLO)
    time.passes(31 * 60)
    await ada.do("command", name="hello")
    await ada.next("message")
    await ada.next("acknowledged")
    await ada.sees_nothing()
    assert (await rest.webhook("GET", interaction, "/messages/@original")).code == (404, 10015)


async def test_messages_of_an_interaction_are_read_edited_and_removed(rest: Rest, interaction: Frame) -> None:
    await rest.respond(interaction, HELLO)
    original = (await rest.webhook("GET", interaction, "/messages/@original")).body
    more = (await rest.webhook("POST", interaction, body={"content": "more"})).body
    assert more["interaction_metadata"]["original_response_message_id"] == original["id"]
    assert more["referenced_message"]["id"] == original["id"]
    for path in ("/messages/@original", f"/messages/{more['id']}"):
        assert (await rest.webhook("PATCH", interaction, path, {"content": "new"})).body["content"] == "new"
        assert (await rest.webhook("GET", interaction, path)).body["content"] == "new"
        bad = await rest.webhook("PATCH", interaction, path, {"content": "x" * 2001})
        assert bad.faults().keys() == {"content"}
        assert (await rest.webhook("DELETE", interaction, path)).status == 204
        assert (await rest.webhook("GET", interaction, path)).code == (404, 10008)


async def test_messages_of_others_are_out_of_reach(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    await rest.respond(interaction, HELLO)
    foreign = (await rest("POST", f"/channels/{ada.channel}/messages", {"content": "x"})).body
    assert (await rest.webhook("GET", interaction, f"/messages/{foreign['id']}")).code == (404, 10008)


async def test_thinking_gives_way_to_the_first_message(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    await rest.respond(interaction, THINKING)
    thinking = (await ada.next("message"))["message"]
    assert thinking["flags"] == LOADING
    await ada.next("acknowledged")
    first = (await rest.webhook("POST", interaction, body={"content": "done", "flags": EPHEMERAL})).body
    assert (first["id"], first["flags"], first["content"]) == (thinking["id"], 0, "done")
    assert (await ada.next("message_update"))["message"]["flags"] == 0
    second = (await rest.webhook("POST", interaction, body={"content": "more"})).body
    assert second["id"] != first["id"]


async def test_thinking_gives_way_to_an_edit_too(rest: Rest, interaction: Frame, ada: Tab) -> None:
    await rest.respond(interaction, THINKING)
    layout = {"flags": V2, "components": [{"type": 10, "content": "**done**"}]}
    edited = (await rest.webhook("PATCH", interaction, "/messages/@original", layout)).body
    assert edited["flags"] == V2
    await ada.next("message")
    await ada.next("acknowledged")
    shown = (await ada.next("message_update"))["message"]
    assert "<strong>done</strong>" in shown["components"][0]["content_html"]
    second = (await rest.webhook("POST", interaction, body={"content": "more"})).body
    assert second["id"] != edited["id"]


async def test_what_comes_after_thinking_is_no_edit_but_a_change_of_it_is(
    rest: Rest, interaction: Frame, ada: Tab
) -> None:
    await rest.respond(interaction, THINKING)
    answer = (await rest.webhook("PATCH", interaction, "/messages/@original", {"content": "42"})).body
    assert answer["edited_timestamp"] is None
    changed = (await rest.webhook("PATCH", interaction, "/messages/@original", {"content": "43"})).body
    assert changed["edited_timestamp"] is not None


async def test_a_thought_that_was_dismissed_is_answered_anew(rest: Rest, interaction: Frame, ada: Tab) -> None:
    await rest.respond(interaction, {"type": 5, "data": {"flags": EPHEMERAL}})
    thinking = (await ada.next("message"))["message"]
    await ada.do("dismiss", message_id=thinking["id"])
    await ada.next("acknowledged")
    assert (await ada.next("message_delete"))["id"] == thinking["id"]
    assert (await rest.webhook("PATCH", interaction, "/messages/@original", {"content": "x"})).code == (404, 10008)
    assert (await rest.webhook("POST", interaction, body={"content": "x"})).body["id"] != thinking["id"]


async def test_what_is_for_one_member_is_seen_by_that_member_alone(
    playground: Playground, rest: Rest, interaction: Frame, ada: Tab, wire: Wire, tabs: dict[str, Tab]
) -> None:
    await rest.respond(interaction, {"type": 5, "data": {"flags": EPHEMERAL}})
    await rest.webhook("POST", interaction, body={"content": "a secret"})
    assert (await ada.next("message"))["message"]["flags"] == EPHEMERAL | LOADING
    await ada.next("acknowledged")
    secret = (await ada.next("message_update"))["message"]
    assert (secret["content"], secret["flags"]) == ("a secret", EPHEMERAL)
    await tabs["Linus"].sees_nothing()
    await tabs["Linus"].do("component", message_id=secret["id"], custom_id="press")
    assert (await tabs["Linus"].next("failed"))["error"] == "That message is gone."
    async with Tab.at(playground, "Linus") as later:
        assert later.hello["messages"][ada.channel] == []
    one = f"/channels/{ada.channel}/messages/{secret['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        assert (await rest(method, one, {"content": "x"} if method == "PATCH" else None)).code == (404, 10008)
    assert (await rest("GET", f"/channels/{ada.channel}/messages")).body == []
    await ada.do("dismiss", message_id=secret["id"])
    assert (await ada.next("message_delete"))["id"] == secret["id"]


async def test_the_bot_hears_of_private_messages_as_published(playground: Playground, rest: Rest) -> None:
    await rest.register({"name": "hello", "description": "x"})
    async with Wire.to(playground) as wire, Tab.at(playground) as ada:
        await wire.identify(playground.token, intents=1 << 12)
        await ada.do("command", name="hello")
        interaction = await wire.event("INTERACTION_CREATE")
        await rest.respond(interaction, {"type": 4, "data": {"content": "x", "flags": EPHEMERAL}})
        created = await wire.event("MESSAGE_CREATE")
        assert "guild_id" not in created
        assert "member" not in created


async def test_a_public_answer_to_a_private_message_does_not_show_it(
    playground: Playground, rest: Rest, interaction: Frame, ada: Tab, wire: Wire, tabs: dict[str, Tab]
) -> None:
    private = {"type": 4, "data": QUESTION["data"] | {"flags": EPHEMERAL}}
    await rest.respond(interaction, private)
    question = (await ada.next("message"))["message"]
    press = await pressed(ada, wire, question)
    await rest.respond(press, {"type": 4, "data": {"content": "Ada got it"}})
    shared = (await tabs["Linus"].next("message"))["message"]
    assert (shared["content"], shared["referenced_message"]) == ("Ada got it", None)
