"""Members look at what they have reached, share it, or keep it to themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.domain.lesson import QuizKind
from bot.domain.poll import Poll
from bot.services.memory import remember
from bot.storage import tables
from bot.storage.polls import Polls
from bot.storage.store import Store
from tests.conftest import House
from tests.exts.scores import chosen, finished
from tests.person import Person

EASY, HARD = "g.easy.total.1.00000000", "g.hard.order.2.00000000"


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
    await ada.type("quiz", kind="visual")
    seen = await ada.type("score")

    assert "rank 1 here with 3 points" in seen.text
    assert "Parts read: 1 of 10" in seen.text
    assert "Practice: 3 of 5 at first, best of 1 retry 5" in seen.text
    assert "Visual: under way at question 1 of 3" in seen.text


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


async def test_the_card_says_in_words_what_it_shows(house: House, ada: Person) -> None:
    await finished(house, ada.id, score=1, questions=(EASY, HARD), at=house.now - timedelta(days=1))
    await ada.type("lesson", topic="async")
    seen = await ada.type("score")

    assert "**Right by level:** easy 1 of 1 · hard 0 of 1" in seen.text
    assert "**Streak:** 1 day in a row; answer one question today to go on" in seen.text
    assert "**Due for review:** 1 question · `/review`" in seen.text
    (picture,) = seen.pictures
    assert picture["description"] == (
        "Progress. 1 day in a row, not yet today. 1 question due for review. "
        "Async: in turn or together: 1 of 10 parts read. Right answers by level: easy 1 of 1, hard 0 of 1."
    )
    assert (await ada.looks_at(picture)).startswith(b"\x89PNG")


async def test_nothing_is_told_of_a_test_before_its_end(house: House, ada: Person) -> None:
    await finished(house, ada.id, score=1, questions=(EASY, HARD), kind=QuizKind.TEST, answered=1)
    seen = await ada.type("score")
    assert "Test: under way at question 2 of 2" in seen.text
    assert "**Right by level:** nothing answered yet" in seen.text


async def test_a_question_of_a_channel_counts_for_the_day_at_once_and_is_told_when_it_is_closed(
    house: House, ada: Person
) -> None:
    poll = Poll("poll", house.playground.world.guild.id, 1, "async", EASY, ("yes", "no"), house.now)
    async with Store(house.settings.database_url) as store:
        await Polls(store, remember).add(poll)
        answer = {"poll_id": "poll", "member_id": ada.id, "option_id": "no", "correct": False}
        answer["answered_at"] = house.now
        await store.write(lambda connection: connection.execute(insert(tables.poll_answers), answer) and None)
    seen = await ada.type("score")
    assert "**Streak:** 1 day in a row\n" in seen.text
    assert "nothing answered yet" in seen.text

    async with Store(house.settings.database_url) as store:
        await Polls(store, remember).close("poll", house.now)
    assert "**Right by level:** easy 0 of 1" in (await ada.type("score")).text


async def test_a_day_is_one_where_the_member_lives(house: House, ada: Person) -> None:
    house.comes(datetime(2026, 3, 2, 13, tzinfo=UTC))
    for number, hour in enumerate((9, 11)):  # in Auckland it is Sunday evening, then Monday just after midnight
        kind = (QuizKind.PRACTICE, QuizKind.VISUAL)[number]
        await finished(house, ada.id, score=5, kind=kind, at=datetime(2026, 3, 1, hour, 30, tzinfo=UTC))
    assert "**Streak:** 1 day in a row; answer one question today" in (await ada.type("score")).text

    await chosen(house, ada.id, time_zone="Pacific/Auckland")
    assert "**Streak:** 2 days in a row; answer one question today" in (await ada.type("score")).text


async def test_somebody_shares_their_own_progress_and_nobody_elses(house: House, ada: Person, grace: Person) -> None:
    await finished(house, ada.id, score=4)
    posted = await ada.press("Share", await ada.type("score"))

    assert not posted.private
    there = await grace.sees(lambda message: message.id == posted.id)
    assert f"Progress of <@{ada.id}>\n-# rank 1 here with 4 points" in there.text
    assert (len(there.pictures), there.labels, there.raw["mentions"]) == (1, [], [])
    assert (await grace.type("score", member=str(ada.id))).labels == []
    for action in ("score.share", "score.hide"):
        arguments = f"{ada.id}:1" if action == "score.hide" else ada.id
        refused = await house.presses(grace, f"{action}:{arguments}")
        assert "This is somebody else's score. `/score` opens your own." in refused.text
    assert "rank 1 here" in (await ada.type("score")).text


async def test_who_hides_is_off_every_board_until_they_show_themselves(
    house: House, ada: Person, grace: Person
) -> None:
    await finished(house, ada.id, score=5)
    await finished(house, grace.id, score=2)
    own = await ada.type("score")
    assert "*Hide me* takes you off every leaderboard" in own.text

    own = await ada.press("Hide me", own)
    assert "hidden; it would be rank 1 here with 5 points" in own.text
    assert "You are hidden: you are on no leaderboard" in own.text
    for scope in ("server", "everywhere"):
        board = await grace.type("leaderboard", scope=scope)
        assert f"🥇 <@{grace.id}>" in board.text
        assert f"<@{ada.id}>" not in board.text
    refused = await grace.type("score", member=str(ada.id))
    assert refused.private
    assert f"<@{ada.id}> keeps their score private. `/score` without a member shows yours." in refused.text
    board = await ada.type("leaderboard")
    assert "You are hidden. `/score` shows you, and nobody else, where you would stand." in board.text
    assert "5 points" not in board.text

    await ada.press("Show me", own)
    assert f"🥇 <@{ada.id}>" in (await grace.type("leaderboard")).text
    assert f"Score of <@{ada.id}>" in (await grace.type("score", member=str(ada.id))).text


@pytest.mark.parametrize("hidden", ["1", "0", "x"])
async def test_an_old_button_says_what_it_did_and_pressed_twice_does_no_more(
    house: House, ada: Person, hidden: str
) -> None:
    for _ in range(2):
        seen = await house.presses(ada, f"score.hide:{ada.id}:{hidden}")
        assert ("You are hidden" in seen.text) == (hidden == "1")


async def test_help_tells_where_to_begin(ada: Person) -> None:
    seen = await ada.type("help")

    assert seen.private
    assert all(f"`/{name}`" in seen.text for name in ("lesson", "quiz", "demo", "score", "leaderboard"))
    assert "part 1 of 10" in (await ada.press(seen.labels[0])).text
