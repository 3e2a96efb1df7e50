"""A YAML file whose every value remembers its line. No meaning: what a key may hold stands in the schema.

Plain words mean what YAML 1.2 says, as in editors: only `true` and `false` are truth values, so a text may read `No`.
Duplicate keys, aliases and tags are refused: each would make a file say something else than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml
from msgspec import Struct
from yaml.composer import ComposerError
from yaml.reader import ReaderError

Key = tuple[str | int, ...]
"""The way to a value: mapping keys and list indices, outermost first."""

_TEXT_TAG = "tag:yaml.org,2002:str"
_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


class Fault(Struct, frozen=True, order=True):
    """One thing wrong with a lesson file; prints as `file:line: key: what is wrong, what is expected`."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


def show_key(key: Sequence[str | int]) -> str:
    """A key as people write it: `questions[2].options[0].id`."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in key)
    return shown.removeprefix(".") or "(file)"


class YamlFile:
    """A parsed file: its plain `data`, the line of every key, and the faults of its writing."""

    def __init__(self, name: str, root: yaml.MappingNode) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._lines: dict[Key, int] = {}
        self._literals: dict[Key, int] = {}
        self._texts: dict[Key, str] = {}
        self.data: Mapping[str, Any] = self._mapping(root, ())

    @classmethod
    def read(cls, path: Path, name: str) -> YamlFile | Fault:
        """Parse the file at `path`, called `name` in faults, or say why that cannot be done."""
        text = read_text(path, name)
        if isinstance(text, Fault):
            return text
        try:
            root = _quickly(text) or yaml.compose(text, _Loader)
            if not isinstance(root, yaml.MappingNode):
                return Fault(name, 1, "(file)", "this is not a mapping, expected keys and values")
            return cls(name, root)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            return Fault(name, line, "(file)", f"this is no YAML ({error.problem}), expected keys and values")
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            return Fault(name, line, "(file)", f"this is no YAML ({error.reason}), expected keys and values")
        except RecursionError:
            return Fault(name, 1, "(file)", "this is nested too deep to read, expected keys and values")

    def fault(self, key: Sequence[str | int], message: str, row: int = 0) -> Fault:
        """A fault at `key`, or at the nearest enclosing key that the file holds.

        `row` counts the lines within a text from 0; where the file shows the text line by line, it is found there.
        """
        at = tuple(key)
        line = self._literals[at] + row if at in self._literals else self._line(at)
        return Fault(self.name, line, show_key(key), message)

    def texts(self) -> Iterator[tuple[Key, str]]:
        """Every value that is text, with its key."""
        yield from self._texts.items()

    def _line(self, key: Key) -> int:
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def _value(self, node: yaml.Node, key: Key) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, key)
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML knows these three
        return self._scalar(node, key)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        self._lines.setdefault(key, node.start_mark.line + 1)
        found: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                line = name.start_mark.line + 1
                self.faults.append(Fault(self.name, line, show_key(key), "a key here is no text, expected a word"))
                continue
            inner, line = (*key, name.value), name.start_mark.line + 1
            if name.value in found:
                self.faults.append(Fault(self.name, line, show_key(inner), "this key stands twice, expected it once"))
            else:
                self._lines[inner] = line
                found[name.value] = self._value(value, inner)
        return found

    def _sequence(self, node: yaml.SequenceNode, key: Key) -> list[Any]:
        self._lines.setdefault(key, node.start_mark.line + 1)
        return [self._value(item, (*key, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:
        self._lines.setdefault(key, node.start_mark.line + 1)
        text: str = node.value
        if node.tag != _TEXT_TAG:
            self.faults.append(self.fault(key, f"the tag {node.tag} stands here, expected the value alone"))
        if not node.style:  # plain: None by the one loader, "" by the other
            if text in _PLAIN:
                return _PLAIN[text]
            if _INTEGER.fullmatch(text):
                return int(text)
            if _FLOAT.fullmatch(text):
                return float(text)
        if node.style == "|":
            self._literals[key] = node.start_mark.line + 2
        self._texts[key] = text
        return text


def read_text(path: Path, name: str) -> str | Fault:
    """The text of a file of a lesson, or why it cannot be had."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Fault(name, 1, "(file)", "the file is missing, expected one with this name")
    except OSError as error:
        return Fault(name, 1, "(file)", f"the file cannot be read ({error.strerror}), expected a text file")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Fault(name, line, "(file)", "this is not UTF-8, expected a text file in UTF-8")


def _quickly(text: str) -> yaml.Node | None:
    """The root of a file without fault, or None: what is wrong with it the other loader tells, in better words.

    libyaml takes a fifth of the time, which is a tenth of the bot's start.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CBaseLoader)):
            return None
        return yaml.compose(text, yaml.CBaseLoader)
    except (AttributeError, yaml.YAMLError, RecursionError):  # AttributeError: PyYAML was built without libyaml
        return None


class _Loader(yaml.BaseLoader):
    """Every scalar stays text, and no node stands in two places."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = cast("Any", self.peek_event())  # pyright: ignore[reportUnknownMemberType]
            raise ComposerError(problem="found an alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)
