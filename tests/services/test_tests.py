"""A member has the same test open in two places, and each place is another process of the bot."""

from __future__ import annotations

import asyncio

from bot.catalog.loader import Catalog
from bot.domain.attempt import Attempt
from bot.domain.guild import GuildSettings
from bot.domain.timing import is_generated
from bot.services.tests import TestService
from tests.services.conftest import NewProcess, Process, without

GUILD = GuildSettings(10)


async def begun_by(tests: TestService, catalog: Catalog) -> Attempt:
    """A test that a member has just begun."""
    return await tests.begin(1, GUILD, 10, next(iter(catalog.lessons)))


async def press(tests: TestService, attempt: Attempt, number: int) -> tuple[Attempt, bool]:
    """What comes of a press on an option of a question of a test, as it was laid out."""
    asked = attempt.layout[number]
    return await tests.answer(1, attempt.id, asked.question_id, asked.option_ids[0])


async def test_a_question_that_is_asked_since_an_answer_elsewhere_is_answered_here(
    both: tuple[Process, Process], catalog: Catalog
) -> None:
    here, there = (process.tests for process in both)
    begun = await begun_by(here, catalog)
    assert (await press(here, begun, 1))[1] is False, "another is asked"
    assert (await press(there, begun, 0))[1]
    attempt, taken = await press(here, begun, 1)
    assert (taken, attempt.position) == (True, 2)


async def test_a_test_that_was_finished_elsewhere_shows_its_result_here(
    both: tuple[Process, Process], catalog: Catalog
) -> None:
    here, there = (process.tests for process in both)
    begun = await begun_by(here, catalog)
    for number in range(len(begun.layout)):
        await press(there, begun, number)
    assert (await here.go_on(1, begun.id)).finished


async def test_while_a_newer_version_starts_the_older_takes_no_answer_to_a_question_that_has_left(
    a_process: NewProcess, catalog: Catalog
) -> None:
    async with a_process(catalog) as older:
        begun = await begun_by(older.tests, catalog)
        lost = next(n for n, asked in enumerate(begun.layout) if not is_generated(asked.question_id))
        for number in range(lost):
            await press(older.tests, begun, number)
        async with a_process(without(catalog, begun.layout[lost].question_id)) as newer:
            now = await newer.tests.go_on(1, begun.id)
            assert len(now.layout) == len(begun.layout), "another question has taken its place"
            attempt, taken = await press(older.tests, begun, lost)
            assert (attempt, taken) == (now, False)
            for number in range(lost, len(now.layout)):
                assert (await press(older.tests, now, number))[1]
            assert (await newer.tests.go_on(1, begun.id)).finished


async def test_two_presses_at_once_bring_a_test_up_to_the_same(a_process: NewProcess, catalog: Catalog) -> None:
    async with a_process(catalog) as older:
        begun = await begun_by(older.tests, catalog)
    gone = [asked.question_id for asked in begun.layout if not is_generated(asked.question_id)]
    async with a_process(without(catalog, *gone)) as newer:
        first, second = await asyncio.gather(*(newer.tests.go_on(1, begun.id) for _ in range(2)))
        assert first == second
        assert len(first.layout) == len(begun.layout)
        assert not {asked.question_id for asked in first.layout} & set(gone)
