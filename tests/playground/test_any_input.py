"""Whatever a bot or a page sends, it is refused or done: nothing breaks, and what was done can be shown."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground.errors import ApiError
from bot.playground.interaction import Answer, Ask
from bot.playground.modal import modal_data
from bot.playground.model import Upload
from bot.playground.request import command_data, component_data
from bot.playground.resolve import RefusedError
from bot.playground.rest import ROUTES, Call, Route
from bot.playground.view import View
from bot.playground.wire import Json, parsed, written
from bot.playground.world import World

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70_000)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["1", "press", "attachment://a.txt", "https://example.com", "topic", "9" * 30, "\ud800"])
)
KEYS = st.sampled_from(
    "type id name description options value values focused content embeds components component accessory custom_id"
    " label style flags attachments filename data choices title fields url media items allowed_mentions parse users"
    " message_reference message_id recipient_id nonce tts required min_values max_values disabled poll".split()
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=12
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=8) | VALUES

UPLOAD = Upload("files[0]", "a.txt", "text/plain", b"a")
BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
SELECT = {"type": 3, "custom_id": "name", "options": [{"label": "1", "value": "1"}]}
USERS = {"type": 5, "custom_id": "value", "max_values": 3}
ROWS: list[Json] = [{"type": 1, "components": [part]} for part in (BUTTON, SELECT, USERS)]
COMMAND: Json = {
    "name": "topic",
    "description": "x",
    "options": [{"type": kind, "name": name, "description": "x"} for kind, name in ((3, "name"), (4, "type"), (10, "id"), (6, "value"), (5, "nonce"))],
}
FORM: Json = {
    "custom_id": "press",
    "title": "x",
    "components": [
        {"type": 18, "id": n, "label": "x", "component": {"id": 10 + n, "custom_id": name, "options": SELECT["options"]} | part}
        for n, (name, part) in enumerate(
            {"name": {"type": 4}, "value": {"type": 21}, "type": {"type": 22}, "press": {"type": 23}, "id": {"type": 3}}.items(), 1
        )
    ],
}

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def a_world() -> tuple[World, dict[str, str]]:
    """A world with one of everything, and the ids of those as they stand in paths."""
    world = World(lambda: 1_772_000_000.0, secrets.token_hex)
    room, ada = world.guild.channels[0], world.people[0]
    interaction = world.ask(Ask.COMMAND, ada, room, {}, command_name="topic")
    answered = world.ask(Ask.COMMAND, ada, room, {}, command_name="topic")
    world.respond(answered, Answer.MESSAGE, {"content": "x", "components": ROWS})
    message = world.post(room, world.bot, {"content": "x"}, [UPLOAD])
    (command,) = world.commands.replace(None, [COMMAND])
    return world, {
        "application_id": str(world.application_id),
        "guild_id": str(world.guild.id),
        "channel_id": str(room.id),
        "message_id": str(message.id),
        "user_id": str(ada.user.id),
        "role_id": str(world.guild.roles[0].id),
        "command_id": command["id"],
        "interaction_id": str(interaction.id),
        "interaction_token": interaction.token,
        "webhook_id": str(world.application_id),
        "webhook_token": answered.token,
    }


WITH_BODIES = [route for route in ROUTES if route.method in ("POST", "PUT", "PATCH")]


@pytest.mark.parametrize("route", WITH_BODIES, ids=lambda route: f"{route.method} {route.path}")
@given(body=BODIES | st.lists(BODIES, max_size=3), files=st.booleans())
@many
def test_any_body_is_refused_or_done(route: Route, body: Any, files: bool) -> None:
    world, path = a_world()
    uploads = (UPLOAD,) if files else ()
    call = Call(world, path, {}, body, uploads, "ws://127.0.0.1", strict=True)
    try:
        reply = route.handler(call)
    except ApiError as error:
        assert error.status in (400, 403, 404)
        assert parsed(written(error.body))["code"] >= 10000
    else:
        written(reply.body)
    view = View(world)
    for message in world.messages(world.guild.channels[0]):
        written(view.message(message))


@given(frame=st.dictionaries(KEYS, VALUES, max_size=6), partial=st.booleans())
@many
def test_any_command_is_refused_or_sent(frame: Json, partial: bool) -> None:
    world, _ = a_world()
    try:
        data, name = command_data(
            world, world.people[0], world.guild.channels[0], frame | {"name": "topic"}, partial=partial
        )
    except RefusedError as refused:
        assert str(refused).endswith(".")
    else:
        assert name == data["name"] == "topic"
        written(data)


@given(frame=st.dictionaries(KEYS, VALUES, max_size=6))
@many
def test_any_press_and_any_form_is_refused_or_sent(frame: Json) -> None:
    world, _ = a_world()
    room = world.guild.channels[0]
    (message, _other) = world.messages(room)
    for custom_id in ("press", "name", "value", frame.get("custom_id")):
        for make in (
            lambda given: component_data(world, room, message.components, given),
            lambda given: modal_data(world, room, FORM, given),
        ):
            try:
                written(make(frame | {"custom_id": custom_id}))
            except RefusedError as refused:
                assert str(refused).endswith(".")
