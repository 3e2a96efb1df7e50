"""Answers to interactions: which kind may be given when, and what stands in it."""

import pytest

from bot.playground.strict import IS_COMPONENTS_V2, Fault, interaction_response_faults
from tests.playground.strict_bodies import Body, button, row, text, told

STORED: Body = {"flags": IS_COMPONENTS_V2, "content": "", "components": [text()]}


@pytest.mark.parametrize(
    ("interaction_type", "from_message", "allowed"),
    [
        (1, False, {1}),
        (2, False, {4, 5, 9}),
        (3, True, {4, 5, 6, 7, 9}),
        (4, False, {8}),
        (5, False, {4, 5, 6}),
        (5, True, {4, 5, 6, 7}),
    ],
)
def test_each_interaction_has_its_answers(interaction_type: int, from_message: bool, allowed: set[int]):
    existing = {"flags": 0} if from_message else None

    def fits(answer: int) -> bool:
        faults = interaction_response_faults(
            {"type": answer, "data": {}}, interaction_type=interaction_type, existing=existing
        )
        return ("type", "BASE_TYPE_CHOICES") not in told(faults)

    assert {answer for answer in range(20) if fits(answer)} == allowed


def test_a_fault_in_an_answer_is_told_under_data():
    body = {"type": 4, "data": {"content": "x" * 2_001}}
    assert told(interaction_response_faults(body, interaction_type=2, existing=None)) == [
        ("data.content", "BASE_TYPE_MAX_LENGTH")
    ]


def test_a_deferral_knows_one_flag():
    def faults(flags: int) -> list[Fault]:
        return interaction_response_faults({"type": 5, "data": {"flags": flags}}, interaction_type=2, existing=None)

    assert faults(64) == []
    assert told(faults(IS_COMPONENTS_V2)) == [("data.flags", "BASE_TYPE_CHOICES")]


def test_an_update_of_a_layout_takes_no_content():
    body = {"type": 7, "data": {"content": "x"}}
    assert told(interaction_response_faults(body, interaction_type=3, existing=STORED)) == [
        ("data.content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    ]


@pytest.mark.parametrize("value", [True, None, [], {}, "x" * 101])
def test_a_choice_is_a_text_or_a_number(value: object):
    body = {"type": 8, "data": {"choices": [{"name": "c", "value": value}]}}
    (fault,) = interaction_response_faults(body, interaction_type=4, existing=None)
    assert fault.path == ("data", "choices", 0, "value")


def test_choices_are_of_one_kind():
    body = {"type": 8, "data": {"choices": [{"name": "c", "value": value} for value in (1, 2.5, "3")]}}
    assert told(interaction_response_faults(body, interaction_type=4, existing=None)) == [
        ("data.choices.2.value", "STRING_TYPE_CONVERT")
    ]


def test_a_modal_asks_in_labels_or_old_rows():
    def faults(*components: Body) -> list[tuple[str, str]]:
        body = {"type": 9, "data": {"custom_id": "m", "title": "t", "components": list(components)}}
        return told(interaction_response_faults(body, interaction_type=2, existing=None))

    field = {"type": 4, "custom_id": "a", "style": 1}
    picks = {"type": 5, "custom_id": "a", "min_values": 0}
    assert faults({"type": 18, "label": "l", "component": field}) == []
    assert faults(row(field | {"label": "l"}), text()) == []
    assert faults(row(field)) == [("data.components.0.components.0.label", "BASE_TYPE_REQUIRED")]
    assert faults(field) == [("data.components.0", "UNION_TYPE_CHOICES")]
    assert faults({"type": 18, "label": "l", "component": button()}) == [
        ("data.components.0.component", "UNION_TYPE_CHOICES")
    ]
    assert faults({"type": 18, "label": "l", "component": picks}) == [
        ("data.components.0.component.min_values", "NUMBER_TYPE_MIN")
    ]
    assert faults({"type": 18, "label": "l", "component": picks | {"required": False}}) == []
