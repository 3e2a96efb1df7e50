"""Validated models to the domain's lesson. Nothing can go wrong here: the checks came before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.catalog.proofs import proof_of
from bot.catalog.schema import BlockModel, CodeModel, LessonModel, OptionModel, QuestionModel, QuestionsModel
from bot.domain.demo import Demo
from bot.domain.lesson import Block, Code, Lesson, Misconception, Option, Part, Question, QuizKind, Table, Text
from bot.domain.trace import Trace


def lesson_of(
    lesson_id: str, lesson: LessonModel, bank: QuestionsModel, run: Trace, demos: Mapping[str, Demo]
) -> Lesson:
    """The lesson that the two files and the recorded run describe; its proofs may run these demos."""
    misconceptions = {id_: Misconception(id_, m.name, m.truth) for id_, m in bank.misconceptions.items()}
    return Lesson(
        id=lesson_id,
        title=lesson.title,
        summary=lesson.summary,
        minutes=lesson.minutes,
        delays_ms=lesson.delays,
        parts=tuple(Part(p.id, p.title, tuple(_block(b) for b in p.blocks)) for p in lesson.parts),
        questions=MappingProxyType({q.id: _question(q, misconceptions, demos) for q in bank.questions}),
        quizzes=MappingProxyType({QuizKind(kind): asked for kind, asked in bank.quizzes.items()}),
        run=run,
    )


def _block(block: BlockModel) -> Block:
    if block.text is not None:
        return Text(block.text)
    if block.code is not None:
        return _code(block.code)
    if block.table is not None:
        return Table(block.table.columns, block.table.rows)
    assert block.run is not None  # noqa: S101 - the schema: exactly one of the four is given
    return block.run


def _code(code: CodeModel) -> Code:
    return Code(code.language, code.source.rstrip("\n"), code.caption)


def _question(
    question: QuestionModel, misconceptions: Mapping[str, Misconception], demos: Mapping[str, Demo]
) -> Question:
    ids = [option.id for option in question.options]
    return Question(
        id=question.id,
        title=question.title,
        level=question.level,
        part=question.part,
        prompt=question.prompt,
        code=None if question.code is None else _code(question.code),
        table=question.table,
        hint=question.hint,
        options=tuple(_option(option, misconceptions) for option in question.options),
        solution=question.solution,
        proof=None if question.proof is None else proof_of(question.proof, ids, demos),
    )


def _option(option: OptionModel, misconceptions: Mapping[str, Misconception]) -> Option:
    behind = None if option.misconception is None else misconceptions[option.misconception]
    return Option(option.id, option.text, option.mistake, behind)
