"""Buttons, menus and forms: what a person can use, what the bot hears of it, and what it does then."""

from __future__ import annotations

import pytest

from tests.playground.local_discord import Frame, Rest, Tab, Time, Wire, pressed

HELLO = {"type": 4, "data": {"content": "hello"}}
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


async def test_a_group_that_sets_no_bounds_takes_one_to_all(
    rest: Rest, interaction: Frame, ada: Tab, wire: Wire
) -> None:
    options = [{"label": word, "value": word} for word in ("a", "b")]
    group = {"type": 22, "custom_id": "boxes", "options": options, "min_values": None, "max_values": None}
    labelled = [{"type": 18, "label": "Boxes", "component": group}]
    await rest.respond(interaction, {"type": 9, "data": {"custom_id": "f", "title": "F", "components": labelled}})
    opened = await ada.next("modal")
    await ada.next("acknowledged")
    form = {"interaction_id": opened["interaction_id"], "custom_id": "f"}
    for chosen in (["a"], ["a", "b"]):
        await ada.do("modal_submit", **form, components=[{"custom_id": "boxes", "values": chosen}])
        data = (await wire.event("INTERACTION_CREATE"))["data"]
        assert data["components"][0]["component"]["values"] == chosen
    await ada.do("modal_submit", **form, components=[{"custom_id": "boxes", "values": []}])
    assert (await ada.next("failed"))["error"] == "Boxes: Choose 1 to 2."


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
