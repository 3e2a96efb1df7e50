"""Holds the local Discord's answers against Discord's own description of its API; it knows no shape of its own."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from bot.playground.rest import ROUTES
from tests.discord_openapi import DESCRIPTION


def violations(method: str, path: str, status: int, body: Any) -> list[str]:
    """Say how an answer breaks the description of its route.

    Where the description does not lie beside the checkout nothing is said: the checks of requests tell of that.
    """
    template = next((route.path for route in ROUTES if route.method == method and _pattern(route.path)(path)), None)
    if template is None or not DESCRIPTION.exists():
        return []
    errors = _validator(method.lower(), template, status).iter_errors(body)
    return [f"{method} {template} {error.json_path}: {error.message[:300]}" for error in errors]


@cache
def _pattern(template: str) -> Any:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template)).fullmatch


@cache
def _described() -> Any:
    return json.loads(DESCRIPTION.read_text("utf-8"))


@cache
def _validator(method: str, template: str, status: int) -> Draft202012Validator:
    answers = _described()["paths"][template][method]["responses"]
    described = answers.get(str(status)) or answers.get(f"{status // 100}XX", {})
    schema = described.get("content", {}).get("application/json", {}).get("schema", {})
    # References are looked up from the root of the schema, where the description keeps its components.
    return Draft202012Validator({**schema, "components": _described()["components"]})
