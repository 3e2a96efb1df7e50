"""Who stands where: in a server or everywhere, this week, this month or ever, and who does not show themselves."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Select, insert
from sqlalchemy.engine import Connection

from bot.domain.board import ALL_LESSONS, EVERYWHERE, BoardKey, Period, Scope, board_key
from bot.domain.lesson import QuizKind
from bot.domain.records import Standing
from bot.storage import ranking as queries
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.members import Members
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from tests.storage.conftest import NOON, At, NewAttempt

Played = Callable[..., Awaitable[None]]

HERE = BoardKey(10, ALL_LESSONS, "always")
SUNDAY = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def ranking(store: Store) -> Ranking:
    return Ranking(store)


@pytest.fixture
def played(attempts: Attempts, new: NewAttempt, at: At) -> Played:
    """A member answers `answered` of three questions, the first `right` of them rightly, ending at `second`."""
    begun: list[str] = []

    async def play(
        member_id: int,
        right: int,
        second: int = 1,
        *,
        answered: int = 3,
        guild_id: int | None = 10,
        kind: QuizKind = QuizKind.PRACTICE,
        lesson_id: str = "async",
        day: datetime = NOON,
    ) -> None:
        begun.append(f"id{len(begun)}")
        fresh = new(begun[-1], member_id, guild_id=guild_id, kind=kind, questions=3)
        attempt = await attempts.begin(replace(fresh, lesson_id=lesson_id))
        for number in range(answered):
            correct = number < right
            moment = day + (at(second) - NOON)
            attempt = attempt.answer(f"q{number}", "yes" if correct else "no", correct=correct, at=moment)
            attempt = await attempts.save_answer(attempt, f"q{number}")

    return play


async def seen(ranking: Ranking, key: BoardKey = HERE) -> list[tuple[int, int, int]]:
    """The first page: rank, member, points."""
    return [(found.rank, found.member_id, found.points) for found in (await ranking.page(key, 0, 0, 10)).standings]


async def test_the_best_stands_first_and_ties_share_a_rank_the_earlier_on_top(ranking: Ranking, played: Played) -> None:
    await played(1, right=2, second=9)
    await played(2, right=3)
    await played(3, right=2, second=5)
    await played(4, right=0)
    assert (await ranking.page(HERE, 1, 0, 10)).standings == [
        Standing(1, 2, 3, 3),
        Standing(2, 3, 2, 3),
        Standing(2, 1, 2, 3),
        Standing(4, 4, 0, 3),
    ]


async def test_first_attempts_at_all_quizzes_count_together(ranking: Ranking, played: Played) -> None:
    await played(1, right=2)
    await played(1, right=3, kind=QuizKind.VISUAL)
    assert await ranking.of_member(HERE, 1) == Standing(1, 1, 5, 6)


@pytest.mark.parametrize("kind", [QuizKind.PRACTICE, QuizKind.VISUAL, QuizKind.TEST])
async def test_later_attempts_are_practice(ranking: Ranking, played: Played, kind: QuizKind) -> None:
    await played(1, right=1, kind=kind)
    await played(1, right=3, kind=kind)
    assert await ranking.of_member(HERE, 1) == Standing(1, 1, 1, 3)


async def test_reviews_never_rank(ranking: Ranking, played: Played) -> None:
    await played(1, right=3, kind=QuizKind.REVIEW)
    assert await ranking.of_member(HERE, 1) is None


async def test_a_quiz_left_half_done_does_not_rank(ranking: Ranking, played: Played) -> None:
    await played(1, right=2, answered=2)
    found = await ranking.page(HERE, 1, 0, 10)
    assert (found.mine, found.pages, list(found.standings)) == (None, 1, [])


async def test_each_server_has_its_own_ranking_and_all_share_one(ranking: Ranking, played: Played) -> None:
    await played(1, right=1, guild_id=10)
    await played(2, right=3, guild_id=11)
    await played(3, right=2, guild_id=None)
    assert await seen(ranking) == [(1, 1, 1)]
    assert await seen(ranking, replace(HERE, guild_id=11)) == [(1, 2, 3)]
    assert await seen(ranking, replace(HERE, guild_id=12)) == []
    assert await seen(ranking, replace(HERE, guild_id=EVERYWHERE)) == [(1, 2, 3), (2, 3, 2), (3, 1, 1)]


async def test_each_lesson_has_its_own_ranking(ranking: Ranking, played: Played) -> None:
    await played(1, right=1)
    await played(1, right=3, lesson_id="threads")
    await played(2, right=2, lesson_id="threads")
    assert await seen(ranking) == [(1, 1, 4), (2, 2, 2)]
    assert await seen(ranking, replace(HERE, lesson_id="async")) == [(1, 1, 1)]
    assert await seen(ranking, replace(HERE, lesson_id="threads")) == [(1, 1, 3), (2, 2, 2)]


async def test_a_week_begins_on_monday_and_a_month_on_its_first_day(ranking: Ranking, played: Played) -> None:
    await played(1, right=1, day=SUNDAY)
    await played(1, right=3, day=MONDAY, kind=QuizKind.VISUAL)
    await played(2, right=2, day=SUNDAY.replace(month=2, day=28))

    async def points(at: datetime, period: Period) -> list[tuple[int, int, int]]:
        return await seen(ranking, board_key(10, at, Scope.SERVER, period))

    assert await points(SUNDAY, Period.WEEK) == [(1, 2, 2), (2, 1, 1)]
    assert await points(MONDAY, Period.WEEK) == [(1, 1, 3)]
    assert await points(MONDAY, Period.MONTH) == [(1, 1, 4)]
    assert await points(SUNDAY.replace(month=2, day=1), Period.MONTH) == [(1, 2, 2)]
    assert await points(MONDAY, Period.ALWAYS) == [(1, 1, 4), (2, 2, 2)]


async def test_a_ranking_has_pages_that_go_on_where_the_last_one_ended(ranking: Ranking, played: Played) -> None:
    for member_id in range(1, 8):
        await played(member_id, right=3 if member_id < 5 else 1, second=member_id)
    pages = [await ranking.page(HERE, 6, page, 3) for page in (0, 1, 2)]
    assert [[(standing.rank, standing.member_id) for standing in page.standings] for page in pages] == [
        [(1, 1), (1, 2), (1, 3)],
        [(1, 4), (5, 5), (5, 6)],
        [(5, 7)],
    ]
    assert {(page.pages, page.mine) for page in pages} == {(3, Standing(5, 6, 1, 3))}


@pytest.mark.parametrize(("asked", "given"), [(-1, 0), (3, 2), (10**30, 2)])
async def test_a_page_that_is_not_there_is_brought_into_range(
    ranking: Ranking, played: Played, asked: int, given: int
) -> None:
    for member_id in range(1, 8):
        await played(member_id, right=1)
    assert (await ranking.page(HERE, 1, asked, 3)).page == given


async def test_who_is_hidden_is_on_no_board_and_the_others_move_up(
    ranking: Ranking, store: Store, played: Played
) -> None:
    for member_id, right in ((1, 3), (2, 3), (3, 2), (4, 1)):
        await played(member_id, right=right, second=member_id)
    await Members(store).hide(1, True)
    await Members(store).hide(3, True)

    for guild_id in (10, EVERYWHERE):
        assert await seen(ranking, replace(HERE, guild_id=guild_id)) == [(1, 2, 3), (2, 4, 1)]
    assert (await ranking.page(HERE, 4, 0, 1)).pages == 2
    assert [found.rank for found in (await ranking.page(HERE, 4, 1, 1)).standings] == [2]

    own = await ranking.page(HERE, 3, 0, 10)
    assert (own.hidden, own.mine) == (True, Standing(2, 3, 2, 3))
    other = await ranking.page(HERE, 4, 0, 10)
    assert (other.hidden, other.mine) == (False, Standing(2, 4, 1, 3))

    await Members(store).hide(1, False)
    assert await seen(ranking) == [(1, 1, 3), (1, 2, 3), (3, 4, 1)]


async def test_what_somebody_reaches_while_hidden_is_there_when_they_show_themselves(
    ranking: Ranking, store: Store, played: Played
) -> None:
    await Members(store).hide(1, True)
    await played(1, right=2)
    assert await seen(ranking) == []
    await Members(store).hide(1, False)
    assert await seen(ranking) == [(1, 1, 2)]


KEY = {"board_guild": 10, "board_lesson": "", "board_period": "always"}
NAMES = KEY | {"one_member": 1, "of_points": 1, "skipped": 5, "wanted": 10}


def explained(query: Select[Any]) -> Callable[[Connection], list[str]]:
    """How the engine goes about a query, a step a line."""

    def work(connection: Connection) -> list[str]:
        names = {name: value for name, value in NAMES.items() if name in query.compile().params}
        told = query.params(names).compile(connection.engine, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "sqlite":
            return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}")]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # which is best in a table as small as this
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {told}")]

    return work


SORTED = ("TEMP B-TREE", "Sort", "SCAN", "Seq Scan")
"""What costs the more, the more members there are."""


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("PAGE_DOWN", r"standings_in_order\b"),
        ("PAGE_UP", r"standings_in_order\b"),
        ("MINE", r"sqlite_autoindex_standings_1\b|standings_pkey\b|standings_of_member\b"),
        ("COUNTS", r"standing_counts USING PRIMARY KEY|standing_counts_pkey\b"),
        ("AHEAD", r"standing_counts USING PRIMARY KEY|standing_counts_pkey\b"),
    ],
)
async def test_boards_are_read_by_their_indexes_and_never_sorted(store: Store, name: str, found_by: str) -> None:
    row = {"guild_id": 10, "lesson_id": "", "period": "always", "points": 1, "asked": 3, "reached_at": NOON}
    counted = {column: value for column, value in row.items() if column not in ("asked", "reached_at")}

    def filled(connection: Connection) -> None:
        connection.execute(insert(tables.standings), [row | {"member_id": number} for number in range(500)])
        connection.execute(insert(tables.standing_counts), [counted | {"points": n, "members": 1} for n in range(99)])
        connection.exec_driver_sql("ANALYZE")

    unknown = await store.read(explained(getattr(queries, name)))
    await store.write(filled)
    known = await store.read(explained(getattr(queries, name)))
    for plan in (unknown, known):  # without what ANALYZE tells of how full the tables are, and with it
        assert any(re.search(found_by, step) for step in plan), plan
        assert [step for step in plan if any(word in step for word in SORTED)] == [], plan
