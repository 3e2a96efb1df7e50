"""A YAML file whose every value remembers its line. Duplicate keys are refused: YAML would silently keep the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Key = tuple[str | int, ...]
"""The way to a value: mapping keys and list indices, outermost first."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
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
    """A parsed file: its plain `data`, and the line of every key."""

    def __init__(self, name: str, root: yaml.Node) -> None:
        self.name = name
        self._lines: dict[Key, int] = {}
        self._duplicates: list[Fault] = []
        self._visit(root, ())
        self.data: Any = yaml.SafeLoader("").construct_object(root, deep=True)  # pyright: ignore[reportUnknownMemberType]

    @classmethod
    def read(cls, path: Path, name: str) -> YamlFile | Fault:
        """Parse the file at `path`, called `name` in faults, or say why that cannot be done."""
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
        except FileNotFoundError:
            return Fault(name, 1, "(file)", "the file is missing, expected a lesson file")
        except (OSError, UnicodeDecodeError) as error:
            return Fault(name, 1, "(file)", f"the file cannot be read ({error}), expected a text file in UTF-8")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            return Fault(name, line, "(file)", f"this is not YAML ({error.problem}), expected a mapping")
        except yaml.YAMLError as error:
            return Fault(name, 1, "(file)", f"this is not YAML ({error}), expected a mapping")
        if not isinstance(root, yaml.MappingNode):
            return Fault(name, 1, "(file)", "this is not a mapping, expected keys and values")
        return cls(name, root)

    def fault(self, key: Sequence[str | int], message: str) -> Fault:
        """A fault at `key`, or at the nearest enclosing key that the file holds."""
        return Fault(self.name, self._line(tuple(key)), show_key(key), message)

    def duplicates(self) -> Iterator[Fault]:
        """A fault for each key that stands twice in one mapping."""
        yield from self._duplicates

    def _line(self, key: Key) -> int:
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def _visit(self, node: yaml.Node, key: Key) -> None:
        self._lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for name, value in node.value:
                inner = (*key, str(name.value))
                self._lines[inner] = name.start_mark.line + 1
                if name.value in seen:
                    self._duplicates.append(self.fault(inner, "this key stands twice, expected it once"))
                seen.add(name.value)
                self._visit(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._visit(value, (*key, index))
