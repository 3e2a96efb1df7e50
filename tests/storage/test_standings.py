"""Whatever members do, boards show what a recount of their finished first attempts would show."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import URL, delete, select
from sqlalchemy.engine import Connection

from bot.domain.board import ALL_LESSONS, EVERYWHERE, BoardKey, Period
from bot.domain.lesson import QuizKind
from bot.domain.records import Standing
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.known import KnownAttempts
from bot.storage.members import Members
from bot.storage.privacy import Privacy
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from tests.storage.conftest import NOON, NewAttempt

MEMBERS, GUILDS, LESSONS = range(1, 7), (10, 11, None), ("async", "threads")
RANKED = (QuizKind.PRACTICE, QuizKind.VISUAL, QuizKind.TEST)
SIZE = 2

member = st.sampled_from(MEMBERS)
finishes = st.tuples(
    st.just("finish"),
    member,
    st.sampled_from(GUILDS),
    st.sampled_from(LESSONS),
    st.sampled_from(RANKED),
    st.integers(0, 3),
    st.integers(0, 40),
)
others = st.tuples(st.sampled_from(["hide", "show", "forget"]), member)
leaves = st.tuples(st.just("leave"), st.sampled_from([10, 11]))
COURSE = st.lists(st.one_of(finishes, finishes, finishes, others, leaves), max_size=30)


@dataclass
class Recount:
    """What is counted, one by one: boards are made of it anew each time."""

    done: list[tuple[int, int | None, str, int, datetime]] = field(default_factory=list)
    taken: set[tuple[int, str, QuizKind]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)

    def boards(self) -> dict[BoardKey, dict[int, tuple[int, int, datetime]]]:
        sums: defaultdict[BoardKey, dict[int, tuple[int, int, datetime]]] = defaultdict(dict)
        for who, guild, lesson, score, at in self.done:
            for guild_id in {EVERYWHERE, guild} - {None}:
                for lesson_id in (lesson, ALL_LESSONS):
                    for period in Period:
                        board = sums[BoardKey(guild_id, lesson_id, period.key(at))]
                        points, asked, _ = board.get(who, (0, 0, at))
                        board[who] = (points + score, asked + 3, at)
        return sums

    def page(self, board: dict[int, tuple[int, int, datetime]]) -> list[Standing]:
        shown = {who: sums for who, sums in board.items() if who not in self.hidden}
        order = sorted(shown.items(), key=lambda entry: (-entry[1][0], entry[1][2], entry[0]))
        return [self.standing(board, who, sums) for who, sums in order]

    def standing(self, board: dict[int, tuple[int, int, datetime]], who: int, sums: tuple[int, int, datetime]):
        better = sum(points > sums[0] for other, (points, _, _) in board.items() if other not in self.hidden)
        return Standing(1 + better, who, sums[0], sums[1])


async def shown(ranking: Ranking, key: BoardKey) -> list[Standing]:
    """All pages of a board, one after the other."""
    first = await ranking.page(key, 0, 0, SIZE)
    pages = [first] + [await ranking.page(key, 0, number, SIZE) for number in range(1, first.pages)]
    return [standing for page in pages for standing in page.standings]


def emptied(connection: Connection) -> None:
    for table in reversed(tables.metadata.sorted_tables):
        connection.execute(delete(table))


def counts(connection: Connection) -> dict[BoardKey, int]:
    found: defaultdict[BoardKey, int] = defaultdict(int)
    for row in connection.execute(select(tables.standing_counts)):
        assert row.members > 0  # what nobody has any more is not kept
        found[BoardKey(row.guild_id, row.lesson_id, row.period)] += row.members
    return found


Finish = Callable[..., Awaitable[None]]


@pytest.fixture
def finish(store: Store, new: NewAttempt) -> Finish:
    """A member finishes three questions, the first `score` of them rightly."""

    async def work(
        who: int, guild: int | None, lesson: str, kind: QuizKind, score: int, at: datetime, among: Store = store
    ) -> None:
        attempts = Attempts(among, remember)
        fresh = new(f"{who}-{at.timestamp():.0f}", who, guild_id=guild, kind=kind, questions=3, at=at)
        attempt = await attempts.begin(replace(fresh, lesson_id=lesson))
        for number in range(3):
            correct = number < score
            attempt = attempt.answer(f"q{number}", "yes" if correct else "no", correct=correct, at=at)
            attempt = await attempts.save_answer(attempt, f"q{number}")

    return work


@given(course=COURSE)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_boards_show_what_a_recount_shows(store: Store, finish: Finish, course: list[tuple[object, ...]]) -> None:
    await store.write(emptied)
    known, now = Recount(), NOON
    for move in course:
        match move:
            case ("finish", int(who), guild, str(lesson), QuizKind() as kind, int(score), int(days)):
                now += timedelta(days=days, seconds=1)
                await finish(who, guild, lesson, kind, score, now)
                if (who, lesson, kind) not in known.taken:
                    known.taken.add((who, lesson, kind))
                    known.done.append((who, guild, lesson, score, now))  # type: ignore[arg-type]
            case ("hide" | "show", int(who)):
                await Members(store).hide(who, move[0] == "hide")
                (known.hidden.add if move[0] == "hide" else known.hidden.discard)(who)
            case ("forget", int(who)):
                await Privacy(store, KnownAttempts()).forget_member(who)
                known.done = [each for each in known.done if each[0] != who]
                known.taken = {each for each in known.taken if each[0] != who}
                known.hidden.discard(who)
            case ("leave", int(left)):
                await Privacy(store, KnownAttempts()).forget_guild(left)
                known.done = [(w, None if g == left else g, *rest) for w, g, *rest in known.done]  # type: ignore[misc]
            case _:
                raise AssertionError(move)

    ranking, boards = Ranking(store), known.boards()
    for key, board in boards.items():
        assert await shown(ranking, key) == known.page(board)
        for who, sums in board.items():
            mine = known.standing(board, who, sums)
            assert await ranking.of_member(key, who) == mine
            looked = await ranking.page(key, who, 0, SIZE)
            assert (looked.mine, looked.hidden) == (mine, who in known.hidden)
    people = {key: sum(who not in known.hidden for who in board) for key, board in boards.items()}
    assert await store.read(counts) == {key: count for key, count in people.items() if count}


async def test_processes_that_count_at_once_miss_nobody_and_do_not_wait_for_each_other_for_ever(
    url: URL, store: Store, finish: Finish
) -> None:
    """Each finishes many at once, in many servers; everywhere they change the same counts."""
    async with Store(url) as other, asyncio.TaskGroup() as tasks:
        for who in range(1, 41):
            among = store if who % 2 else other
            tasks.create_task(finish(who, 10 + who % 2, "async", QuizKind.PRACTICE, who % 4, NOON, among))
    page = await Ranking(store).page(BoardKey(EVERYWHERE, ALL_LESSONS, "always"), 1, 0, 10)
    assert (page.pages, page.mine) == (4, Standing(21, 1, 1, 3))
