"""The engine: shapes that check a JSON value and say where it is wrong. It knows nothing of Discord's limits.

A table of limits is built from these shapes and walked by their `check`. Optional fields may be null, as
everywhere in Discord's API. Unknown fields are ignored, as Discord ignores them. Values are not coerced: a
number in a string is refused where Discord would read it, so that a bot's mistakes show early.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

from bot.playground.strict.fault import Fault, Path, fault

Rule = Callable[[Any, Path], Iterator[Fault]]
"""A rule between the parts of a value. It sees only values whose every part has its shape."""


class Shape(Protocol):
    """Anything that can look at a value."""

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """Yield the faults of `value`, which stands at `path`."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string; its length is counted in code points.

    `trimmed` says that Discord does not count white space around it; then a text that needs a character
    needs one to see.
    """

    least: int
    most: int
    trimmed: bool = False

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, str):
            yield fault(path, "STRING_TYPE_CONVERT")
            return
        text = value.strip() if self.trimmed else value
        if self.trimmed and self.least and not text:
            yield fault(path, "BASE_TYPE_REQUIRED")
        else:
            yield from _length(len(text), self.least, self.most, path)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, int) or isinstance(value, bool):
            yield _not_a(value, "int", path)
        else:
            yield from _range(value, self.least, self.most, path)


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number from `least` to `most`."""

    least: float
    most: float

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, int | float) or isinstance(value, bool) or not _finite(value):
            yield _not_a(value, "float", path)
        else:
            yield from _range(value, self.least, self.most, path)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, bool):
            yield fault(path, "BOOLEAN_TYPE_CONVERT")


@dataclass(frozen=True, slots=True)
class Digits:
    """A whole number from 0 to `most`, as digits in a string or as the number itself: libraries send both."""

    kind: str
    most: int

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        number = from_digits(value)
        if number is None:
            yield _not_a(value, self.kind, path)
        else:
            yield from _range(number, 0, self.most, path)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few strings or whole numbers."""

    choices: tuple[str | int, ...]

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, str | int) or isinstance(value, bool) or value not in self.choices:
            yield fault(path, "BASE_TYPE_CHOICES", choices=self.choices)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment in ISO 8601."""

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            yield fault(path, "DATE_TIME_TYPE_PARSE", value=_shown(value))


@dataclass(frozen=True, slots=True)
class Url:
    """An address of one of a few schemes, at most `most` characters long."""

    most: int
    schemes: tuple[str, ...] = ("http", "https")

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, str):
            yield fault(path, "STRING_TYPE_CONVERT")
            return
        yield from _length(len(value), 0, self.most, path)
        try:
            parts = urlsplit(value)
        except ValueError:
            yield fault(path, "URL_TYPE_INVALID_URL")
            return
        if not parts.scheme or not parts.netloc:
            yield fault(path, "URL_TYPE_INVALID_URL")
        elif parts.scheme not in self.schemes:
            yield fault(path, "URL_TYPE_INVALID_SCHEME", scheme=parts.scheme, choices=self.schemes)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of `least` to `most` values of one shape."""

    of: Shape
    least: int
    most: int
    unique: bool = False
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, list):
            yield fault(path, "LIST_TYPE_CONVERT")
            return
        items = cast("list[Any]", value)
        faults = list(_length(len(items), self.least, self.most, path))
        # The items of a list that is too long are not looked at: there may be a million.
        for index, item in enumerate(() if faults else items):
            faults += self.of.check(item, (*path, index))
            if self.unique and item in items[:index]:
                faults.append(fault((*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE"))
        yield from faults or _apply(self.rules, items, path)


@dataclass(frozen=True, slots=True)
class Model:
    """An object: fields it needs, fields it allows (absent or null is as good), rules between them."""

    needs: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    allows: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, Mapping):
            yield fault(path, "MODEL_TYPE_CONVERT")
            return
        body = cast("Mapping[str, Any]", value)
        faults: list[Fault] = []
        for name, shape in {**self.needs, **self.allows}.items():
            part = body.get(name)
            if part is not None:
                faults += shape.check(part, (*path, name))
            elif name in self.needs:
                faults.append(fault((*path, name), "BASE_TYPE_REQUIRED"))
        yield from faults or _apply(self.rules, body, path)


@dataclass(frozen=True, slots=True)
class Union:
    """An object whose `type` says which model it follows."""

    models: Mapping[int, Model]

    def check(self, value: Any, path: Path) -> Iterator[Fault]:
        """See `Shape`."""
        if not isinstance(value, Mapping):
            yield fault(path, "MODEL_TYPE_CONVERT")
            return
        kind = cast("Mapping[str, Any]", value).get("type")
        model = self.models.get(kind) if isinstance(kind, int) and not isinstance(kind, bool) else None
        if model is None:
            yield fault(path, "UNION_TYPE_CHOICES", choices=tuple(self.models))
        else:
            yield from model.check(value, path)


SNOWFLAKE: Final = Digits("snowflake", 2**63 - 1)
"""An id of Discord's."""


def from_digits(value: Any) -> int | None:
    """Read a whole number of at most 20 digits from a string or take it as it is; None when it is neither."""
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _apply(rules: tuple[Rule, ...], value: Any, path: Path) -> Iterator[Fault]:
    for rule in rules:
        yield from rule(value, path)


def _length(length: int, least: int, most: int, path: Path) -> Iterator[Fault]:
    if least <= length <= most:
        return
    if least:
        yield fault(path, "BASE_TYPE_BAD_LENGTH", least=least, most=most)
    else:
        yield fault(path, "BASE_TYPE_MAX_LENGTH", most=most)


def _range(value: float, least: float, most: float, path: Path) -> Iterator[Fault]:
    if value < least:
        yield fault(path, "NUMBER_TYPE_MIN", least=least)
    elif value > most:
        yield fault(path, "NUMBER_TYPE_MAX", most=most)


def _finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _not_a(value: Any, kind: str, path: Path) -> Fault:
    return fault(path, "NUMBER_TYPE_COERCE", value=_shown(value), kind=kind)


def _shown(value: Any) -> str:
    """Show a value in a message, short: a body may hold megabytes where a number was expected."""
    if isinstance(value, str):
        return value[:100]
    return str(value) if value is None or isinstance(value, bool | float) else type(value).__name__
