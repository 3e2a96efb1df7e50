"""pydantic's errors in words for authors: which key, what is wrong, what is expected."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.catalog.yaml_file import Key

_PATTERNS = {
    r"^[a-z][a-z0-9-]{0,31}$": "lower-case letters, digits and hyphens, at most 32, a letter first",
    r"^[^\n]*$": "a single line",
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}


def explain(details: ErrorDetails, model: type[BaseModel]) -> tuple[Key, str]:
    """The key at fault, and `what is wrong, what is expected`."""
    key = tuple(step for step in details["loc"] if step != "[key]")
    return key, _sentence(details, key, model)


def _sentence(details: ErrorDetails, key: Key, model: type[BaseModel]) -> str:
    kind, found, given = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        return f"the key is missing, expected “{key[-1]}” here"
    if kind == "extra_forbidden":
        return f"this key is not known, expected one of {', '.join(_known_keys(model, key[:-1]))}"
    if kind == "value_error":
        return str(given["error"])
    if kind in _WANTED:
        return f"found {_show(found)}, expected {_WANTED[kind]}"
    if kind == "string_pattern_mismatch":
        return f"found {_show(found)}, expected {_PATTERNS.get(given['pattern'], given['pattern'])}"
    if kind in ("string_too_long", "string_too_short"):
        limit = f"at most {given['max_length']}" if "max_length" in given else f"at least {given['min_length']}"
        return f"the text has {len(found)} characters, expected {limit}"
    if kind in ("too_long", "too_short"):
        limit = f"at most {given['max_length']}" if "max_length" in given else f"at least {given['min_length']}"
        return f"there are {given['actual_length']} entries, expected {limit}"
    expected = details["msg"].removeprefix("Input should be ")
    return f"found {_show(found)}, expected {expected}"


def _show(found: Any) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, dict):
        return "keys and values"
    if isinstance(found, list):
        return "a list"
    text = str(found)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _known_keys(model: type[BaseModel], key: Key) -> list[str]:
    """The keys that the schema allows at `key`, found by walking the JSON schema along it."""
    whole = model.model_json_schema()
    node: dict[str, Any] = whole
    for step in (*key, None):
        node = _resolved(node, whole)
        if step is None:
            break
        node = (
            node.get("items", {})
            if isinstance(step, int)
            else node.get("properties", {}).get(step, node.get("additionalProperties", {}))
        )
    return list(node.get("properties", {}))


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for choice in node.get("anyOf", ()):
        if "$ref" in choice:
            node = choice
    if "$ref" in node:
        return whole["$defs"][node["$ref"].rpartition("/")[2]]
    return node
