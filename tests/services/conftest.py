"""Processes of the bot that share one database, each with what it knows of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from sqlalchemy import make_url

from bot.catalog.loader import Catalog, load
from bot.services.lessons import LessonService
from bot.services.memory import remember
from bot.services.quizzes import QuizService
from bot.services.tests import TestService
from bot.storage.attempts import Attempts
from bot.storage.migrate import migrate
from bot.storage.reading import PartsRead
from bot.storage.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Process(NamedTuple):
    """One of several processes on the same database."""

    quizzes: QuizService
    tests: TestService
    store: Store


NewProcess = Callable[[Catalog], AbstractAsyncContextManager[Process]]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The lessons."""
    return load(Path("content"))


def without(catalog: Catalog, *question_ids: str) -> Catalog:
    """The first lesson as a newer version has it: without these questions."""
    name, lesson = next(iter(catalog.lessons.items()))
    questions = {id_: question for id_, question in lesson.questions.items() if id_ not in question_ids}
    quizzes = {kind: tuple(id_ for id_ in ids if id_ in questions) for kind, ids in lesson.quizzes.items()}
    newer = replace(lesson, questions=questions, quizzes=quizzes)
    return replace(catalog, lessons=MappingProxyType({**catalog.lessons, name: newer}))


@pytest.fixture
async def a_process(tmp_path: Path) -> NewProcess:
    """Starts a process with these lessons."""
    url = make_url(f"sqlite:///{tmp_path / 'tandem.db'}")
    await migrate(url)
    ids, seconds = count(), count()

    def now() -> datetime:
        return NOON + timedelta(seconds=next(seconds))

    @asynccontextmanager
    async def start(catalog: Catalog) -> AsyncGenerator[Process]:
        async with Store(url) as store:
            lessons, attempts = LessonService(catalog, PartsRead(store), now), Attempts(store, remember)

            def new_id() -> str:
                return f"id{next(ids)}"

            quizzes = QuizService(lessons, attempts, now=now, new_id=new_id, rng=Random(1))
            tests = TestService(lessons, attempts, now=now, new_id=new_id, rng=Random(2), has_node=lambda: True)
            yield Process(quizzes, tests, store)

    return start


@pytest.fixture
async def both(a_process: NewProcess, catalog: Catalog) -> AsyncGenerator[tuple[Process, Process]]:
    """Two processes."""
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(a_process(catalog)) for _ in range(2)]
        yield here, there
