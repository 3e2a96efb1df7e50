"""Members look at what they have reached, and at who stands where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage.attempts import Attempts
from bot.storage.store import Store
from tests.conftest import House
from tests.person import Person


async def finished(house: House, member_id: int, *, score: int, kind: QuizKind = QuizKind.PRACTICE) -> None:
    """A member who has answered five questions, `score` of them right."""
    async with Store(house.settings.database_url) as store:
        attempts, at = Attempts(store, remember), datetime(2026, 2, 1, tzinfo=UTC)
        layout = tuple(Asked(f"q{number}", ("yes", "no")) for number in range(5))
        guild_id = house.playground.world.guild.id
        attempt = await attempts.begin(
            Attempt(house.new_id(), member_id, guild_id, "async", kind, layout, first=False, started_at=at)
        )
        for number in range(5):
            attempt = attempt.answer(f"q{number}", "yes", correct=number < score, at=at)
            await attempts.save_answer(attempt, f"q{number}")


async def test_a_new_member_has_no_score_yet(ada: Person) -> None:
    seen = await ada.type("score")

    assert seen.private
    assert "not ranked here yet" in seen.text
    assert "Parts read: 0 of 10" in seen.text
    assert seen.text.count("not tried yet") == 3


async def test_a_score_tells_first_attempt_retries_and_what_is_under_way(house: House, ada: Person) -> None:
    await finished(house, ada.id, score=3)
    await finished(house, ada.id, score=5)
    await ada.type("lesson", topic="async")
    await ada.type("test")
    seen = await ada.type("score")

    assert "rank 1 here with 3 points" in seen.text
    assert "Parts read: 1 of 10" in seen.text
    assert "Practice: 3 of 5 at first, best of 1 retry 5" in seen.text
    assert "Test: under way at question 1 of 10" in seen.text


async def test_the_score_of_another_member_is_shown_without_calling_them(
    house: House, ada: Person, grace: Person
) -> None:
    await finished(house, grace.id, score=4)
    seen = await ada.type("score", member=str(grace.id))

    assert seen.private
    assert f"Score of <@{grace.id}>" in seen.text
    assert "4 of 5 at first" in seen.text
    assert seen.raw["mentions"] == []


async def test_bots_have_no_score(house: House, ada: Person) -> None:
    assert "Bots keep no score" in (await ada.type("score", member=str(house.playground.world.bot.id))).text


async def test_first_attempts_rank_best_first_and_retries_do_not(house: House, ada: Person, grace: Person) -> None:
    await finished(house, ada.id, score=2)
    await finished(house, ada.id, score=5)
    await finished(house, grace.id, score=3)
    seen = await ada.type("leaderboard")

    assert not seen.private
    assert f"🥇 <@{grace.id}> · 3 points of 5\n🥈 <@{ada.id}> · 2 points of 5" in seen.text
    assert "You: rank 2, 2 points of 5" in seen.text
    assert seen.raw["mentions"] == []


async def test_an_empty_leaderboard_invites(ada: Person) -> None:
    assert "Nobody ranks here yet." in (await ada.type("leaderboard")).text


async def test_the_leaderboard_shows_ten_a_page_and_only_its_owner_turns_it(
    house: House, ada: Person, grace: Person
) -> None:
    for number in range(23):
        await finished(house, 1_000 + number, score=number % 6)
    board = await ada.type("leaderboard")
    assert board.text.count("<@") == 10

    refused = await grace.press("Next ▶", await grace.sees(lambda seen: seen.id == board.id))
    assert refused.private
    assert "This leaderboard was opened by somebody else. `/leaderboard` opens your own." in refused.text

    await ada.press("Next ▶", board)
    last = await ada.press("Next ▶", board)
    assert last.text.count("<@") == 3
    assert list(last.buttons) == ["◀ Better", "3 of 3", "Next ▶"]
    assert last.labels == ["◀ Better"]


@pytest.mark.parametrize("page", ["-1", "999", "x"])
async def test_a_page_that_is_not_there_is_brought_into_range(house: House, ada: Person, page: str) -> None:
    assert "Leaderboard" in (await house.presses(ada, f"score.page:{ada.id}:{page}:on")).text


async def test_help_tells_where_to_begin(ada: Person) -> None:
    seen = await ada.type("help")

    assert seen.private
    assert all(f"`/{name}`" in seen.text for name in ("lesson", "quiz", "demo", "score", "leaderboard"))
    assert "part 1 of 10" in (await ada.press(seen.labels[0])).text
