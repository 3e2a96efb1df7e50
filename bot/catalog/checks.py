"""What no single value can know: how the values of a lesson's files relate, and what fits one message.

These work on plain data as well as they can, so that a fault elsewhere hides none of theirs. Where a value is not even
of the right shape they are silent: the schema has said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from bot.catalog.proofs import proof_faults
from bot.catalog.prose import CODE_COLUMNS
from bot.catalog.yaml_file import Fault, Key, YamlFile
from bot.domain.demo import Demo
from bot.domain.lesson import LISTED, Level, PartId
from bot.domain.program import comparison
from bot.domain.trace import Trace

PART_CHARACTERS = 3_200
"""The text of a part: Discord allows 4,000 a message, and the bot's own words want the rest."""

QUESTION_CHARACTERS = 2_800
"""All the text of a question with its solution; the feedback adds a misconception, at most 600 characters."""

RUN_TABLE_CHARACTERS = 1_100
"""What the largest table of a recorded run takes: that of eight tasks."""

_BLOCKS = ("text", "code", "table", "run")


def lesson_faults(lesson: YamlFile) -> Iterator[Fault]:
    """The faults within `lesson.yaml`."""
    parts = list(_mappings(lesson.data.get("parts")))
    if "parts" in lesson.data:
        yield from _order(lesson, [(index, part.get("id")) for index, part in parts])
    for index, part in parts:
        at: Key = ("parts", index, "blocks")
        size = _size(part.get("blocks"))
        if size > PART_CHARACTERS:
            yield lesson.fault(at, f"the part has {size} characters, expected at most {PART_CHARACTERS}")
        for place, block in _mappings(part.get("blocks")):
            yield from _block(lesson, (*at, place), block)


def question_faults(bank: YamlFile, demos: Mapping[str, Demo]) -> Iterator[Fault]:
    """The faults within `questions.yaml`, whose proofs may run these demos."""
    misconceptions = _mapping(bank.data.get("misconceptions"))
    questions = list(_mappings(bank.data.get("questions")))
    named: set[str] = set()
    yield from _twice(bank, [(("questions", index, "id"), question.get("id")) for index, question in questions])
    for index, question in questions:
        at: Key = ("questions", index)
        size = _size([value for key, value in question.items() if key not in ("id", "proof")])
        if size > QUESTION_CHARACTERS:
            yield bank.fault(at, f"the question has {size} characters, expected at most {QUESTION_CHARACTERS}")
        yield from _options(bank, at, question)
        yield from proof_faults(bank, at, question, demos)
        for place, option in _mappings(question.get("options")):
            idea = option.get("misconception")
            named |= {idea} if isinstance(idea, str) else set()
            if isinstance(idea, str) and idea not in misconceptions:
                key = (*at, "options", place, "misconception")
                yield bank.fault(key, f"“{idea}” is not known, expected one of {_listed(misconceptions)}")
    yield from _levels(bank, [question.get("level") for _, question in questions])
    for idea in misconceptions:
        if idea not in named:
            yield bank.fault(("misconceptions", idea), "no option names this misconception, expected at least one")
    yield from _quizzes(bank, {str(question.get("id")): question for _, question in questions})


def run_faults(lesson: YamlFile, run: Trace, run_name: str) -> Iterator[Fault]:
    """The faults between the lesson and its recorded run, which shall be the lesson's own comparison."""
    delays = [task.ms for task in run.program.tasks]
    if len(delays) < 2 or run.program != comparison(delays):
        said = f"this is a run of “{run.program.demo}”, expected one of “compare” as recorded"
        yield Fault(run_name, 1, "program", said)
    found = _list(lesson.data.get("delays"))
    if found and found != delays:
        said = f"found {_listed(found)}, expected those of the recorded run: {_listed(delays)}"
        yield lesson.fault(("delays",), said)


def _order(lesson: YamlFile, parts: list[tuple[int, Any]]) -> Iterator[Fault]:
    expected = [part.value for part in PartId]
    yield from _twice(lesson, [(("parts", index, "id"), found) for index, found in parts])
    present = [found for _, found in parts]
    for part in (part for part in expected if part not in present):
        yield lesson.fault(("parts",), f"the part “{part}” is missing, expected all ten: {_listed(expected)}")
    latest = -1
    for index, found in parts:
        if found in expected:
            if expected.index(found) < latest:
                after = expected[latest]
                yield lesson.fault(
                    ("parts", index, "id"), f"“{found}” stands after “{after}”, expected the order {_listed(expected)}"
                )
            latest = max(latest, expected.index(found))


