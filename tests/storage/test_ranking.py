"""Who stands where in a server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.lesson import QuizKind
from bot.storage.attempts import Attempts
from bot.storage.ranking import Ranking, Standing
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt

Played = Callable[..., Awaitable[None]]


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
    ) -> None:
        begun.append(f"id{len(begun)}")
        attempt = await attempts.begin(new(begun[-1], member_id, guild_id=guild_id, kind=kind, questions=3))
        for number in range(answered):
            correct = number < right
            attempt = attempt.answer(f"q{number}", "yes" if correct else "no", correct=correct, at=at(second))
            attempt = await attempts.save_answer(attempt, f"q{number}")

    return play


async def test_the_best_stands_first_and_ties_share_a_rank_the_earlier_on_top(ranking: Ranking, played: Played) -> None:
    await played(1, right=2, second=9)
    await played(2, right=3)
    await played(3, right=2, second=5)
    await played(4, right=0)
    assert await ranking.page(10, offset=0, limit=10) == [
        Standing(1, 2, 3, 3),
        Standing(2, 3, 2, 3),
        Standing(2, 1, 2, 3),
        Standing(4, 4, 0, 3),
    ]


async def test_first_attempts_at_all_quizzes_count_together(ranking: Ranking, played: Played) -> None:
    await played(1, right=2)
    await played(1, right=3, kind=QuizKind.VISUAL)
    assert await ranking.of_member(10, 1) == Standing(1, 1, 5, 6)


async def test_later_attempts_are_practice(ranking: Ranking, played: Played) -> None:
    await played(1, right=1)
    await played(1, right=3)
    assert await ranking.of_member(10, 1) == Standing(1, 1, 1, 3)


async def test_a_quiz_left_half_done_does_not_rank(ranking: Ranking, played: Played) -> None:
    await played(1, right=2, answered=2)
    assert await ranking.of_member(10, 1) is None
    assert await ranking.size(10) == 0
    assert await ranking.page(10, offset=0, limit=10) == []


async def test_each_server_has_its_own_ranking(ranking: Ranking, played: Played) -> None:
    await played(1, right=1, guild_id=10)
    await played(2, right=3, guild_id=11)
    await played(3, right=3, guild_id=None)
    assert await ranking.of_member(10, 1) == Standing(1, 1, 1, 3)
    assert await ranking.of_member(10, 2) is None
    assert await ranking.of_member(11, 2) == Standing(1, 2, 3, 3)
    assert [await ranking.size(guild_id) for guild_id in (10, 11, 12)] == [1, 1, 0]


async def test_a_ranking_has_pages_that_go_on_where_the_last_one_ended(ranking: Ranking, played: Played) -> None:
    for member_id in range(1, 8):
        await played(member_id, right=3 if member_id < 5 else 1, second=member_id)
    assert await ranking.size(10) == 7
    pages = [await ranking.page(10, offset=offset, limit=3) for offset in (0, 3, 6, 9)]
    assert [[(standing.rank, standing.member_id) for standing in page] for page in pages] == [
        [(1, 1), (1, 2), (1, 3)],
        [(1, 4), (5, 5), (5, 6)],
        [(5, 7)],
        [],
    ]
