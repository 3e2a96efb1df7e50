"""A person asks, the bot answers: in time or too late, once or twice, to everybody or to one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground import Playground
from tests.playground.local_discord import Frame, Rest, Tab, Time, Wire

EPHEMERAL, LOADING, V2 = 1 << 6, 1 << 7, 1 << 15
HELLO = {"type": 4, "data": {"content": "hello"}}
THINKING = {"type": 5}
BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
QUESTION = {"type": 4, "data": {"content": "?", "components": [{"type": 1, "components": [BUTTON]}]}}
TEXT_MODAL = {
    "type": 9,
    "data": {
        "custom_id": "form",
        "title": "Tell",
        "components": [{"type": 18, "label": "Name", "component": {"type": 4, "custom_id": "name", "style": 1}}],
    },
}


async def pressed(tab: Tab, wire: Wire, message: Frame, custom_id: str = "press", **fields: Any) -> Frame:
    """What the bot is sent when the person uses a component of that message."""
    await tab.do("component", message_id=message["id"], custom_id=custom_id, **fields)
    while (payload := await wire.next())["t"] != "INTERACTION_CREATE":
        pass
    return payload["d"]


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


# Components


async def test_a_press_can_change_the_message_or_add_one(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    await rest.respond(interaction, QUESTION)
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    press = await pressed(ada, wire, question)
    assert press["data"] == {"custom_id": "press", "component_type": 2, "id": 2}
    assert press["message"]["id"] == question["id"]
    await rest.respond(press, {"type": 7, "data": {"content": "changed", "components": []}})
    changed = (await ada.next("message_update"))["message"]
    assert (changed["content"], changed["components"], changed["id"]) == ("changed", [], question["id"])
    await ada.next("acknowledged")
    more = (await rest.webhook("POST", press, body={"content": "more"})).body
    assert more["interaction_metadata"]["interacted_message_id"] == question["id"]
    assert (await rest.webhook("GET", press, "/messages/@original")).body["id"] == question["id"]


async def test_a_press_can_be_acknowledged_silently(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    await rest.respond(interaction, QUESTION)
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    press = await pressed(ada, wire, question)
    await rest.respond(press, {"type": 6})
    await ada.next("acknowledged")
    edited = await rest.webhook("PATCH", press, "/messages/@original", {"content": "later"})
    assert edited.body["id"] == question["id"]


async def test_a_press_nobody_answers_fails(rest: Rest, interaction: Frame, ada: Tab, wire: Wire, time: Time) -> None:
    await rest.respond(interaction, QUESTION)
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    press = await pressed(ada, wire, question)
    time.passes(4)
    assert (await ada.next("failed"))["error"] == "This interaction failed"
    assert (await rest.respond(press, {"type": 6})).code == (404, 10062)


async def test_a_message_that_is_gone_cannot_be_changed(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    await rest.respond(interaction, QUESTION)
    question = (await ada.next("message"))["message"]
    press = await pressed(ada, wire, question)
    await rest("DELETE", f"/channels/{ada.channel}/messages/{question['id']}")
    assert (await rest.respond(press, {"type": 7, "data": {"content": "x"}})).code == (404, 10008)
    answer = await rest.respond(press, HELLO)
    assert answer.status == 204


async def test_selects_offer_what_they_offer(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    options = [{"label": word, "value": word} for word in ("a", "b", "c")]
    some = {"type": 3, "custom_id": "some", "options": options, "min_values": 1, "max_values": 2}
    users = {"type": 5, "custom_id": "users"}
    rows = [{"type": 1, "components": [select]} for select in (some, users)]
    await rest.respond(interaction, {"type": 4, "data": {"content": "?", "components": rows}})
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    assert (await pressed(ada, wire, question, "some", values=["b", "a"]))["data"]["values"] == ["b", "a"]
    person = ada.hello["members"][1]["id"]
    data = (await pressed(ada, wire, question, "users", values=[person]))["data"]
    assert data["resolved"]["users"][person]["username"] == "grace"
    assert "permissions" in data["resolved"]["members"][person]
    for values, error in (
        ([], "Choose 1 to 2."),
        (["a", "a"], "Choose 1 to 2."),
        (["a", "x"], "That is not one of the options."),
    ):
        await ada.do("component", message_id=question["id"], custom_id="some", values=values)
        assert (await ada.next("failed"))["error"] == error
    await ada.do("component", message_id=question["id"], custom_id="users", values=["1"])
    assert (await ada.next("failed"))["error"] == "There is no member 1."


async def test_what_cannot_be_used_is_refused(rest: Rest, interaction: Frame, ada: Tab) -> None:
    link = {"type": 2, "style": 5, "label": "Read", "url": "https://example.com"}
    row = {"type": 1, "components": [BUTTON | {"disabled": True}, link]}
    await rest.respond(interaction, {"type": 4, "data": {"content": "?", "components": [row]}})
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    for custom_id in ("press", "unknown", None):
        await ada.do("component", message_id=question["id"], custom_id=custom_id)
        assert (await ada.next("failed"))["error"] == "This component cannot be used."


# Modals


async def test_a_modal_opens_is_filled_in_and_answered(rest: Rest, interaction: Frame, ada: Tab, wire: Wire) -> None:
    assert (await rest.respond(interaction, TEXT_MODAL)).status == 204
    opened = await ada.next("modal")
    await ada.next("acknowledged")
    assert (opened["nonce"], opened["modal"]["title"]) == (1, "Tell")
    label = opened["modal"]["components"][0]
    assert (label["id"], label["component"]["id"]) == (1, 2)
    form = {"interaction_id": opened["interaction_id"], "custom_id": "form"}
    await ada.do("modal_submit", **form, components=[])
    assert (await ada.next("failed"))["error"] == "Name: Write 1 to 4000 characters."
    filled = [{"type": 18, "component": {"type": 4, "custom_id": "name", "value": "Ada"}}]
    await ada.do("modal_submit", **form, components=filled)
    submitted = await wire.event("INTERACTION_CREATE")
    assert submitted["type"] == 5
    assert submitted["data"] == {
        "custom_id": "form",
        "components": [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "name", "value": "Ada"}}],
    }
    await rest.respond(submitted, HELLO)
    message = (await ada.next("message"))["message"]
    triggering = message["interaction_metadata"]["triggering_interaction_metadata"]
    assert (triggering["id"], message["command_name"]) == (interaction["id"], "hello")


async def test_a_modal_behind_a_button_can_change_its_message(
    rest: Rest, interaction: Frame, ada: Tab, wire: Wire
) -> None:
    await rest.respond(interaction, QUESTION)
    question = (await ada.next("message"))["message"]
    await ada.next("acknowledged")
    await rest.respond(await pressed(ada, wire, question), TEXT_MODAL)
    opened = await ada.next("modal")
    await ada.next("acknowledged")
    filled = [{"type": 4, "custom_id": "name", "value": "Ada"}]
    await ada.do("modal_submit", interaction_id=opened["interaction_id"], custom_id="form", components=filled)
    submitted = await wire.event("INTERACTION_CREATE")
    assert submitted["message"]["id"] == question["id"]
    await rest.respond(submitted, {"type": 7, "data": {"content": "thanks"}})
    assert (await ada.next("message_update"))["message"]["content"] == "thanks"


async def test_every_kind_of_input_arrives_as_discord_sends_it(
    rest: Rest, interaction: Frame, ada: Tab, wire: Wire
) -> None:
    options = [{"label": word, "value": word} for word in ("a", "b")]
    inputs = [
        {"type": 3, "custom_id": "select", "options": options},
        {"type": 21, "custom_id": "radio", "options": options, "required": False},
        {"type": 22, "custom_id": "boxes", "options": options},
        {"type": 23, "custom_id": "box"},
        {"type": 5, "custom_id": "user", "required": False},
    ]
    labelled = [{"type": 18, "label": part["custom_id"], "component": part} for part in inputs]
    modal = {"type": 9, "data": {"custom_id": "all", "title": "All", "components": labelled}}
    assert (await rest.respond(interaction, modal)).status == 204
    opened = await ada.next("modal")
    await ada.next("acknowledged")

    async def submit(**answers: Frame) -> None:
        components = [{"type": 18, "component": {"custom_id": name} | answer} for name, answer in answers.items()]
        form = {"interaction_id": opened["interaction_id"], "custom_id": "all"}
        await ada.do("modal_submit", **form, components=components)

    for answers, error in (
        ({}, "select: Choose 1."),
        ({"select": {"values": ["x"]}}, "select: That is not one of the options."),
        ({"select": {"values": ["a"]}, "radio": {"value": "x"}}, "radio: Choose one."),
        ({"select": {"values": ["a"]}}, "boxes: Choose 1 to 2."),
    ):
        await submit(**answers)
        assert (await ada.next("failed"))["error"] == error
    person = ada.hello["member"]["id"]
    await submit(
        select={"values": ["a"]},
        boxes={"values": ["a", "b"]},
        box={"value": True},
        user={"values": [person]},
    )
    data = (await wire.event("INTERACTION_CREATE"))["data"]
    got = {part["component"]["custom_id"]: part["component"] for part in data["components"]}
    assert got["select"]["values"] == ["a"]
    assert got["radio"]["value"] is None
    assert got["boxes"]["values"] == ["a", "b"]
    assert got["box"]["value"] is True
    assert data["resolved"]["users"][person]["username"] == "ada"
    await submit(select={"values": ["a"]}, boxes={"values": ["a"]}, radio={"value": "b"})
    data = (await wire.event("INTERACTION_CREATE"))["data"]
    got = {part["component"]["custom_id"]: part["component"] for part in data["components"]}
    assert (got["radio"]["value"], got["user"]["values"], got["box"]["value"]) == ("b", [], False)


@pytest.mark.parametrize("required", [True, False])
async def test_files_cannot_be_given_in_a_modal(
    rest: Rest, interaction: Frame, ada: Tab, wire: Wire, required: bool
) -> None:
    upload = {"type": 19, "custom_id": "file", "required": required}
    row = {"type": 1, "components": [{"type": 4, "custom_id": "old", "style": 1, "label": "Old", "required": False}]}
    parts = [{"type": 10, "content": "*Read*"}, row, {"type": 18, "label": "File", "component": upload}]
    await rest.respond(interaction, {"type": 9, "data": {"custom_id": "f", "title": "F", "components": parts}})
    opened = await ada.next("modal")
    await ada.next("acknowledged")
    assert "<em>Read</em>" in opened["modal"]["components"][0]["content_html"]
    await ada.do("modal_submit", interaction_id=opened["interaction_id"], custom_id="f", components=[])
    if required:
        assert (await ada.next("failed"))["error"] == "File: Files cannot be uploaded here."
    else:
        data = (await wire.event("INTERACTION_CREATE"))["data"]
        assert data["components"][0] == {"type": 10, "id": 1}
        assert data["components"][1]["components"][0]["value"] == ""
        assert data["components"][2]["component"]["values"] == []


async def test_a_form_belongs_to_who_opened_it(rest: Rest, interaction: Frame, ada: Tab, tabs: dict[str, Tab]) -> None:
    await rest.respond(interaction, TEXT_MODAL)
    opened = await ada.next("modal")
    await ada.next("acknowledged")
    form = {"interaction_id": opened["interaction_id"], "custom_id": "form", "components": []}
    for tab, change in ((tabs["Linus"], {}), (ada, {"custom_id": "other"}), (ada, {"interaction_id": "1"})):
        await tab.do("modal_submit", **form | change)
        assert (await tab.next("failed"))["error"] == "This form is not open any more."
