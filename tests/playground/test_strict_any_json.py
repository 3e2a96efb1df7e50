"""Whatever JSON is sent, the checks answer with faults and never raise; and what they refuse they can say."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.playground.strict import (
    Fault,
    command_faults,
    command_list_faults,
    error_body,
    interaction_response_faults,
    is_empty_message,
    message_faults,
)
from tests.playground.strict_bodies import CHOICES, COMMAND, LAYOUT, MESSAGE, MODAL, ROWS, Body

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([0, 1, 2, 3, 4, 5, 10, 17, 18, 1 << 15, "1", "attachment://a.png", "http://[", "9" * 30])
)
KEYS = st.sampled_from(["type", "id", "custom_id", "components", "options", "name", "value", "de", "_errors"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a body."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, part in steps for place in places(part, (*path, step)))]


@st.composite
def damaged(draw: st.DrawFn, *good: Body) -> Any:
    """A good body in which a few values were replaced, or new keys put beside them: anything may stand anywhere."""
    body: Any = {"body": copy.deepcopy(draw(st.sampled_from(good)))}
    for _ in range(draw(st.integers(1, 3))):
        *steps, last = draw(st.sampled_from(places(body)[1:]))
        node = body
        for step in steps:
            node = node[step]
        node[draw(KEYS) if isinstance(node, dict) and draw(st.booleans()) and steps else last] = draw(JSON)
    return body["body"]


def check_words(faults: list[Fault]) -> None:
    told = error_body(faults)
    assert json.loads(json.dumps(told)) == told
    assert all(fault.code and fault.message for fault in faults)


@given(body=damaged(MESSAGE, ROWS, LAYOUT) | JSON, files=st.integers(0, 2))
def test_any_message(body: Any, files: int):
    stored = LAYOUT | {"content": "x", "attachments": [{"id": "7", "filename": "a.png"}]}
    check_words(message_faults(body, files=files))
    check_words(message_faults(body, files=files, existing=stored))
    assert is_empty_message(body, files, existing=stored) in (True, False)


@given(
    body=damaged(MODAL, CHOICES, {"type": 4, "data": LAYOUT}, {"type": 7, "data": ROWS}, {"type": 5, "data": {}})
    | JSON,
    kind=st.integers(1, 5),
)
def test_any_answer_to_an_interaction(body: Any, kind: int):
    check_words(interaction_response_faults(body, interaction_type=kind, existing=None))
    check_words(interaction_response_faults(body, interaction_type=kind, existing=LAYOUT))


@given(body=damaged(COMMAND) | JSON, guild=st.booleans())
def test_any_command(body: Any, guild: bool):
    check_words(command_faults(body, guild=guild))
    check_words(command_list_faults(body, guild=guild))
    check_words(command_list_faults([COMMAND, body], guild=guild))
