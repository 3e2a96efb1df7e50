"""Whatever a bot or a page sends, it is refused or done: nothing breaks, and what was done can be shown."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.components import completed, walk
from bot.playground.errors import ApiError
from bot.playground.interaction import Answer, Ask
from bot.playground.interaction_payload import interaction_payload
from bot.playground.modal import modal_data
from bot.playground.model import Upload
from bot.playground.request import command_data, component_data
from bot.playground.resolve import RefusedError
from bot.playground.rest import ROUTES, Call, Route
from bot.playground.view import View
from bot.playground.wire import Json, written
from bot.playground.world import World
from tests.playground import strict_bodies

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70_000)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["1", "press", "attachment://a.txt", "https://example.com", "topic", "9" * 30, "\ud800"])
)
WORDS = """
    type id name description options value values focused content embeds components component accessory custom_id label
    style flags attachments filename data choices title fields url media items allowed_mentions parse users nonce tts
    message_reference message_id recipient_id required min_values max_values disabled poll
"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=12
)
FRAMES = st.dictionaries(KEYS, VALUES, max_size=6)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a body."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, part in steps for place in places(part, (*path, step)))]


@st.composite
def nearly_good(draw: st.DrawFn) -> Any:
    """A good body in which one or two values were replaced, taken away, or joined by others."""
    body: Any = {"body": copy.deepcopy(draw(st.sampled_from(GOOD)))}
    for _ in range(draw(st.integers(0, 2))):
        *steps, last = draw(st.sampled_from(places(body)[1:]))
        node = body
        for step in steps:
            node = node[step]
        match draw(st.sampled_from(["replace", "join", "remove"])):
            case "join" if isinstance(node, dict) and steps:
                node[draw(KEYS)] = draw(VALUES)
            case "remove" if steps:
                del node[last]
            case _:
                node[last] = draw(VALUES)
    return body["body"]


UPLOAD = Upload("files[0]", "a.txt", "text/plain", b"a")
BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
SELECT = {"type": 3, "custom_id": "name", "options": [{"label": "1", "value": "1"}]}
USERS = {"type": 5, "custom_id": "value", "max_values": 3}
ROWS: list[Json] = [{"type": 1, "components": [part]} for part in (BUTTON, SELECT, USERS)]
OPTIONS = {"name": 3, "type": 4, "id": 10, "value": 6, "nonce": 5}
COMMAND: Json = {
    "name": "topic",
    "description": "x",
    "options": [{"type": kind, "name": name, "description": "x"} for name, kind in OPTIONS.items()],
}
LIST_OF_COMMANDS = [strict_bodies.COMMAND, COMMAND]
FILES = strict_bodies.layout(
    {"type": 12, "items": [{"media": {"url": "attachment://a.txt"}}]},
    {"type": 13, "file": {"url": "attachment://a.txt"}},
    attachments=[{"id": 0, "filename": "a.txt"}],
)
MESSAGES = [strict_bodies.MESSAGE, strict_bodies.ROWS, strict_bodies.LAYOUT, FILES, {"content": "x"}]
ANSWERS = [{"type": kind, "data": message} for kind in (4, 7) for message in MESSAGES]
DEFERRALS = [{"type": 5}, {"type": 5, "data": {"flags": 64}}, {"type": 6}]
OTHERS = [strict_bodies.COMMAND, strict_bodies.MODAL, strict_bodies.CHOICES, LIST_OF_COMMANDS, {"recipient_id": "1"}]
GOOD: list[Any] = [*MESSAGES, *ANSWERS, *DEFERRALS, *OTHERS]
INPUTS = {"name": 4, "value": 21, "type": 22, "press": 23, "id": 3}
FORM: Json = {
    "custom_id": "press",
    "title": "x",
    "components": completed(
        {"type": 18, "label": "x", "component": {"type": kind, "custom_id": name, "options": SELECT["options"]}}
        for name, kind in INPUTS.items()
    ),
}

many = settings(max_examples=40)


def a_world(ask: Ask = Ask.COMMAND) -> tuple[World, dict[str, str]]:
    """A world with one of everything, and the ids of those as they stand in paths."""
    world = World(lambda: 1_772_000_000.0, secrets.token_hex)
    room, ada = world.guild.channels[0], world.people[0]
    posted = world.post(room, world.bot, {"content": "x"}, [UPLOAD])
    source = None if ask in (Ask.COMMAND, Ask.AUTOCOMPLETE) else posted
    interaction = world.ask(ask, ada, room, {}, command_name="topic", message=source)
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


def tried(make: Callable[[], Any]) -> Any:
    """What `make` makes, which can be sent as it is, or the sentence with which it is refused."""
    try:
        made = make()
    except RefusedError as refused:
        made = str(refused)
    except ApiError as error:
        made = error.body
    written(made)
    return made


WITH_BODIES = [route for route in ROUTES if route.method in ("POST", "PUT", "PATCH")]


@pytest.mark.parametrize("route", WITH_BODIES, ids=lambda route: f"{route.method} {route.path}")
@given(body=nearly_good() | VALUES, files=st.booleans(), ask=st.sampled_from(Ask))
@many
def test_any_body_is_refused_or_done(route: Route, body: Any, files: bool, ask: Ask) -> None:
    world, ids = a_world(ask)
    path = {name: value for name, value in ids.items() if f"{{{name}}}" in route.path}
    call = Call(world, path, {"with_response": "1"}, body, (UPLOAD,) * files, "ws://127.0.0.1", strict=True)
    tried(lambda: route.handler(call).body)
    interaction = world.interactions.get(int(ids["interaction_id"]))
    written(interaction_payload(world, interaction))
    check_shown(world, interaction.modal)


def check_shown(world: World, modal: Json | None) -> None:
    """Make sure that everything in the world can be shown, and its components and its modal be used."""
    view, room = View(world), world.guild.channels[0]
    for message in world.messages(room):
        written(view.message(message))
        for part in walk(message.components):
            frame = {"custom_id": part.get("custom_id"), "values": ["0", "1"]}
            tried(partial(component_data, world, message, frame))
    if modal is not None:
        written(view.components(modal))
        parts = walk(modal["components"])
        inputs = [{"custom_id": part.get("custom_id"), "value": "0", "values": ["0"]} for part in parts]
        for components in ([], inputs):
            frame = {"custom_id": modal["custom_id"], "components": components}
            tried(partial(modal_data, world, room, modal, frame))


@given(frame=FRAMES, still_typed=st.booleans())
@many
def test_any_command_is_refused_or_sent(frame: Json, still_typed: bool) -> None:
    world, _ = a_world()
    ada, room = world.people[0], world.guild.channels[0]
    made = tried(lambda: command_data(world, ada, room, frame | {"name": "topic"}, partial=still_typed))
    assert made


@given(frame=FRAMES)
@many
def test_any_press_and_any_form_is_refused_or_sent(frame: Json) -> None:
    world, _ = a_world()
    room = world.guild.channels[0]
    message = world.messages(room)[0]
    for custom_id in ("press", "name", "value", frame.get("custom_id")):
        sent = frame | {"custom_id": custom_id}
        assert tried(partial(component_data, world, message, sent))
        assert tried(partial(modal_data, world, room, FORM, sent))
