"""Read the content folder: every lesson as a domain object, and every fault of every file in one go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.catalog.checks import lesson_faults, question_faults, run_faults
from bot.catalog.convert import lesson_of
from bot.catalog.explain import ID_IN_WORDS, explain
from bot.catalog.prose import text_faults
from bot.catalog.schema import ID_PATTERN, LessonModel, QuestionsModel
from bot.catalog.yaml_file import Fault, YamlFile, read_text
from bot.domain.errors import TandemError
from bot.domain.lesson import Lesson
from bot.domain.trace import Trace
from bot.errors import ContentError

RECORDED_RUN = "runs/compare.json"
"""The run from which a lesson's execution table and variable tracker are made."""

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every lesson that can be taught, by its id: the name of its folder."""

    lessons: Mapping[str, Lesson]

    @property
    def questions(self) -> int:
        """How many questions all lessons hold."""
        return sum(len(lesson.questions) for lesson in self.lessons.values())


def load(content_dir: Path) -> Catalog:
    """Every lesson of the content folder.

    Raises:
        ContentError: the content has faults; the first is named, and how to see all.
    """
    catalog, faults = check(content_dir)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise ContentError(f"The content is broken: {faults[0]}{more}. `python -m bot check` lists all faults.")
    return catalog


def check(content_dir: Path) -> tuple[Catalog, list[Fault]]:
    """The lessons without fault, and every fault of the others in the order of files and lines."""
    name = content_dir.resolve().name
    try:
        folders = sorted(p for p in content_dir.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        return Catalog({}), [
            Fault(name, 1, "(folder)", f"cannot be read ({error.strerror}), expected a folder of lessons")
        ]
    lessons: dict[str, Lesson] = {}
    faults: list[Fault] = []
    for folder in folders:
        lesson, found = _check_lesson(folder, f"{name}/{folder.name}")
        faults += found
        if lesson is not None:
            lessons[lesson.id] = lesson
    if not folders:
        faults.append(Fault(name, 1, "(folder)", "no lesson found, expected a folder for each lesson"))
    return Catalog(MappingProxyType(lessons)), sorted(faults)


def _check_lesson(folder: Path, name: str) -> tuple[Lesson | None, list[Fault]]:
    faults: list[Fault] = []
    if not re.fullmatch(ID_PATTERN, folder.name):
        faults.append(Fault(name, 1, "(folder)", f"the name is no topic, expected {ID_IN_WORDS}"))
    header, lesson = _read(folder / "lesson.yaml", f"{name}/lesson.yaml", LessonModel, faults)
    bank, questions = _read(folder / "questions.yaml", f"{name}/questions.yaml", QuestionsModel, faults)
    run = _run(folder / RECORDED_RUN, f"{name}/{RECORDED_RUN}", faults)
    if header:
        faults += lesson_faults(header)
    if bank:
        faults += question_faults(bank)
    if header and run:
        faults += run_faults(header, run, f"{name}/{RECORDED_RUN}")
    if faults or lesson is None or questions is None or run is None:
        return None, faults
    return lesson_of(folder.name, lesson, questions, run), faults


def _read(path: Path, name: str, model: type[ModelT], faults: list[Fault]) -> tuple[YamlFile | None, ModelT | None]:
    file = YamlFile.read(path, name)
    if isinstance(file, Fault):
        faults.append(file)
        return None, None
    faults += file.faults
    faults += text_faults(file)
    try:
        return file, model.model_validate(file.data)
    except ValidationError as error:
        faults += [file.fault(*explain(details, model)) for details in error.errors()]
        return file, None


def _run(path: Path, name: str, faults: list[Fault]) -> Trace | None:
    text = read_text(path, name)
    if isinstance(text, Fault):
        faults.append(text)
        return None
    line, said = 1, ""
    try:
        return Trace.from_json(json.loads(text))
    except json.JSONDecodeError as error:
        line, said = error.lineno, error.msg
    except (ValueError, RecursionError, TandemError) as error:
        said = str(error)
    faults.append(Fault(name, line, "(file)", f"this is no recorded run ({said}), expected what the recorder wrote"))
    return None
