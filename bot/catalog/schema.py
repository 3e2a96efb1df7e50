"""The models of the content files: what each value may be. The JSON schema follows. What relates values: the checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import models_json_schema

from bot.catalog.bounds import Entries
from bot.catalog.prose import CODE_COLUMNS
from bot.domain.lesson import LISTED, Level, PartId, QuizKind, RunTable
from bot.domain.schedule import Runtime

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


class ProgramsModel(Model):
    """The programs of a phase, where the ones written from its plan do not tell the story."""

    node: Source | None = Field(default=None, description="JavaScript that defines `async function main()`.")
    python: Source | None = Field(default=None, description="Python that defines `async def main()`.")

    def of(self, runtime: Runtime) -> str | None:
        """The program for a runtime, if there is one of its own."""
        return self.node if runtime is Runtime.NODE else self.python


class PhaseModel(Model):
    """A part of a program: a plan, and the code that carries it out."""

    name: Title = Field(description="What the phase is called, in a word or two.")
    plan: Line = Field(description="The plan, such as `(a 300 & b 500) > c 200`.")
    code: ProgramsModel | None = Field(default=None, description="Code of its own; without, it is written by the bot.")


class DemoModel(Model):
    """A file in `demos`: a program with its story."""

    place: int = Field(strict=True, ge=1, le=999, description="Where it stands among the demos; small numbers first.")
    title: Title = Field(description="What the demo is called.")
    story: Line = Field(description="What is about to happen, and why it matters, in two sentences.")
    notice: Line = Field(description="What to look at in the result.")
    any_number: bool = Field(
        default=False, strict=True, description="Whether a member may give any number of tasks, in turn or together."
    )
    phases: Annotated[tuple[PhaseModel, ...], Entries(1, 4)] = Field(
        description="What is run, one phase after the other, all with tasks of the same names."
    )


Happening = Annotated[Line, Field(description="Such as `task1 starts`, `main ends`, `it prints`.")]


class ClaimModel(Model):
    """What an option says about one phase of a run. Every key that is given must be so."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    phase: Title | None = Field(default=None, description="The name of the phase; without, it is the first.")
    total_ms: int | None = Field(default=None, strict=True, ge=0, description="`main` takes about so long.")
    faster_than: Title | None = Field(default=None, description="`main` takes less time than in that phase.")
    order: tuple[Happening, ...] = Field(default=(), description="These happen, in this order.")
    never: tuple[Happening, ...] = Field(default=(), description="None of these happens.")
    first_step: dict[str, int] = Field(
        default_factory=dict, description="The row of the execution table where a task first starts in this phase."
    )
    returns: Line | None = Field(default=None, description="What `main` returns, as JSON.")
    throws: Line | None = Field(default=None, description="A piece of the error that ends `main`.")
    prints: tuple[str, ...] | None = Field(default=None, description="All lines that are printed.")


class ProofModel(Model):
    """A program to run, and what each option claims about it: `demo` or `phases`, `claims` or `wanted`."""

    demo: Id | None = Field(default=None, description="The demo that is run, by its id.")
    phases: Annotated[tuple[PhaseModel, ...], Entries(1, 5)] | None = Field(
        default=None, description="What is run, if it is no demo."
    )
    results: dict[str, Line] = Field(
        default_factory=dict, description="What a task gives back, by its name, where it is not “result of …”."
    )
    runtimes: Annotated[tuple[Runtime, ...], Entries(1, 2)] = Field(description="Where it is run.")
    claims: dict[Id, tuple[ClaimModel, ...]] = Field(
        default_factory=dict,
        description="What an option says that a run can show, by the option's id.",
        json_schema_extra={"additionalProperties": False},
    )
    wanted: tuple[ClaimModel, ...] = Field(
        default=(), description="Where options are code, each in the phase of its id: what the right one's run shows."
    )


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
    proof: ProofModel | None = Field(default=None, description="A program whose run shows which option is right.")


ListedQuiz = Literal[QuizKind.PRACTICE, QuizKind.VISUAL]
"""The quizzes whose questions a lesson lists; a test draws its own."""


class QuestionsModel(Model):
    """`questions.yaml`: the misconceptions, the questions, and which quiz asks which."""

    misconceptions: dict[Id, MisconceptionModel] = Field(
        description="The wrong ideas behind wrong options, by id.",
        json_schema_extra={"additionalProperties": False},  # pydantic says only which keys match the pattern
    )
    questions: tuple[QuestionModel, ...] = Field(description="All questions of the lesson.")
    quizzes: dict[ListedQuiz, Annotated[tuple[Id, ...], Entries(1, 25)]] = Field(
        description="Which questions each quiz asks, in order.",
        json_schema_extra={"required": [kind.value for kind in LISTED]},
    )


def json_schema() -> dict[str, Any]:
    """The JSON schema of the content (draft 2020-12): a file is `lesson.yaml`, or `questions.yaml`, or a demo."""
    files = (LessonModel, QuestionsModel, DemoModel)
    _, schema = models_json_schema([(model, "validation") for model in files])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A lesson or demo file of Tandem",
        "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in files],
        "$defs": schema["$defs"],
    }
