"""Messages and their components: what goes with what, and what never does."""

import pytest

from bot.playground.strict import IS_COMPONENTS_V2, Fault, error_body, is_empty_message, message_faults
from tests.playground.strict_bodies import Body, button, layout, row, text, told

LEGACY_FIELDS = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
EXCLUSIVE = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"
REQUIRED = "BASE_TYPE_REQUIRED"

STORED: Body = {"flags": IS_COMPONENTS_V2, "content": "", "components": [text()]}


def picture(url: str) -> Body:
    return {"type": 12, "items": [{"media": {"url": url}}]}


def test_faults_are_nested_by_path_as_discord_answers_them():
    faults = [
        Fault(("components", 0, "label"), "A", "first"),
        Fault(("components", 0, "label"), "B", "second"),
        Fault((), "C", "whole"),
    ]
    assert error_body(faults) == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "components": {
                "0": {"label": {"_errors": [{"code": "A", "message": "first"}, {"code": "B", "message": "second"}]}}
            },
            "_errors": [{"code": "C", "message": "whole"}],
        },
    }


def test_the_words_of_a_fault_are_discords():
    (fault,) = message_faults({"content": "x" * 2_001})
    assert fault.message == "Must be 2000 or fewer in length."
    (fault,) = message_faults({"components": [{"type": 17}]})
    assert (fault.code, fault.message) == ("UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')


def test_every_wrong_part_is_told_not_the_first_alone():
    body = {"content": 5, "embeds": [{"title": "x" * 257, "color": "red"}], "tts": "no"}
    assert told(message_faults(body)) == [
        ("content", "STRING_TYPE_CONVERT"),
        ("embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ("embeds.0.color", "NUMBER_TYPE_COERCE"),
        ("tts", "BOOLEAN_TYPE_CONVERT"),
    ]


# Messages.


@pytest.mark.parametrize(
    ("body", "files", "empty"),
    [
        ({}, 0, True),
        ({"content": " \n"}, 0, True),
        ({"content": None, "embeds": [], "components": []}, 0, True),
        ({"content": "x"}, 0, False),
        ({"embeds": [{"title": "x"}]}, 0, False),
        ({"components": [row(button())]}, 0, False),
        ({}, 1, False),
        (layout(), 1, True),
        (layout(text()), 0, False),
    ],
)
def test_a_message_that_shows_nothing_is_empty(body: Body, files: int, empty: bool):
    assert is_empty_message(body, files) is empty


def test_an_edit_is_empty_when_nothing_is_left():
    assert not is_empty_message({"embeds": []}, existing={"content": "x"})
    assert is_empty_message({"content": ""}, existing={"content": "x", "embeds": []})
    assert is_empty_message({"components": []}, existing=STORED)


@pytest.mark.parametrize("kind", ["users", "roles"])
def test_mentions_are_named_or_parsed_but_not_both(kind: str):
    def faults(mentions: Body) -> list[Fault]:
        return message_faults({"content": "x", "allowed_mentions": mentions})

    assert told(faults({"parse": [kind], kind: ["1"]})) == [
        ("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")
    ]
    assert faults({"parse": [kind], kind: []}) == []
    assert faults({"parse": ["everyone"], kind: [1]}) == []


def test_an_embed_shows_something():
    assert told(message_faults({"embeds": [{"color": 5}]})) == [("embeds.0.description", REQUIRED)]


@pytest.mark.parametrize(
    "field", [{"content": "x"}, {"content": ""}, {"embeds": [{"title": "x"}]}, {"sticker_ids": ["1"]}]
)
def test_a_layout_stands_without_the_old_fields(field: Body):
    assert told(message_faults(layout(text(), **field))) == [(next(iter(field)), LEGACY_FIELDS)]
    assert message_faults(layout(text(), content=None, embeds=[], sticker_ids=[], poll=None)) == []


def test_a_message_that_becomes_a_layout_gives_up_its_content():
    stored = {"flags": 0, "content": "Thinking", "embeds": []}
    assert told(message_faults(layout(text()), existing=stored)) == [("content", LEGACY_FIELDS)]
    assert message_faults(layout(text(), content=None), existing=stored) == []


def test_a_layout_stays_a_layout():
    assert message_faults({"components": [text()]}, existing=STORED) == []
    assert told(message_faults({"content": "x"}, existing=STORED)) == [("content", LEGACY_FIELDS)]
    assert told(message_faults({"flags": 0}, existing=STORED)) == [
        ("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG")
    ]


def test_attachments_are_the_files_that_come_or_are_kept():
    stored = {"attachments": [{"id": "77", "filename": "old.png"}]}
    body = {"content": "x", "attachments": [{"id": 0, "filename": "a.png"}, {"id": "77"}]}
    assert message_faults(body, files=1, existing=stored) == []
    assert told(message_faults(body, files=1)) == [("attachments.1", "ATTACHMENT_NOT_FOUND")]
    assert told(message_faults(body, existing=stored)) == [("attachments.0", "ATTACHMENT_NOT_FOUND")]


def test_a_picture_refers_to_a_file_that_is_there():
    missing = [("components.0.items.0.media.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND")]
    body = layout(picture("attachment://a.png"))
    named = body | {"attachments": [{"id": "0", "filename": "a.png"}]}
    assert told(message_faults(body)) == missing
    assert message_faults(named, files=1) == []
    assert told(message_faults(named | {"attachments": [{"id": "0", "filename": "b.png"}]}, files=1)) == missing


def test_a_picture_may_refer_to_a_kept_file_until_it_is_dropped():
    stored = STORED | {"attachments": [{"id": "77", "filename": "a.png"}]}
    body = layout(picture("attachment://a.png"))
    assert message_faults(body, existing=stored) == []
    assert message_faults(body | {"attachments": [{"id": "77"}]}, existing=stored) == []
    assert len(message_faults(body | {"attachments": []}, existing=stored)) == 1


def test_a_file_component_shows_an_uploaded_file():
    body = layout({"type": 13, "file": {"url": "https://example.com/a.txt"}})
    assert told(message_faults(body)) == [("components.0.file.url", "URL_TYPE_INVALID_SCHEME")]


# Components.


def test_a_custom_id_is_used_once_however_deep_it_stands():
    section = {"type": 9, "components": [text()], "accessory": button()}
    body = layout(row(button()), {"type": 17, "components": [section]})
    assert told(message_faults(body)) == [
        ("components.1.components.0.accessory.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED")
    ]


def test_an_id_is_used_once_but_zero_is_none():
    assert told(message_faults(layout(text() | {"id": 4}, text() | {"id": 4}))) == [
        ("components.1.id", "COMPONENT_ID_DUPLICATED")
    ]
    assert message_faults(layout(text() | {"id": 0}, text() | {"id": 0})) == []


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"custom_id": None}, [("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED")]),
        ({"url": "https://example.com"}, [("url", EXCLUSIVE)]),
        ({"style": 5, "url": "https://example.com"}, [("custom_id", EXCLUSIVE)]),
        ({"style": 5, "custom_id": None}, [("url", REQUIRED)]),
        ({"style": 5, "custom_id": None, "url": "javascript://x"}, [("url", "URL_TYPE_INVALID_SCHEME")]),
        ({"style": 5, "custom_id": None, "url": "example.com"}, [("url", "URL_TYPE_INVALID_URL")]),
        ({"style": 5, "custom_id": None, "url": "https://example.com"}, []),
        ({"style": 6, "custom_id": None, "label": None}, [("sku_id", REQUIRED)]),
        ({"style": 6, "custom_id": None, "sku_id": "1"}, [("label", "COMPONENT_FIELD_INVALID")]),
        ({"style": 6, "custom_id": None, "label": None, "sku_id": "1"}, []),
        ({"label": None}, [("label", REQUIRED)]),
        ({"label": None, "emoji": {"name": "▶"}}, []),
        ({"emoji": {"name": "play", "id": "5"}}, []),
        ({"emoji": {"name": ":play:"}}, [("emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI")]),
    ],
)
def test_a_buttons_style_says_what_it_needs(fields: Body, faults: list[tuple[str, str]]):
    place = "components.0.components.0."
    assert told(message_faults({"components": [row(button(**fields))]})) == [(place + at, code) for at, code in faults]


def test_a_row_holds_buttons_or_one_select():
    select = {"type": 5, "custom_id": "member"}
    assert told(message_faults({"components": [row(button(), select)]})) == [
        ("components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED")
    ]


def test_the_values_of_a_select_differ():
    option = {"label": "One", "value": "1"}
    select = {"type": 3, "custom_id": "part", "options": [option, option]}
    assert told(message_faults({"components": [row(select)]})) == [
        ("components.0.components.0.options.1", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED")
    ]


def test_containers_do_not_nest():
    inner = {"type": 17, "components": [text()]}
    assert told(message_faults(layout({"type": 17, "components": [inner]}))) == [
        ("components.0.components.0", "UNION_TYPE_CHOICES")
    ]