def _block(lesson: YamlFile, at: Key, block: Mapping[str, Any]) -> Iterator[Fault]:
    given = [name for name in _BLOCKS if name in block]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        yield lesson.fault(at, f"found {found}, expected exactly one of {_listed(_BLOCKS)}")
    for name in given:
        if block[name] is None:
            yield lesson.fault((*at, name), "found nothing, expected what the block shows")
    yield from _table(lesson, (*at, "table"), _mapping(block.get("table")))


def _table(lesson: YamlFile, at: Key, table: Mapping[str, Any]) -> Iterator[Fault]:
    head, rows = table.get("columns"), table.get("rows")
    if not isinstance(head, list) or not isinstance(rows, list):
        return
    columns = cast("list[Any]", head)
    even: list[list[Any]] = [columns]
    for number, row in enumerate(cast("list[Any]", rows)):
        if isinstance(row, list):
            cells = cast("list[Any]", row)
            if len(cells) == len(columns):
                even.append(cells)
            else:
                yield lesson.fault((*at, "rows", number), f"found {len(cells)} cells, expected {len(columns)}")
    widths = [max(len(str(row[i])) for row in even) for i in range(len(columns))]
    if (width := sum(widths) + 2 * (len(widths) - 1)) > CODE_COLUMNS:
        yield lesson.fault(at, f"the table is {width} columns wide, expected at most {CODE_COLUMNS}")


def _options(bank: YamlFile, at: Key, question: Mapping[str, Any]) -> Iterator[Fault]:
    options = [((*at, "options", place), option) for place, option in _mappings(question.get("options"))]
    answer, ids = question.get("answer"), [option.get("id") for _, option in options]
    yield from _twice(bank, [((*key, "id"), option.get("id")) for key, option in options])
    if answer not in ids:
        if isinstance(answer, str) and options:
            yield bank.fault((*at, "answer"), f"“{answer}” is no option, expected one of {_listed(ids)}")
        return
    for key, option in options:
        for field in ("mistake", "misconception"):
            if option.get("id") == answer and option.get(field) is not None:
                yield bank.fault((*key, field), f"this option is the answer, expected no {field}")
            if option.get("id") != answer and option.get(field) is None:
                yield bank.fault((*key, field), f"this option is wrong, expected its {field}")


def _levels(bank: YamlFile, found: list[Any]) -> Iterator[Fault]:
    """A test draws questions of each level from the bank."""
    known = [level.value for level in Level]
    for level in known:
        if found and all(each in known for each in found) and level not in found:
            yield bank.fault(("questions",), f"no question is {level}, expected at least one of each level")


def _quizzes(bank: YamlFile, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    quizzes = bank.data.get("quizzes")
    if not isinstance(quizzes, dict):
        return
    for kind in LISTED:
        if kind.value not in quizzes:
            yield bank.fault(("quizzes", kind.value), "the quiz is missing, expected a list of question ids")
    for kind, asked in _mapping(quizzes).items():
        ids = [(("quizzes", kind, index), found) for index, found in enumerate(_list(asked))]
        yield from _twice(bank, ids)
        for key, found in ids:
            if isinstance(found, str) and found not in known:
                yield bank.fault(key, f"“{found}” is not known, expected the id of a question")


def _twice(file: YamlFile, named: Iterable[tuple[Key, Any]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key, name in named:
        if isinstance(name, str):
            if name in seen:
                yield file.fault(key, f"“{name}” stands twice, expected it once")
            seen.add(name)


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(str(name) for name in names) or "none"


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for index, item in enumerate(_list(value)):
        if isinstance(item, dict):
            yield index, cast("Mapping[str, Any]", item)


def _size(value: Any) -> int:
    """The characters of all text in `value` as a message shows it: a table has all its columns in every row."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(_size(item) for item in cast("list[Any]", value))
    if isinstance(value, dict):
        block = cast("dict[str, Any]", value)
        if "rows" in block:
            return (len(_list(block["rows"])) + 2) * (CODE_COLUMNS + 1)
        return sum(
            RUN_TABLE_CHARACTERS if key in ("run", "table") and isinstance(item, str) else _size(item)
            for key, item in block.items()
        )
    return 0
