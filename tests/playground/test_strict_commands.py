"""Commands: what they may be called, what they may ask, and how they stand together."""

from typing import Any

import pytest

from bot.playground.strict import command_faults, command_list_faults
from tests.playground.strict_bodies import Body, told


def command(*options: Body, **fields: Any) -> Body:
    return {"name": "lesson", "description": "Read.", "options": list(options)} | fields


def option(kind: int = 3, name: str = "topic", **fields: Any) -> Body:
    return {"type": kind, "name": name, "description": "What."} | fields


@pytest.mark.parametrize("name", ["lesson", "läs-mig", "l'été", "課程", "สวัสดี", "नमस्ते", "q2_test"])
def test_a_command_may_be_called(name: str):
    assert command_faults(command(name=name), guild=False) == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Lesson", ["APPLICATION_COMMAND_INVALID_NAME"]),
        ("two words", ["STRING_TYPE_REGEX", "APPLICATION_COMMAND_INVALID_NAME"]),
        ("go!", ["STRING_TYPE_REGEX", "APPLICATION_COMMAND_INVALID_NAME"]),
    ],
)
def test_a_command_may_not_be_called(name: str, codes: list[str]):
    faults = [("name", code) for code in codes]
    assert told(command_faults(command(name=name), guild=False)) == faults
    assert told(command_faults(command(name_localizations={"de": name}), guild=False)) == [
        (f"{at}_localizations.de", code) for at, code in faults
    ]


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        (
            [option(), option(name="part", required=True)],
            [("options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")],
        ),
        ([option(), option()], [("options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS")]),
        ([option(1), option(name="part")], [("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")]),
        ([option(2, options=[option(1, options=[option()])])], []),
        ([option(2, options=[option()])], [("options.0.options.0", "UNION_TYPE_CHOICES")]),
        ([option(1, options=[option(1)])], [("options.0.options.0", "UNION_TYPE_CHOICES")]),
        ([option(1, required=True)], [("options.0.required", "APPLICATION_COMMAND_FIELD_INVALID")]),
        ([option(6, autocomplete=True)], [("options.0.autocomplete", "APPLICATION_COMMAND_FIELD_INVALID")]),
        (
            [option(autocomplete=True, choices=[{"name": "c", "value": "v"}])],
            [("options.0.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_MUTUALLY_EXCLUSIVE")],
        ),
        ([option(4, choices=[{"name": "c", "value": "1"}])], [("options.0.choices.0.value", "NUMBER_TYPE_COERCE")]),
    ],
)
def test_options_go_together(options: list[Body], faults: list[tuple[str, str]]):
    assert told(command_faults(command(*options), guild=False)) == faults


def test_a_menu_command_has_a_name_and_nothing_to_fill_in():
    menu = {"type": 3, "name": "Explain This"}
    assert command_faults(menu | {"description": "", "options": []}, guild=True) == []
    assert told(command_faults(menu | {"description": "Why."}, guild=True)) == [
        ("description", "APPLICATION_COMMAND_FIELD_INVALID")
    ]


def test_an_entry_point_is_global():
    entry = {"type": 4, "name": "launch", "handler": 1}
    assert command_faults(entry, guild=False) == []
    assert told(command_faults(entry, guild=True)) == [("type", "BASE_TYPE_CHOICES")]


def test_of_translations_the_longest_counts():
    parts = [option(name=f"p{n}", choices=[{"name": "n" * 96, "value": "v"}] * 25) for n in range(3)]
    body = command(*parts)
    assert command_faults(body, guild=False) == []
    for part in parts:
        for choice in part["choices"]:
            choice["name_localizations"] = {"de": "n" * 90, "sv-SE": "n" * 100}
    assert command_faults(body, guild=False) == []
    parts.append(option(name="p3", choices=[{"name": "n", "value": "v" * 100}] * 4))
    body["options"] = parts
    assert told(command_faults(body, guild=False)) == [("", "APPLICATION_COMMAND_TOO_LARGE")]


def test_a_locale_that_discord_does_not_have_is_told():
    assert told(command_faults(command(name_localizations={"_errors": "x"}), guild=False)) == [
        ("name_localizations", "BASE_TYPE_CHOICES")
    ]


def test_names_are_unique_within_a_type():
    menu = {"type": 2, "name": "lesson"}
    assert command_list_faults([command(), menu], guild=False) == []
    assert told(command_list_faults([command(), menu, command()], guild=False)) == [
        ("2", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    ]


def test_a_fault_in_a_list_of_commands_is_told_under_its_index():
    assert told(command_list_faults([command(), command(description=None)], guild=False)) == [
        ("1.description", "BASE_TYPE_REQUIRED")
    ]
