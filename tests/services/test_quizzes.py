"""A member has the same quiz open in two places, and each place is another process of the bot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import URL, make_url

from bot.catalog.loader import Catalog, load
from bot.domain.attempt import IllegalMoveError
from bot.domain.lesson import QuizKind
from bot.services.lessons import LessonService
from bot.services.memory import remember
from bot.services.quizzes import QuizService
from bot.storage.attempts import Attempts
from bot.storage.migrate import migrate
from bot.storage.reading import PartsRead
from bot.storage.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The lessons."""
    return load(Path("content"))


@asynccontextmanager
async def a_process(url: URL, catalog: Catalog) -> AsyncGenerator[QuizService]:
    """One of several on the same database."""
    ids, seconds = count(), count()

    def now() -> datetime:
        return NOON + timedelta(seconds=next(seconds))

    async with Store(url) as store:
        lessons = LessonService(catalog, PartsRead(store), now)
        attempts = Attempts(store, remember)
        yield QuizService(lessons, attempts, now=now, new_id=lambda: f"id{next(ids)}", rng=Random(1))


@pytest.fixture
async def both(tmp_path: Path, catalog: Catalog) -> AsyncGenerator[tuple[QuizService, QuizService]]:
    """Two processes."""
    url = make_url(f"sqlite:///{tmp_path / 'tandem.db'}")
    await migrate(url)
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(a_process(url, catalog)) for _ in range(2)]
        yield here, there


async def test_a_question_that_is_asked_since_an_answer_elsewhere_can_be_answered_here(
    both: tuple[QuizService, QuizService], catalog: Catalog
) -> None:
    here, there = both
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    first, second = begun.layout[:2]
    with pytest.raises(IllegalMoveError):
        await here.answer(1, begun.id, second.question_id, second.option_ids[0])
    await there.answer(1, begun.id, first.question_id, first.option_ids[0])
    sheet = await here.answer(1, begun.id, second.question_id, second.option_ids[0])
    assert list(sheet.attempt.answers) == [first.question_id, second.question_id]


async def test_a_hint_seen_elsewhere_counts_with_the_answer_given_here(
    both: tuple[QuizService, QuizService], catalog: Catalog
) -> None:
    here, there = both
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    asked = begun.layout[0]
    await there.hint(1, begun.id, asked.question_id)
    sheet = await here.answer(1, begun.id, asked.question_id, asked.option_ids[0])
    assert sheet.answer is not None
    assert sheet.answer.hinted


async def test_the_answer_given_elsewhere_is_the_one_shown_here(
    both: tuple[QuizService, QuizService], catalog: Catalog
) -> None:
    here, there = both
    begun = await here.begin(1, 10, next(iter(catalog.lessons)), QuizKind.PRACTICE)
    asked = begun.layout[0]
    await there.answer(1, begun.id, asked.question_id, asked.option_ids[0])
    sheet = await here.answer(1, begun.id, asked.question_id, asked.option_ids[1])
    assert sheet.answer is not None
    assert sheet.answer.option_id == asked.option_ids[0]
