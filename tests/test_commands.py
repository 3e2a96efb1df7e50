"""When the commands are sent to Discord again: if what a member would see has changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bot.commands import same_command

A = {"name": "a", "value": "a"}
OURS: dict[str, Any] = {
    "name": "quiz",
    "description": "Answer questions",
    "dm_permission": True,
    "default_member_permissions": None,
    "contexts": [0],
    "options": [
        {"type": 3, "name": "kind", "description": "Which", "required": False, "choices": [{"name": "a", "value": "a"}]}
    ],
}
HELD = {
    **OURS,
    "id": "5",
    "version": "6",
    "dm_permission": False,
    "name_localizations": None,
    "nsfw": False,
    "options": [{"type": 3, "name": "kind", "description": "Which", "choices": [A]}],
}


def test_what_discord_adds_or_leaves_out_is_no_change() -> None:
    assert same_command(OURS, HELD)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("choices", None),
        ("choices", []),
        ("autocomplete", True),
        ("required", True),
        ("description", "x"),
        ("min_value", 1),
    ],
)
def test_what_a_member_would_see_is_a_change_either_way(key: str, value: object) -> None:
    changed = deepcopy(OURS)
    changed["options"][0].pop(key, None)
    if value is not None:
        changed["options"][0][key] = value
    assert not same_command(changed, HELD)
    assert not same_command(OURS, {**HELD, "options": changed["options"]})


def test_another_number_of_options_is_a_change() -> None:
    assert not same_command({**OURS, "options": []}, HELD)
