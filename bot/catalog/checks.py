"""What no single key can know: references between the files of a lesson, and what fits one message.

These work on plain data as well as they can, so that a fault elsewhere in a file hides none of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from bot.catalog.yaml_file import Fault, Key, YamlFile
from bot.domain.lesson import PartId, QuizKind

PART_CHARACTERS = 3_200
"""The text of a part: Discord allows 4,000 a message, and the bot's own words want the rest."""

QUESTION_CHARACTERS = 2_800
"""All the text of a question, its solution and its longest mistake: the feedback shows them together."""

RUN_TABLE_CHARACTERS = 600
"""About what a table of a recorded run takes."""


def cross_faults(lesson: YamlFile, bank: YamlFile) -> Iterator[Fault]:
    """The faults that only show when the files are seen together."""
    yield from _parts(lesson)
    yield from _questions(bank)
    yield from _quizzes(bank)


def _parts(lesson: YamlFile) -> Iterator[Fault]:
    parts = list(_mappings(lesson.data.get("parts")))
    found = [part.get("id") for _, part in parts]
    expected = [part.value for part in PartId]
    if found != expected:
        yield lesson.fault(("parts",), f"found {_listed(found)}, expected all ten in order: {_listed(expected)}")
    for index, part in parts:
        size = _size(part.get("blocks"))
        if size > PART_CHARACTERS:
            yield lesson.fault(
                ("parts", index, "blocks"),
                f"the part has {size} characters, expected at most {PART_CHARACTERS}",
            )


def _questions(bank: YamlFile) -> Iterator[Fault]:
    misconceptions = set(_mapping(bank.data.get("misconceptions")))
    seen: set[Any] = set()
    for index, question in _mappings(bank.data.get("questions")):
        at: Key = ("questions", index)
        question_id = question.get("id")
        if isinstance(question_id, str) and question_id in seen:
            yield bank.fault((*at, "id"), f"“{question_id}” stands twice, expected an id of its own")
        seen.add(str(question_id))
        size = _size([value for key, value in question.items() if key != "id"])
        if size > QUESTION_CHARACTERS:
            yield bank.fault(at, f"the question has {size} characters, expected at most {QUESTION_CHARACTERS}")
        for place, option in _mappings(question.get("options")):
            named = option.get("misconception")
            if isinstance(named, str) and named not in misconceptions:
                yield bank.fault(
                    (*at, "options", place, "misconception"),
                    f"“{named}” is not known, expected one of {_listed(sorted(misconceptions))}",
                )


def _quizzes(bank: YamlFile) -> Iterator[Fault]:
    known = {question.get("id") for _, question in _mappings(bank.data.get("questions"))}
    quizzes = _mapping(bank.data.get("quizzes"))
    for kind in QuizKind:
        if kind.value not in quizzes:
            yield bank.fault(("quizzes", kind.value), "the quiz is missing, expected a list of question ids")
    for kind, ids in quizzes.items():
        asked: list[Any] = cast("list[Any]", ids) if isinstance(ids, list) else []
        for index, question_id in enumerate(asked):
            if question_id not in known:
                yield bank.fault(
                    ("quizzes", kind, index), f"“{question_id}” is not known, expected the id of a question"
                )
            elif question_id in asked[:index]:
                yield bank.fault(("quizzes", kind, index), f"“{question_id}” is asked twice, expected it once")


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(str(name) for name in names) or "none"


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for index, item in enumerate(cast("list[Any]", value) if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield index, cast("Mapping[str, Any]", item)


def _size(value: Any) -> int:
    """The characters of all text in `value`."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(_size(item) for item in cast("list[Any]", value))
    if isinstance(value, dict):
        block = cast("dict[str, Any]", value)
        return sum(
            RUN_TABLE_CHARACTERS if key in ("run", "table") and isinstance(item, str) else _size(item)
            for key, item in block.items()
        )
    return 0
