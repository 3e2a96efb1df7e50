"""pydantic's errors in words for authors: which key, what is wrong, what is expected."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.catalog.schema import ID_PATTERN, LINE_PATTERN
from bot.catalog.yaml_file import Key

ID_IN_WORDS = "lower-case letters, digits and hyphens, at most 32, a letter first"

_PATTERNS = {
    ID_PATTERN: ID_IN_WORDS,
    LINE_PATTERN: "a single line",
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}

_ENUM = re.compile(r"<\w+\.\w+: (\w+)>")
"""How pydantic writes an enum's value among those that a literal may be."""


def explain(details: ErrorDetails, model: type[BaseModel]) -> tuple[Key, str]:
    """The key at fault, and `what is wrong, what is expected`."""
    key = tuple(step for step in details["loc"] if step != "[key]")
    return key, _sentence(details, key, model)


def _sentence(details: ErrorDetails, key: Key, model: type[BaseModel]) -> str:
    kind, found, given = details["type"], details["input"], details.get("ctx", {})
    match kind:
        case "missing":
            return f"the key is missing, expected “{key[-1]}” here"
        case "extra_forbidden":
            return f"this key is not known, expected one of {', '.join(_known_keys(model, key[:-1]))}"
        case "string_pattern_mismatch":
            return f"found {_show(found)}, expected {_PATTERNS[given['pattern']]}"
        case "string_too_long":
            return f"the text has {len(found)} characters, expected at most {given['max_length']}"
        case "string_too_short":
            return "the text is blank, expected words"
        case "greater_than_equal":
            return f"found {_show(found)}, expected at least {given['ge']}"
        case "less_than_equal":
            return f"found {_show(found)}, expected at most {given['le']}"
        case "enum" | "literal_error":
            choices = _ENUM.sub(r"\1", given["expected"].replace("'", ""))
            return f"found {_show(found)}, expected {choices}"
        case _ if kind in _WANTED:
            return f"found {_show(found)}, expected {_WANTED[kind]}"
        case _:
            return details["msg"]


def _show(found: Any) -> str:
    match found:
        case None:
            return "nothing"
        case dict():
            return "keys and values"
        case list():
            return "a list"
        case bool():
            return str(found).lower()
        case int() | float():
            return str(found)
        case _:
            text = " ".join(str(found).split())
            return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _known_keys(model: type[BaseModel], key: Key) -> list[str]:
    """The keys that the schema allows at `key`, found by walking the JSON schema along it."""
    whole = model.model_json_schema()
    node = whole
    for step in key:
        node = _resolved(_inner(node, step), whole)
    return list(node["properties"])


def _inner(node: dict[str, Any], step: str | int) -> dict[str, Any]:
    if isinstance(step, int):
        return node["items"]
    if step in node.get("properties", {}):
        return node["properties"][step]
    (named,) = node["patternProperties"].values()
    return named


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for choice in node.get("anyOf", ()):
        if choice.get("type") != "null":
            node = choice
    if "$ref" in node:
        return whole["$defs"][node["$ref"].rpartition("/")[2]]
    return node
