"""An author's editor completes and checks the files by the published JSON schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.catalog.loader import load
from bot.catalog.schema import json_schema
from bot.settings import ROOT
from tests.catalog.conftest import LESSON, QUESTIONS, Desk

CONTENT = ROOT / "content"
SCHEMA: dict[str, Any] = json.loads((CONTENT / "schema.json").read_text(encoding="utf-8"))


def faults(text: str, root: str | None = None) -> list[str]:
    """The keys at which the schema refuses a file; with `root`, seen as that one of the two files."""
    schema = SCHEMA if root is None else {"$ref": f"#/$defs/{root}", "$defs": SCHEMA["$defs"]}
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(yaml.safe_load(text))]


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, model in node["$defs"].items():
        for key, value in model.get("properties", {}).items():
            yield f"{name}.{key}", value


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json_schema() == SCHEMA, "publish it again: python -m bot check --schema > content/schema.json"


def test_it_is_a_schema_of_its_draft() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_an_editor_can_explain_every_key() -> None:
    assert [name for name, value in properties(SCHEMA) if not value.get("description")] == []
    assert [name for name, model in SCHEMA["$defs"].items() if not model.get("description")] == []


@pytest.mark.parametrize("lesson", sorted(load(CONTENT).lessons))
@pytest.mark.parametrize("name", [LESSON, QUESTIONS])
def test_the_shipped_files_name_the_schema_and_keep_it(lesson: str, name: str) -> None:
    text = (CONTENT / lesson / name).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema.json\n")
    assert (CONTENT / lesson / ".." / "schema.json").is_file()
    assert faults(text) == []


@pytest.mark.parametrize("demo", sorted(load(CONTENT).demos))
def test_the_shipped_demos_name_the_schema_and_keep_it(demo: str) -> None:
    text = (CONTENT / "demos" / f"{demo}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema.json\n")
    assert faults(text) == faults(text, "DemoModel") == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("minutes: 5\n", "", "$"),
        ("minutes: 5", "minutes: 5\nlength: 5", "$"),
        ("minutes: 5", "minutes: five", "$.minutes"),
        ("minutes: 5", "minutes: 0", "$.minutes"),
        ("delays: [400, 600]", "delays: [400, 6]", "$.delays[1]"),
        ("delays: [400, 600]", "delays: []", "$.delays"),
        ("title: Tea", 'title: ""', "$.title"),
        ("title: Tea", 'title: "Tea\\nand"', "$.title"),
        ("title: Tea", f"title: {'t' * 81}", "$.title"),
        ("- id: steps", "- id: stairs", "$.parts[2].id"),
        ("language: js", "language: rust", "$.parts[1].blocks[0].code"),
        ("await brew();", "await brew();" + "x" * 34, "$.parts[1].blocks[0].code"),
        ("await brew();", "\tawait brew();", "$.parts[1].blocks[0].code"),
        ("[brew, hot water]", '[brew, ""]', "$.parts[4].blocks[0].table"),
        ("- text: One question.", "- {text: One, run: execution_table}", "$.parts[5].blocks[0]"),
        ("- text: One question.", "- {}", "$.parts[5].blocks[0]"),
        ("  - id: test\n    title: The test\n    blocks:\n      - text: All of them.\n", "", "$.parts"),
    ],
)
def test_it_refuses_what_a_schema_can_refuse_in_a_lesson(desk: Desk, old: str, new: str, path: str) -> None:
    assert faults(desk.text(LESSON)) == []
    desk.change(LESSON, old, new)
    assert path in faults(desk.text(LESSON), "LessonModel")
    assert faults(desk.text(LESSON)) == ["$"]
    assert desk.check() != []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("answer: water\n", "", "$.questions[0]"),
        ("answer: water", "answer: The Water", "$.questions[0].answer"),
        ("level: hard", "level: wild", "$.questions[2].level"),
        ("- id: by-itself", "- id: By itself", "$.questions[1].options[1].id"),
        ("        mistake: Nothing here calls it.\n", "", "$.questions[1].options[1]"),
        ("  visual: [both-at-once]\n", "", "$.quizzes"),
        ("  visual: [both-at-once]", "  visual: []", "$.quizzes.visual"),
        ("  visual: [both-at-once]", "  visual: [both-at-once]\n  exam: [both-at-once]", "$.quizzes"),
        ("truth: Somebody has to brew it.", "lie: It does.", "$.misconceptions.sloth"),
        ("misconceptions:\n  haste:", "misconceptions:\n  Haste:", "$.misconceptions"),
        ("solution:\n      - Only one call is made.\n", "solution:\n", "$.questions[1].solution"),
    ],
)
def test_it_refuses_what_a_schema_can_refuse_in_questions(desk: Desk, old: str, new: str, path: str) -> None:
    desk.change(QUESTIONS, "text: No\n", 'text: "No"\n')  # the reader of this test takes No for a truth value
    desk.change(QUESTIONS, "text: Yes\n", 'text: "Yes"\n')
    assert faults(desk.text(QUESTIONS)) == []
    desk.change(QUESTIONS, old, new)
    assert path in faults(desk.text(QUESTIONS), "QuestionsModel")
    assert faults(desk.text(QUESTIONS)) == ["$"]
    assert desk.check() != []
