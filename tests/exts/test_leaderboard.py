"""Members look at who stands where: in their server or everywhere, this week, this month or ever, in a lesson."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.lesson import QuizKind
from tests.conftest import House
from tests.exts.scores import finished
from tests.person import Person

SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)  # the day on which a house begins
SATURDAY = SUNDAY.replace(month=2, day=28)
EARLIER = SUNDAY.replace(month=2, day=20)


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
    assert list(last.buttons)[:3] == ["◀ Better", "3 of 3", "Next ▶"]
    assert last.labels == ["◀ Better", "Week", "Month"]


@pytest.mark.parametrize("page", ["-1", "999", "x"])
async def test_a_page_that_is_not_there_is_brought_into_range(house: House, ada: Person, page: str) -> None:
    assert "Leaderboard" in (await house.presses(ada, f"score.page:{ada.id}:{page}:on")).text


async def test_a_page_tells_what_it_shows(ada: Person) -> None:
    always = await ada.type("leaderboard")
    assert (
        "## Leaderboard\n-# always · Tandem Playground · all lessons\n-# right answers in first attempts" in always.text
    )
    week = await ada.type("leaderboard", period="week", scope="everywhere", topic="async")
    assert "## Leaderboard: this week\n-# since Monday 23 February, UTC · all servers · Async: in turn" in week.text
    assert "Nobody ranks here yet this week." in week.text
    assert "since Sunday 1 March, UTC" in (await ada.type("leaderboard", period="month")).text


async def test_a_week_and_a_month_count_what_was_finished_in_them(house: House, ada: Person, grace: Person) -> None:
    await finished(house, ada.id, score=5, at=EARLIER)
    await finished(house, grace.id, score=2, at=SATURDAY)
    await finished(house, ada.id, score=1, at=SUNDAY, kind=QuizKind.VISUAL)

    seen = await ada.type("leaderboard", period="week")
    assert f"🥇 <@{grace.id}> · 2 points of 5\n🥈 <@{ada.id}> · 1 point of 5" in seen.text
    seen = await ada.press("Month", seen)
    assert f"🥇 <@{ada.id}> · 1 point of 5" in seen.text
    assert f"<@{grace.id}>" not in seen.text
    seen = await ada.press("Always", seen)
    assert f"🥇 <@{ada.id}> · 6 points of 10\n🥈 <@{grace.id}> · 2 points of 5" in seen.text
    assert (
        "only a first attempt taken in this server finished this month counts"
        in (await grace.type("leaderboard", period="month")).text
    )


async def test_everywhere_counts_what_was_answered_in_other_servers(house: House, ada: Person, grace: Person) -> None:
    await finished(house, ada.id, score=2)
    await finished(house, grace.id, score=5, guild_id=4711)

    assert f"<@{grace.id}>" not in (await ada.type("leaderboard")).text
    seen = await ada.type("leaderboard", scope="everywhere")
    assert f"🥇 <@{grace.id}> · 5 points of 5\n🥈 <@{ada.id}> · 2 points of 5" in seen.text


async def test_a_page_of_last_week_is_turned_to_the_week_that_it_is(house: House, ada: Person) -> None:
    for number in range(12):
        await finished(house, 1_000 + number, score=3, at=SATURDAY)
    board = await ada.type("leaderboard", period="week")
    assert "1 of 2" in board.buttons
    await house.restart()
    house.passes(days=7)
    for number in range(30):
        await finished(house, 2_000 + number, score=4, at=house.now)

    turned = await ada.press("Next ▶", board)
    assert "since Monday 2 March, UTC" in turned.text
    assert "2 of 3" in turned.buttons
    assert turned.text.count("<@20") == 10
    assert "<@10" not in turned.text


async def test_a_message_of_before_there_were_periods_turns_to_the_servers_ranking_of_always(
    house: House, ada: Person
) -> None:
    for number in range(12):
        await finished(house, 1_000 + number, score=3)
    seen = await house.presses(ada, f"score.page:{ada.id}:1:on")
    assert "always · Tandem Playground · all lessons" in seen.text
    assert seen.text.count("<@") == 2


async def test_topics_are_suggested_and_an_unknown_one_gets_the_nearest(ada: Person) -> None:
    assert [c["value"] for c in await ada.suggestions("leaderboard", "topic", "asy")] == ["async"]
    said = await ada.type("leaderboard", topic="asinc")
    assert (said.private, said.text.strip()) == (True, "There is no lesson “asinc”. Did you mean `async`?")


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("moon:always:", "There is no scope “moon”. Choose one of `server`, `everywhere`."),
        ("server:year:", "There is no period “year”. Choose one of `week`, `month`, `always`."),
        ("server:week:gone", "There is no lesson “gone”."),
        ("server:week::more", "This button is from another version of Tandem."),
    ],
)
async def test_a_button_made_by_hand_gets_a_sentence(house: House, ada: Person, which: str, sentence: str) -> None:
    said = await house.presses(ada, f"score.page:{ada.id}:0:on:{which}")
    assert said.private
    assert sentence in said.text
