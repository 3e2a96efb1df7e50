"""Members begin quizzes, ask for hints and answer, some of them impatiently. What is stored is what happened first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.domain.attempt import Attempt
from bot.domain.board import BoardKey
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.attempts import Attempts, GoneAttemptError
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt
from tests.storage.writing import held_up


async def finish(attempts: Attempts, attempt: Attempt, right: int, at: At, second: int = 1) -> Attempt:
    """Answer all questions of an attempt, the first `right` of them rightly."""
    for number, asked in enumerate(attempt.layout):
        correct = number < right
        answered = attempt.answer(asked.question_id, "yes" if correct else "no", correct=correct, at=at(second))
        attempt = await attempts.save_answer(answered, asked.question_id)
    return attempt


async def test_an_attempt_comes_back_as_it_was_begun(attempts: Attempts, new: NewAttempt) -> None:
    begun = await attempts.begin(new())
    assert begun == replace(new(), first=True)
    assert await attempts.get("one") == begun
    assert await attempts.get("two") is None


async def test_a_quiz_left_half_done_comes_back_with_its_answers_and_hints(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    attempt = (await attempts.begin(new(questions=3))).hint("q0")
    await attempts.save_hint(attempt, "q0", at(1))
    attempt = attempt.answer("q0", "no", correct=False, at=at(2))
    assert await attempts.save_answer(attempt, "q0") == attempt
    async with Store(store.url) as after_a_restart:
        assert await Attempts(after_a_restart, remember).last_open(1, ["async"]) == attempt
    assert (attempt.position, attempt.answers["q0"].hinted) == (1, True)


async def test_beginning_again_gives_the_open_attempt(attempts: Attempts, new: NewAttempt) -> None:
    begun = await attempts.begin(new("one"))
    assert await attempts.begin(new("two")) == begun
    assert await attempts.get("two") is None


async def test_other_quizzes_and_other_members_have_attempts_of_their_own(attempts: Attempts, new: NewAttempt) -> None:
    begun = [new("a"), new("b", kind=QuizKind.VISUAL), new("c", member_id=2)]
    assert [(await attempts.begin(attempt)).id for attempt in begun] == ["a", "b", "c"]


async def test_only_the_first_attempt_ranks(attempts: Attempts, new: NewAttempt, at: At) -> None:
    first = await finish(attempts, await attempts.begin(new("one")), right=0, at=at)
    second = await attempts.begin(new("two", at=at(9)))
    assert (first.first, second.first) == (True, False)


async def test_twenty_clicks_on_start_begin_one_attempt(attempts: Attempts, new: NewAttempt) -> None:
    begun = await asyncio.gather(*(attempts.begin(new(f"id{number}")) for number in range(20)))
    assert begun == [begun[0]] * 20
    assert begun[0].first
    assert await attempts.of_member(1) == [begun[0]]


@pytest.mark.parametrize("column", ["finished_at", "first"])
async def test_the_table_itself_allows_one_open_and_one_first_attempt(
    store: Store, attempts: Attempts, new: NewAttempt, at: At, column: str
) -> None:
    begun = await attempts.begin(new())
    row = {
        "id": "two",
        "member_id": begun.member_id,
        "lesson_id": begun.lesson_id,
        "kind": begun.kind.value,
        "layout": [],
        "first": False,
        "started_at": at(1),
        "finished_at": at(2),
        "total": 0,
    }
    other = {"finished_at": None} if column == "finished_at" else {"first": True}

    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await store.write(lambda connection: connection.execute(insert(tables.attempts), row | other))


async def test_of_twenty_clicks_on_an_answer_one_counts_and_all_see_it(
    attempts: Attempts, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    clicks = [
        begun.answer("q0", option, correct=option == "yes", at=at(number))
        for number, option in enumerate(("no", "yes", "maybe", "yes") * 5)
    ]
    seen = await asyncio.gather(*(attempts.save_answer(click, "q0") for click in clicks))
    assert seen == [seen[0]] * 20
    assert seen[0] == await attempts.get("one")
    assert seen[0].answers["q0"] in [click.answers["q0"] for click in clicks]


async def test_of_twenty_clicks_on_the_last_answer_the_one_that_counts_gives_the_score(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new(questions=1))
    clicks = [begun.answer("q0", option, correct=option == "yes", at=at(5)) for option in ("no", "yes") * 10]
    (stored, *_) = await asyncio.gather(*(attempts.save_answer(click, "q0") for click in clicks))
    row = await store.read(lambda connection: connection.execute(tables.attempts.select()).one())
    assert (row.score, row.total, row.finished_at) == (stored.score, 1, at(5))
    assert await attempts.last_open(1, ["async"]) is None


async def test_twenty_clicks_on_the_hint_show_it_once(attempts: Attempts, new: NewAttempt, at: At) -> None:
    begun = await attempts.begin(new())
    await asyncio.gather(*(attempts.save_hint(begun.hint("q0"), "q0", at(1)) for _ in range(20)))
    assert await attempts.get("one") == begun.hint("q0")


async def test_an_attempt_that_is_gone_takes_no_answer_and_no_hint(attempts: Attempts, new: NewAttempt, at: At) -> None:
    never_begun = new()
    with pytest.raises(GoneAttemptError, match="not here any more"):
        await attempts.save_answer(never_begun.answer("q0", "yes", correct=True, at=at(1)), "q0")
    with pytest.raises(GoneAttemptError, match="not here any more"):
        await attempts.save_hint(never_begun.hint("q0"), "q0", at(1))


async def test_the_quiz_begun_last_is_the_one_to_go_on_with(attempts: Attempts, new: NewAttempt, at: At) -> None:
    await attempts.begin(new("old", at=at(1)))
    recent = await attempts.begin(new("recent", kind=QuizKind.VISUAL, at=at(2)))
    await attempts.begin(new("other", member_id=2, at=at(3)))
    assert await attempts.last_open(1, ["async"]) == recent
    assert await attempts.last_open(3, ["async"]) is None


async def test_all_attempts_of_a_member_come_oldest_first_each_with_its_own_answers(
    attempts: Attempts, new: NewAttempt, at: At
) -> None:
    later = await finish(attempts, await attempts.begin(new("later", at=at(9))), right=1, at=at)
    earlier = await finish(attempts, await attempts.begin(new("earlier", kind=QuizKind.TEST, at=at(2))), right=2, at=at)
    await attempts.begin(new("other", member_id=2))
    assert await attempts.of_member(1) == [earlier, later]
    assert [attempt.score for attempt in (earlier, later)] == [2, 1]


def asks(first: int, end: int) -> Callable[[Attempt], Attempt]:
    """A change to the lesson: of the questions of an attempt these stay, and those that are answered."""

    def change(attempt: Attempt) -> Attempt:
        stay = attempt.layout[first:end]
        kept = (asked for asked in attempt.layout if asked in stay or asked.question_id in attempt.answers)
        return replace(attempt, layout=tuple(kept))

    return change


async def test_a_new_layout_is_kept(attempts: Attempts, new: NewAttempt, at: At) -> None:
    begun = await attempts.begin(new(questions=3))
    changed = replace(begun, layout=begun.layout[1:])
    assert await attempts.revised(begun, asks(1, 3), at(1)) == changed
    assert await attempts.get("one") == changed
    assert await attempts.last_open(1, ["async"]) == changed


async def test_a_layout_with_nothing_left_to_ask_ends_the_attempt(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    answered = await attempts.save_answer(begun.answer("q0", "yes", correct=True, at=at(1)), "q0")
    ended = await attempts.revised(answered, asks(0, 1), at(2))
    assert ended == await attempts.get("one")
    assert await attempts.last_open(1, ["async"]) is None
    row = await store.read(lambda connection: connection.execute(tables.attempts.select()).one())
    assert (row.score, row.total, row.finished_at) == (1, 1, at(2))


async def test_an_empty_layout_takes_the_attempt_with_it(attempts: Attempts, new: NewAttempt, at: At) -> None:
    begun = await attempts.begin(new())
    await attempts.save_hint(begun.hint("q0"), "q0", at(1))
    assert (await attempts.revised(begun, asks(0, 0), at(1))).layout == ()
    assert await attempts.get("one") is None
    with pytest.raises(GoneAttemptError, match="not here any more"):
        await attempts.revised(begun, asks(0, 0), at(1))
    assert (await attempts.begin(new("two"))).first


async def test_a_quiz_that_two_clicks_at_once_end_counts_once(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    answered = await attempts.save_answer(begun.answer("q0", "yes", correct=True, at=at(1)), "q0")
    async with held_up(store):
        asked = [asyncio.ensure_future(attempts.revised(answered, asks(0, 1), at(second))) for second in (2, 3)]
        await asyncio.sleep(0)  # they have asked
    first, second = await asyncio.gather(*asked)
    assert first == second == await attempts.get("one")
    standing = await Ranking(store).of_member(BoardKey(10, "", "always"), 1)
    assert standing is not None
    assert (standing.points, standing.asked) == (1, 1)
    assert await store.read(lambda connection: connection.scalar(select(tables.tallies.c.answers))) == 1


@pytest.mark.parametrize("answer_first", [True, False])
async def test_a_last_answer_under_way_while_the_last_question_goes_leaves_nothing_half_open(
    attempts: Attempts, store: Store, new: NewAttempt, at: At, *, answer_first: bool
) -> None:
    begun = await attempts.begin(new(questions=3))
    one = await attempts.save_answer(begun.answer("q0", "yes", correct=True, at=at(1)), "q0")
    two = one.answer("q1", "no", correct=False, at=at(2))
    async with held_up(store):
        clicks = [attempts.save_answer(two, "q1"), attempts.revised(one, asks(0, 2), at(3))]
        asked = [asyncio.ensure_future(click) for click in (clicks if answer_first else clicks[::-1])]
        await asyncio.sleep(0)  # they have asked
    await asyncio.gather(*asked)
    stored = await attempts.get("one")
    assert stored is not None
    if not answer_first:  # then it has changed nothing, and is given again to what is asked now
        assert stored == replace(one, layout=one.layout[:2])
        stored = await attempts.save_answer(stored.answer("q1", "no", correct=False, at=at(4)), "q1")
    assert (stored.finished_at, stored.score, len(stored.layout)) == (at(3 if answer_first else 4), 1, 2)
    assert (await attempts.begin(new("two"))).id == "two"


async def test_an_attempt_left_half_closed_by_an_older_version_is_ended(
    attempts: Attempts, store: Store, new: NewAttempt, at: At
) -> None:
    begun = await attempts.begin(new())
    await attempts.save_answer(begun.answer("q0", "yes", correct=True, at=at(1)), "q0")
    half = {"layout": [["q0", ["yes", "no", "maybe"]]], "total": 1}
    await store.write(lambda connection: connection.execute(tables.attempts.update().values(half)))
    found = await attempts.begin(new("two"))
    assert (found.id, found.finished, found.finished_at) == ("one", True, None)
    assert (await attempts.revised(found, lambda stored: stored, at(2))).finished_at == at(2)
    assert (await attempts.begin(new("two"))).id == "two"
