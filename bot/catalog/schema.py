"""The models of the lesson files. What a field may hold is said here, once: the check and the JSON schema follow."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.catalog.prose import checked_code, checked_prose
from bot.domain.lesson import Level, PartId, QuizKind, RunTable

CODE_COLUMNS = 46
"""A code block wider than this scrolls sideways on a phone."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3_000), checked_prose]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\n]*$"),
    checked_prose,
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\n]*$"),
    checked_prose,
]
Source = Annotated[str, StringConstraints(min_length=1, max_length=1_500), checked_code(CODE_COLUMNS)]


class Model(BaseModel):
    """A mapping in a lesson file. An unknown key is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeModel(Model):
    """A snippet, at most 46 columns wide."""

    language: Literal["js", "py", "text"] = Field(description="The language to highlight.")
    source: Source = Field(description="The code itself, at most 46 columns wide.")
    caption: Line | None = Field(default=None, description="One line above the code.")


class TableModel(Model):
    """A table of words that fits 46 columns."""

    columns: Annotated[tuple[str, ...], Field(min_length=2, max_length=6)]
    rows: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells, expected {len(self.columns)}")
        widths = [max(len(row[i]) for row in (self.columns, *self.rows)) for i in range(len(self.columns))]
        if (width := sum(widths) + 2 * (len(widths) - 1)) > CODE_COLUMNS:
            raise ValueError(f"the table is {width} columns wide, expected at most {CODE_COLUMNS}")
        return self


class BlockModel(Model):
    """One block of a part: exactly one of `text`, `code`, `table`, `run`."""

    text: Prose | None = Field(default=None, description="Prose in Discord's markdown.")
    code: CodeModel | None = Field(default=None, description="A snippet.")
    table: TableModel | None = Field(default=None, description="A table of words.")
    run: RunTable | None = Field(default=None, description="A table made from the lesson's recorded run.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("text", "code", "table", "run") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(f"found {found}, expected exactly one of text, code, table, run")
        return self


class PartModel(Model):
    """One of the ten parts."""

    id: PartId = Field(description="Which of the ten ways this is.")
    title: Title
    blocks: Annotated[tuple[BlockModel, ...], Field(min_length=1, max_length=12)]


class LessonModel(Model):
    """`lesson.yaml`: what the lesson is about, and its ten parts in order."""

    title: Title
    summary: Line = Field(description="One line, shown where lessons are listed.")
    minutes: Annotated[int, Field(ge=1, le=120, description="How long a learner needs, in minutes.")]
    delays: Annotated[
        tuple[Annotated[int, Field(ge=10, le=5_000)], ...],
        Field(min_length=1, max_length=8, description="The demo's tasks, in milliseconds each."),
    ]
    parts: Annotated[tuple[PartModel, ...], Field(min_length=1, max_length=10)]


class MisconceptionModel(Model):
    """A wrong idea that learners hold."""

    name: Line = Field(description="The idea in a few words, as the learner would hold it.")
    truth: Line = Field(description="What is true instead.")


class OptionModel(Model):
    """An answer offered. The right one has no misconception; every other one has."""

    id: Id
    text: Line
    mistake: Line | None = Field(default=None, description="What is mistaken in this answer.")
    misconception: Id | None = Field(default=None, description="The misconception behind it, by its id.")


class QuestionModel(Model):
    """A question with one right option and its worked solution."""

    id: Id
    level: Level
    part: PartId = Field(description="The part of the lesson that explains it.")
    prompt: Prose
    code: CodeModel | None = None
    table: RunTable | None = Field(default=None, description="A table of the recorded run to ask about.")
    hint: Line
    options: Annotated[tuple[OptionModel, ...], Field(min_length=2, max_length=5)]
    answer: Id = Field(description="The id of the right option.")
    solution: Annotated[tuple[Line, ...], Field(min_length=2, max_length=3)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [option.id for option in self.options]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"options share the id {', '.join(repeated)}, expected ids of their own")
        if self.answer not in ids:
            raise ValueError(f"answer is {self.answer}, expected one of the options {', '.join(ids)}")
        for option in self.options:
            complete = option.mistake is not None and option.misconception is not None
            if option.id == self.answer and (option.mistake or option.misconception):
                raise ValueError(f"option {option.id} is the answer, expected no mistake and no misconception")
            if option.id != self.answer and not complete:
                raise ValueError(f"option {option.id} is wrong, expected its mistake and its misconception")
        return self


class QuestionsModel(Model):
    """`questions.yaml`: the misconceptions, the questions, and which quiz asks which."""

    misconceptions: dict[Id, MisconceptionModel]
    questions: tuple[QuestionModel, ...]
    quizzes: dict[QuizKind, Annotated[tuple[Id, ...], Field(min_length=1, max_length=25)]]


def json_schema() -> dict[str, Any]:
    """The JSON schema of the lesson files (draft 2020-12): a file is either `lesson.yaml` or `questions.yaml`."""
    schema = LessonFiles.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A lesson file of Tandem",
        "anyOf": [{"$ref": "#/$defs/LessonModel"}, {"$ref": "#/$defs/QuestionsModel"}],
        "$defs": schema["$defs"],
    }


class LessonFiles(Model):
    """The two files of a lesson, together only so that one schema describes both."""

    lesson: LessonModel
    questions: QuestionsModel
