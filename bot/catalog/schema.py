"""The models of the lesson files: what each value may be. The JSON schema follows. What relates values: the checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import models_json_schema

from bot.catalog.bounds import Entries
from bot.catalog.prose import CODE_COLUMNS
from bot.domain.lesson import Level, PartId, QuizKind, RunTable

ID_PATTERN = r"^[a-z][a-z0-9-]{0,31}$"
LINE_PATTERN = r"^[^\n]*\n*$"
_CODE_PATTERN = rf"^[^\n\t]{{0,{CODE_COLUMNS}}}(\n[^\n\t]{{0,{CODE_COLUMNS}}})*$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3_000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=LINE_PATTERN)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=LINE_PATTERN)]
Cell = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=LINE_PATTERN)]
Source = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1_500),
    Field(json_schema_extra={"pattern": _CODE_PATTERN}),  # the check names the line, and how wide it is
]


class Model(BaseModel):
    """A mapping in a lesson file. An unknown key is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeModel(Model):
    """A snippet, at most 46 columns wide."""

    language: Literal["js", "py", "text"] = Field(description="The language to highlight.")
    source: Source = Field(description="The code itself, at most 46 columns wide, without tabs.")
    caption: Line | None = Field(default=None, description="One line above the code.")


class TableModel(Model):
    """A table of words, at most 46 columns wide with two between its cells."""

    columns: Annotated[tuple[Cell, ...], Entries(2, 6)] = Field(description="The heads of the columns.")
    rows: Annotated[tuple[tuple[Cell, ...], ...], Entries(1, 20)] = Field(
        description="The rows, each with a cell for every column."
    )


class BlockModel(Model):
    """One block of a part: exactly one of `text`, `code`, `table`, `run`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    text: Prose | None = Field(default=None, description="Prose in Discord's markdown.")
    code: CodeModel | None = Field(default=None, description="A snippet.")
    table: TableModel | None = Field(default=None, description="A table of words.")
    run: RunTable | None = Field(default=None, description="A table made from the lesson's recorded run.")


class PartModel(Model):
    """One of the ten parts."""

    id: PartId = Field(description="Which of the ten ways this is.")
    title: Title = Field(description="The heading of the part.")
    blocks: Annotated[tuple[BlockModel, ...], Entries(1, 12)] = Field(description="What stands under the heading.")


class LessonModel(Model):
    """`lesson.yaml`: what the lesson is about, and its ten parts in order."""

    title: Title = Field(description="What the lesson is called.")
    summary: Line = Field(description="One line, shown where lessons are listed.")
    minutes: int = Field(strict=True, ge=1, le=120, description="How long a learner needs, in minutes.")
    delays: Annotated[tuple[Annotated[int, Field(strict=True, ge=10, le=5_000)], ...], Entries(1, 8)] = Field(
        description="The demo's tasks, in milliseconds each; the recorded run has the same."
    )
    parts: tuple[PartModel, ...] = Field(
        description="All ten parts, in their order.",
        json_schema_extra={"minItems": len(PartId), "maxItems": len(PartId)},  # the check names which one is missing
    )


class MisconceptionModel(Model):
    """A wrong idea that learners hold."""

    name: Line = Field(description="The idea in a few words, as the learner would hold it.")
    truth: Line = Field(description="What is true instead.")


class OptionModel(Model):
    """An answer offered. The right one has no misconception; every other one has."""

    model_config = ConfigDict(
        json_schema_extra={"dependentRequired": {"mistake": ["misconception"], "misconception": ["mistake"]}}
    )

    id: Id = Field(description="The option's name within its question; letters are given when it is shown.")
    text: Line = Field(description="The answer, as a member reads it.")
    mistake: Line | None = Field(default=None, description="What is mistaken in this answer.")
    misconception: Id | None = Field(default=None, description="The misconception behind it, by its id.")


class QuestionModel(Model):
    """A question with one right option and its worked solution."""

    id: Id = Field(description="The question's name within its lesson.")
    title: Title = Field(description="What it is about in a few words, for the line in the result.")
    level: Level = Field(description="How hard it is.")
    part: PartId = Field(description="The part of the lesson that explains it.")
    prompt: Prose = Field(description="The question, in Discord's markdown.")
    code: CodeModel | None = Field(default=None, description="A snippet to ask about.")
    table: RunTable | None = Field(default=None, description="A table of the recorded run to ask about.")
    hint: Line = Field(description="Where to look, without the answer.")
    options: Annotated[tuple[OptionModel, ...], Entries(2, 5)] = Field(
        description="The answers offered, shuffled each time they are shown."
    )
    answer: Id = Field(description="The id of the right option.")
    solution: Annotated[tuple[Line, ...], Entries(2, 3)] = Field(description="The worked solution, a step a line.")


class QuestionsModel(Model):
    """`questions.yaml`: the misconceptions, the questions, and which quiz asks which."""

    misconceptions: dict[Id, MisconceptionModel] = Field(
        description="The wrong ideas behind wrong options, by id.",
        json_schema_extra={"additionalProperties": False},  # pydantic says only which keys match the pattern
    )
    questions: tuple[QuestionModel, ...] = Field(description="All questions of the lesson.")
    quizzes: dict[QuizKind, Annotated[tuple[Id, ...], Entries(1, 25)]] = Field(
        description="Which questions each quiz asks, in order.",
        json_schema_extra={"required": [kind.value for kind in QuizKind]},
    )


def json_schema() -> dict[str, Any]:
    """The JSON schema of the lesson files (draft 2020-12): a file is either `lesson.yaml` or `questions.yaml`."""
    files = (LessonModel, QuestionsModel)
    _, schema = models_json_schema([(model, "validation") for model in files])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A lesson file of Tandem",
        "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in files],
        "$defs": schema["$defs"],
    }
