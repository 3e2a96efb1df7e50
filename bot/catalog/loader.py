"""Read the content folder: every lesson and demo as a domain object, and every fault of every file in one go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.catalog.catalog import Catalog
from bot.catalog.checks import lesson_faults, question_faults, run_faults
from bot.catalog.convert import lesson_of
from bot.catalog.explain import ID_IN_WORDS, explain
from bot.catalog.programs import RESERVED, demo_faults, demo_of
from bot.catalog.prose import text_faults
from bot.catalog.schema import ID_PATTERN, DemoModel, LessonModel, QuestionsModel
from bot.catalog.yaml_file import Fault, YamlFile, read_text
from bot.domain.demo import Demo
from bot.domain.errors import TandemError
from bot.domain.lesson import Lesson
from bot.domain.trace import Trace
from bot.errors import ContentError

RECORDED_RUN = "runs/compare.json"
"""The run from which a lesson's execution table and variable tracker are made."""

DEMOS = "demos"
"""The folder of demos, a file each. It is no lesson."""

ModelT = TypeVar("ModelT", bound=BaseModel)


def load(content_dir: Path) -> Catalog:
    """Every lesson and demo of the content folder.

    Raises:
        ContentError: the content has faults; the first is named, and how to see all.
    """
    catalog, faults = check(content_dir)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise ContentError(f"The content is broken: {faults[0]}{more}. `python -m bot check` lists all faults.")
    return catalog


def check(content_dir: Path) -> tuple[Catalog, list[Fault]]:
    """The lessons and demos without fault, and every fault of the others in the order of files and lines."""
    name = content_dir.resolve().name
    try:
        folders = sorted(p for p in content_dir.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        return Catalog({}), [
            Fault(name, 1, "(folder)", f"cannot be read ({error.strerror}), expected a folder of lessons")
        ]
    lessons: dict[str, Lesson] = {}
    demos, faults = _check_demos(content_dir / DEMOS, f"{name}/{DEMOS}")
    folders = [folder for folder in folders if folder.name != DEMOS]
    for folder in folders:
        lesson, found = _check_lesson(folder, f"{name}/{folder.name}", demos)
        faults += found
        if lesson is not None:
            lessons[lesson.id] = lesson
    if not folders:
        faults.append(Fault(name, 1, "(folder)", "no lesson found, expected a folder for each lesson"))
    return Catalog(MappingProxyType(lessons), demos), sorted(faults)


def _check_demos(folder: Path, name: str) -> tuple[Mapping[str, Demo], list[Fault]]:
    """The demos without fault, in their order, and the faults of the others. A lesson can be taught without any."""
    demos: dict[str, tuple[int, Demo]] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        before = len(faults)
        demo_id, file_name = path.stem, f"{name}/{path.name}"
        if not re.fullmatch(ID_PATTERN, demo_id) or demo_id in RESERVED:
            said = f"the name is no demo's, expected {ID_IN_WORDS}, and not {' or '.join(RESERVED)}"
            faults.append(Fault(file_name, 1, "(file)", said))
        file, model = _read(path, file_name, DemoModel, faults)
        if file:
            faults += demo_faults(file)
        if file and model:
            for other in (known for place, known in demos.values() if place == model.place):
                said = f"{model.place} is the place of “{other.id}”, expected a number of its own"
                faults.append(file.fault(("place",), said))
            if len(faults) == before:
                demos[demo_id] = model.place, demo_of(demo_id, model)
    ordered = sorted(demos.values(), key=lambda placed: placed[0])
    return MappingProxyType({demo.id: demo for _, demo in ordered}), faults


def _check_lesson(folder: Path, name: str, demos: Mapping[str, Demo]) -> tuple[Lesson | None, list[Fault]]:
    faults: list[Fault] = []
    if not re.fullmatch(ID_PATTERN, folder.name):
        faults.append(Fault(name, 1, "(folder)", f"the name is no topic, expected {ID_IN_WORDS}"))
    header, lesson = _read(folder / "lesson.yaml", f"{name}/lesson.yaml", LessonModel, faults)
    bank, questions = _read(folder / "questions.yaml", f"{name}/questions.yaml", QuestionsModel, faults)
    run = _run(folder / RECORDED_RUN, f"{name}/{RECORDED_RUN}", faults)
    if header:
        faults += lesson_faults(header)
    if bank:
        faults += question_faults(bank, demos)
    if header and run:
        faults += run_faults(header, run, f"{name}/{RECORDED_RUN}")
    if faults or lesson is None or questions is None or run is None:
        return None, faults
    return lesson_of(folder.name, lesson, questions, run, demos), faults


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
