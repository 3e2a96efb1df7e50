"""The engine: shapes that read a JSON value and say where it is wrong. It knows nothing of Discord's limits.

A table of limits is built from these shapes. Reading gives back the known part of a value: fields that no table
names are ignored, as Discord ignores them, and null is as good as absent, as everywhere in its API. Values are
not coerced: a number in a string is refused where Discord would read it, so that a bot's mistakes show early.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

from bot.playground.strict.fault import Fault, Path, fault

Rule = Callable[[Any, Path], Iterable[Fault]]
"""A rule between the parts of a value. It sees the known parts alone, and only when each has its shape."""


class Shape(Protocol):
    """Anything that can read a value."""

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """Give back the known part of `value`, which stands at `path`; add what is wrong with it to `faults`."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` characters, counted in code points.

    `trimmed` says that Discord takes off the white space around it; then a text that must not be empty must
    have something to see.
    """

    least: int
    most: int
    trimmed: bool = False

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, str):
            faults.append(fault(path, "STRING_TYPE_CONVERT"))
            return value
        text = value.strip() if self.trimmed else value
        if self.trimmed and self.least and not text:
            faults.append(fault(path, "BASE_TYPE_REQUIRED"))
        else:
            faults += _length(len(text), self.least, self.most, path)
        return text


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, int) or isinstance(value, bool):
            faults.append(_not_a("int", value, path))
        else:
            faults += _range(value, self.least, self.most, path)
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number from `least` to `most`."""

    least: float
    most: float

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (isinstance(value, float) and not math.isfinite(value)):
            faults.append(_not_a("float", value, path))
        else:
            faults += _range(value, self.least, self.most, path)
        return value


@dataclass(frozen=True, slots=True)
class Digits:
    """A whole number from 0 to `most`, as digits in a string or as the number itself: libraries send both."""

    kind: str
    most: int

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`; the number is given back."""
        number = from_digits(value)
        if number is None:
            faults.append(_not_a(self.kind, value, path))
        else:
            faults += _range(number, 0, self.most, path)
        return number


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, bool):
            faults.append(fault(path, "BOOLEAN_TYPE_CONVERT"))
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few strings or whole numbers."""

    choices: tuple[str | int, ...]

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, str | int) or isinstance(value, bool) or value not in self.choices:
            faults.append(fault(path, "BASE_TYPE_CHOICES", choices=self.choices))
        return value


@dataclass(frozen=True, slots=True)
class Unused:
    """A field that has no use where it stands: only an empty value passes."""

    code: str

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if value:
            faults.append(fault(path, self.code))
        return None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment in ISO 8601."""

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            faults.append(fault(path, "DATE_TIME_TYPE_PARSE", value=_shown(value)))
        return value


@dataclass(frozen=True, slots=True)
class Url:
    """An address of one of a few schemes, at most `most` characters long."""

    most: int
    schemes: tuple[str, ...] = ("http", "https")

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, str):
            faults.append(fault(path, "STRING_TYPE_CONVERT"))
            return value
        faults += _length(len(value), 0, self.most, path)
        try:
            parts = urlsplit(value)
        except ValueError:
            faults.append(fault(path, "URL_TYPE_INVALID_URL"))
            return value
        if not parts.scheme or not parts.netloc:
            faults.append(fault(path, "URL_TYPE_INVALID_URL"))
        elif parts.scheme not in self.schemes:
            faults.append(fault(path, "URL_TYPE_INVALID_SCHEME", scheme=parts.scheme, choices=self.schemes))
        return value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of `least` to `most` values of one shape."""

    of: Shape
    least: int
    most: int
    unique: bool = False
    rules: tuple[Rule, ...] = ()

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, list):
            faults.append(fault(path, "LIST_TYPE_CONVERT"))
            return []
        items = cast("list[Any]", value)
        before = len(faults)
        faults += _length(len(items), self.least, self.most, path)
        known: list[Any] = []
        # The items of a list that is too long are not looked at: there may be a million.
        for index, item in enumerate(items if len(faults) == before else ()):
            part = self.of.read(item, (*path, index), faults)
            if self.unique and part in known:
                faults.append(fault((*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE"))
            known.append(part)
        if len(faults) == before:
            faults += _broken(self.rules, known, path)
        return known


@dataclass(frozen=True, slots=True)
class Model:
    """An object: fields it needs, fields it allows, rules between them."""

    needs: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    allows: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    rules: tuple[Rule, ...] = ()

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, Mapping):
            faults.append(fault(path, "MODEL_TYPE_CONVERT"))
            return {}
        body = cast("Mapping[str, Any]", value)
        before = len(faults)
        known: dict[str, Any] = {}
        for name, shape in {**self.needs, **self.allows}.items():
            part = body.get(name)
            if part is not None:
                known[name] = shape.read(part, (*path, name), faults)
            elif name in self.needs:
                faults.append(fault((*path, name), "BASE_TYPE_REQUIRED"))
        if len(faults) == before:
            faults += _broken(self.rules, known, path)
        return known


@dataclass(frozen=True, slots=True)
class Union:
    """An object whose `type` says which model it follows."""

    models: Mapping[int, Model]

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`; the `type` is given back with the model's fields."""
        if not isinstance(value, Mapping):
            faults.append(fault(path, "MODEL_TYPE_CONVERT"))
            return {}
        kind = cast("Mapping[str, Any]", value).get("type")
        model = self.models.get(kind) if isinstance(kind, int) and not isinstance(kind, bool) else None
        if model is None:
            faults.append(fault(path, "UNION_TYPE_CHOICES", choices=tuple(self.models)))
            return {}
        return {"type": kind, **model.read(value, path, faults)}


SNOWFLAKE: Final = Digits("snowflake", 2**63 - 1)
"""An id of Discord's."""


def faults_of(shape: Shape, value: Any, path: Path = ()) -> list[Fault]:
    """Say what is wrong with a value."""
    faults: list[Fault] = []
    shape.read(value, path, faults)
    return faults


def from_digits(value: Any) -> int | None:
    """Read a whole number of at most 20 digits from a string or take it as it is; None when it is neither."""
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _broken(rules: tuple[Rule, ...], value: Any, path: Path) -> Iterator[Fault]:
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


def _not_a(kind: str, value: Any, path: Path) -> Fault:
    return fault(path, "NUMBER_TYPE_COERCE", value=_shown(value), kind=kind)


def _shown(value: Any) -> str:
    """Show a value in a message, short: a body may hold megabytes where a number was expected."""
    if isinstance(value, str):
        return value[:100]
    return str(value) if value is None or isinstance(value, bool | float) else type(value).__name__
