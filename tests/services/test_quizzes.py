"""A member has the same quiz open in two places, and each place is another process of the bot."""

from __future__ import annotations

import asyncio

import pytest

from bot.catalog.loader import Catalog
from bot.domain.attempt import IllegalMoveError
from bot.domain.board import BoardKey
from bot.domain.errors import MemberError
from bot.domain.lesson import QuizKind
from bot.storage.ranking import Ranking
from tests.services.conftest import NewProcess, Process, without


async def test_a_question_that_is_asked_since_an_answer_elsewhere_can_be_answered_here(
    both: tuple[Process, Process], catalog: Catalog
) -> None:
    here, there = (process.quizzes for process in both)
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    first, second = begun.layout[:2]
    with pytest.raises(IllegalMoveError):
        await here.answer(1, begun.id, second.question_id, second.option_ids[0])
    await there.answer(1, begun.id, first.question_id, first.option_ids[0])
    sheet = await here.answer(1, begun.id, second.question_id, second.option_ids[0])
    assert list(sheet.attempt.answers) == [first.question_id, second.question_id]


async def test_a_hint_seen_elsewhere_counts_with_the_answer_given_here(
    both: tuple[Process, Process], catalog: Catalog
) -> None:
    here, there = (process.quizzes for process in both)
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    asked = begun.layout[0]
    await there.hint(1, begun.id, asked.question_id)
    sheet = await here.answer(1, begun.id, asked.question_id, asked.option_ids[0])
    assert sheet.answer is not None
    assert sheet.answer.hinted


async def test_the_answer_given_elsewhere_is_the_one_shown_here(
    both: tuple[Process, Process], catalog: Catalog
) -> None:
    here, there = (process.quizzes for process in both)
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    asked = begun.layout[0]
    await there.answer(1, begun.id, asked.question_id, asked.option_ids[0])
    sheet = await here.answer(1, begun.id, asked.question_id, asked.option_ids[1])
    assert sheet.answer is not None
    assert sheet.answer.option_id == asked.option_ids[0]


async def test_what_was_answered_elsewhere_can_be_proven_here(both: tuple[Process, Process], catalog: Catalog) -> None:
    here, there = (process.quizzes for process in both)
    lesson = next(iter(catalog.lessons.values()))
    begun = await here.begin(1, 10, lesson.id, QuizKind.PRACTICE)
    number, proven = next(
        (n, q.question_id) for n, q in enumerate(begun.layout) if lesson.questions[q.question_id].proof
    )
    with pytest.raises(MemberError, match="Answer this question first"):
        await here.proven(1, begun.id, proven)
    for asked in begun.layout[: number + 1]:
        await there.answer(1, begun.id, asked.question_id, asked.option_ids[0])
    sheet, _ = await here.proven(1, begun.id, proven)
    assert sheet.answer is not None


async def test_next_pressed_twice_when_the_last_question_is_gone_counts_the_quiz_once(
    a_process: NewProcess, catalog: Catalog
) -> None:
    lesson = next(iter(catalog.lessons.values()))
    async with a_process(catalog) as older:
        begun = await older.quizzes.begin(1, 10, lesson.id, QuizKind.PRACTICE)
        *answered, last = begun.layout
        for asked in answered:
            right = lesson.questions[asked.question_id].answer.id
            await older.quizzes.answer(1, begun.id, asked.question_id, right)
    async with a_process(without(catalog, last.question_id)) as newer:
        await newer.quizzes.load(1, begun.id)  # so that both presses find it known
        ended = await asyncio.gather(*(newer.quizzes.go_on(1, begun.id) for _ in range(2)))
        assert ended[0] == ended[1]
        standing = await Ranking(newer.store).of_member(BoardKey(10, "", "always"), 1)
    assert standing is not None
    assert (standing.points, standing.asked) == (len(answered), len(answered))
