"""Holds request bodies against Discord's own description of its API. It knows no limit of its own.

The description (OpenAPI 3.1, so its schemas are JSON Schema, Draft 2020-12) lies beside the checkout, as
`../shared/discord-openapi.json`, and is no part of it. Where it is missing, a test that asks is skipped.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

DESCRIPTION = Path(__file__).parents[2] / "shared" / "discord-openapi.json"

_DIGITS = "^(0|[1-9][0-9]*)$"


def violations(method: str, path: str, body: Any) -> list[str]:
    """Say how a JSON body breaks Discord's description of a route; nothing when it keeps to it.

    Args:
        method: The HTTP method, in any case.
        path: The route's template as the description spells it: `/channels/{channel_id}/messages`.
        body: The request's JSON; of a multipart request its `payload_json`; None where there is none.
    """
    route = _description()["paths"].get(path, {}).get(method.lower())
    if route is None:
        return [f"{method.upper()} {path}: Discord describes no such route"]
    if "requestBody" not in route:
        return [] if body is None else [f"{method.upper()} {path}: takes no body"]
    errors = _validator(method.lower(), path).iter_errors(body)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


@cache
def _description() -> Any:
    if not DESCRIPTION.exists():
        sentence = "Discord's description is missing: discord-openapi.json belongs in shared/, beside the checkout"
        pytest.skip(sentence)
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    _widen(described["components"]["schemas"])
    return described


def _widen(schemas: Any) -> None:
    """Accept what Discord accepts in practice and the description leaves out.

    - Ids as numbers. "Attachment Request Structure" in the API reference says "snowflake or number" for the n of
      files[n], and libraries send ids of users, messages and emojis as numbers too.
    - Permission bits as a string of digits: the reference's own type of `default_member_permissions`.

    What needs no widening was looked up as well. No `oneOf` of the routes that a bot with slash commands uses can
    match twice: their branches differ in `type` or in null; unions that overlap are written as `anyOf`. `format`
    (snowflake, nonce, uri, date-time) only annotates in JSON Schema, and is not checked. A multipart body wraps
    the same schema with `files[n]` as binary strings: the JSON in it is held against the JSON schema.
    """
    snowflake = schemas["SnowflakeType"]
    schemas["SnowflakeType"] = {"anyOf": [snowflake, {"type": "integer", "minimum": 0}]}
    for kind in ("CreateRequest", "UpdateRequest", "PatchRequestPartial"):
        fields = schemas[f"ApplicationCommand{kind}"]["properties"]
        bits = fields["default_member_permissions"]
        fields["default_member_permissions"] = {"anyOf": [bits, {"type": "string", "pattern": _DIGITS}]}


@cache
def _validator(method: str, path: str) -> Draft202012Validator:
    described = _description()
    schema = described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    # References are looked up from the root of the schema, where the description keeps its components.
    return _Validator({**schema, "components": described["components"]})


def _by_type(keyword: str) -> Any:
    """Make `oneOf` and `anyOf` look into the one branch that is meant: its faults are told, not the union's.

    The standard way tries every branch and then says no more than that none of them fits, and takes its time.
    """
    standard = Draft202012Validator.VALIDATORS[keyword]

    def union(validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[ValidationError]:
        meant = [branch for branch in branches if _may_be(_resolved(branch), value)]
        if len(meant) == 1:
            yield from validator.descend(value, meant[0])
        else:
            yield from standard(validator, branches, value, schema)

    return union


def _may_be(schema: Any, value: Any) -> bool:
    if value is None:
        return "null" in schema.get("type", ["null"])
    if schema.get("type") == "null":
        return False
    kinds = schema.get("properties", {}).get("type", {}).get("enum")
    return not kinds or not isinstance(value, dict) or value.get("type") in kinds


def _resolved(schema: Any) -> Any:
    name = schema.get("$ref", "").rpartition("/")[2]
    return _description()["components"]["schemas"][name] if name else schema


_Validator = validators.extend(Draft202012Validator, {keyword: _by_type(keyword) for keyword in ("oneOf", "anyOf")})
