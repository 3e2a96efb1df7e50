"""Discord's own description finds what is wrong with a body, and lets pass what libraries really send."""

from typing import Any

import pytest

from tests import discord_openapi
from tests.discord_openapi import violations

MESSAGES = "/channels/{channel_id}/messages"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
COMMANDS = "/applications/{application_id}/commands"


def test_a_plain_message_is_fine():
    assert violations("post", MESSAGES, {"content": "hello", "tts": False, "flags": 0}) == []


def test_a_label_that_is_too_long_is_told_with_its_path():
    button = {"type": 2, "style": 1, "custom_id": "go", "label": "x" * 81}
    (told,) = violations("POST", MESSAGES, {"components": [{"type": 1, "components": [button]}]})
    assert told.startswith("$.components[0].components[0].label: ")
    assert told.endswith("is too long")


def test_a_component_that_cannot_stand_there_is_told():
    (told,) = violations("POST", MESSAGES, {"components": [{"type": 18, "label": "x"}]})
    assert told.startswith("$.components[0]: ")


@pytest.mark.parametrize(
    "body",
    [
        {"attachments": [{"id": 0, "filename": "a.png"}]},
        {"allowed_mentions": {"parse": [], "users": [1234]}},
        {"message_reference": {"message_id": 5678, "channel_id": 9}},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "emoji": {"name": "x", "id": 5}}]}]},
    ],
    ids=lambda body: next(iter(body)),
)
def test_ids_may_be_numbers(body: dict[str, Any]):
    assert violations("POST", MESSAGES, body) == []


def test_ids_are_digits_all_the_same():
    assert violations("POST", MESSAGES, {"attachments": [{"id": "first"}]})


@pytest.mark.parametrize("bits", [None, 32, "32"])
def test_permission_bits_come_as_numbers_and_as_digits(bits: object):
    assert violations("PUT", COMMANDS, [{"name": "lesson", "default_member_permissions": bits}]) == []


def test_every_kind_of_answer_to_an_interaction_is_known():
    assert violations("POST", CALLBACK, {"type": 6}) == []
    assert violations("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "one", "value": 1}]}}) == []
    assert violations("POST", CALLBACK, {"type": 9, "data": {"title": "Delays"}})


def test_a_route_that_does_not_exist_is_told():
    assert violations("POST", "/nowhere", {}) == ["POST /nowhere: Discord describes no such route"]


def test_a_route_without_a_body_takes_none():
    typing = "/channels/{channel_id}/typing"
    assert violations("POST", typing, None) == []
    assert violations("POST", typing, {"content": "hello"}) == [f"POST {typing}: takes no body"]
    assert violations("POST", MESSAGES, None)


@pytest.fixture
def without_description(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):
    monkeypatch.setattr(discord_openapi, "DESCRIPTION", tmp_path / "discord-openapi.json")
    monkeypatch.setattr(discord_openapi, "_description", discord_openapi._description.__wrapped__)


def test_without_the_description_a_test_is_skipped(without_description: None):
    with pytest.raises(pytest.skip.Exception, match="description is missing"):
        violations("POST", MESSAGES, {})
