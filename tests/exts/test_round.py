"""A class plays a round in the channel: Grace leads it, Linus changes his mind."""

from __future__ import annotations

import re

import pytest

from bot.catalog.loader import load
from bot.services.guilds import GuildService
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.conftest import House
from tests.exts.rounds import Bank, answers, asked, closed, counted, ended, letter, places, questions, stored
from tests.person import Failed, Person


@pytest.fixture
def bank(house: House) -> Bank:
    """The questions of the lesson."""
    return load(house.settings.content_dir).lessons["async"].questions


@pytest.fixture
async def linus(house: House) -> Person:
    """A student."""
    return await house.person("Linus")


@pytest.fixture
async def margaret(house: House) -> Person:
    """Another student."""
    return await house.person("Margaret")


async def test_a_class_of_four_plays_a_round_to_its_end(
    house: House, ada: Person, grace: Person, linus: Person, margaret: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=20)
    await answers(ada, 1, bank, right=True)
    mine = await answers(linus, 1, bank, right=False)
    assert mine.private
    assert f"You chose **{letter(mine, bank, right=False)}**" in mine.text
    changed = await linus.press(letter(mine, bank, right=True), mine)
    assert changed.id == mine.id  # in the same private message
    assert f"You chose **{letter(mine, bank, right=True)}**" in changed.text
    await answers(margaret, 1, bank, right=False)

    open_ = await counted(ada, 3)
    assert "✓" not in open_.text  # who is right is not told yet,
    assert set(re.findall(r"<@(\d+)>", open_.text)) == {str(grace.id)}  # nor who has answered
    house.passes(seconds=20)
    result = await closed(ada, 1)
    assert result.id == open_.id
    assert result.labels == []
    assert re.search(r"` 2 \*\*✓\*\*", result.text)
    assert "**Worked solution**" in result.text
    assert "most common mistaken idea" in result.text
    assert places(result) == [("1", ada.id, 1, 0), ("1", linus.id, 1, 0), ("3", margaret.id, 0, 0)]

    house.passes(seconds=10)
    await answers(linus, 2, bank, right=True)
    await answers(ada, 2, bank, right=False)
    house.passes(seconds=20)
    second = await closed(margaret, 2)
    assert places(second) == [("1", linus.id, 2, 2), ("2", ada.id, 1, 0), ("3", margaret.id, 0, 0)]
    house.passes(seconds=10)
    end = await ended(margaret)
    assert places(end) == [("🥇", linus.id, 2, 2), ("🥈", ada.id, 1, 0), ("3", margaret.id, 0, 0)]
    assert "2 questions · 3 players" in end.text
    quiz = await margaret.press("Play practice quiz", end)
    assert "Question 1 of 5" in quiz.text
    assert stored(house, "SELECT sum(answers), sum(right), sum(rated) FROM tallies") == [(5, 3, 5)]
    assert stored(house, "SELECT count(*) FROM cards") == [(5,)]


async def test_another_letter_in_the_channel_changes_the_answer_too(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=20)
    await answers(linus, 1, bank, right=False)
    again = await answers(linus, 1, bank, right=True)
    assert again.private
    await counted(linus, 1)
    house.passes(seconds=20)
    assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]
    assert stored(house, "SELECT count(*) FROM poll_answers") == [(1,)]


async def test_a_paused_round_keeps_what_was_left(house: House, grace: Person, linus: Person, bank: Bank) -> None:
    lead = await grace.type("round start", topic="async", questions=1, seconds=20)
    await asked(linus, 1)
    house.passes(seconds=5)
    lead = await grace.press("Pause", lead)
    assert "Paused" in lead.text
    paused = await linus.sees(lambda m: "**Paused** with 15 s left." in m.text)
    house.passes(minutes=5)
    await answers(linus, 1, bank, right=True)  # the time stands still, so an answer is in time
    lead = await grace.press("Go on", lead)
    assert "Pause" in lead.labels
    ends_at = round(house.now.timestamp()) + 15
    assert paused.id == (await linus.sees(lambda m: f"<t:{ends_at}:R>" in m.text and "so far" in m.text)).id
    house.passes(seconds=15)
    assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]


async def test_the_time_to_read_can_be_paused_too(house: House, grace: Person, linus: Person) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=20)
    await asked(linus, 1)
    house.passes(seconds=20)
    await closed(linus, 1)
    assert "time stands still" in (await grace.type("round pause")).text
    await linus.sees(lambda m: "-# **Paused.**" in m.text)
    house.passes(minutes=5)
    assert "Time to read" in (await grace.type("round pause")).text
    await linus.sees(lambda m: "next question comes" in m.text)
    house.passes(seconds=10)
    await asked(linus, 2)


async def test_the_host_closes_a_question_before_its_time_and_goes_on(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    lead = await grace.type("round start", topic="async", questions=2, seconds=300)
    await answers(linus, 1, bank, right=True)
    close = lead.buttons["Close question"]["custom_id"]
    lead = await grace.press("Close question", lead)
    await closed(linus, 1)
    second = await house.presses(grace, close)  # a second press of the same button skips nothing more
    assert "Question 1 of 2 is closed." in second.text
    lead = await grace.press("Go on now", lead)
    await asked(linus, 2)
    assert "Question 2 of 2 is closed." in (await grace.type("round skip")).text
    await closed(linus, 2)
    assert "The round is over" in (await grace.type("round skip")).text
    assert places(await ended(linus)) == [("🥇", linus.id, 1, 0)]


async def test_a_stopped_round_counts_what_was_closed(house: House, grace: Person, linus: Person, bank: Bank) -> None:
    lead = await grace.type("round start", topic="async", questions=3, seconds=20)
    await answers(linus, 1, bank, right=True)
    house.passes(seconds=20)
    await closed(linus, 1)
    house.passes(seconds=10)
    await answers(linus, 2, bank, right=True)
    lead = await grace.press("Stop", lead)
    assert "The round is over" in lead.text
    assert lead.labels == []
    end = await ended(linus)
    assert "1 question of 3" in end.text
    assert places(end) == [("🥇", linus.id, 1, 0)]
    left_open = await linus.sees(lambda m: "## Question 2 of 3" in m.text and "does not count" in m.text)
    assert left_open.labels == []
    assert stored(house, "SELECT sum(answers) FROM tallies") == [(1,)]
    await grace.type("round start", topic="async")  # the channel is free
    await linus.sees(lambda m: "## Question 1 of 5" in m.text)


async def test_a_round_goes_on_after_a_restart_with_the_time_that_is_left(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=60)
    await answers(linus, 1, bank, right=True)
    open_ = await counted(linus, 1)
    await house.stop()
    house.passes(seconds=40)
    await house.start()
    mine = await answers(linus, 1, bank, right=False)
    await linus.press(letter(mine, bank, right=True), mine)
    house.passes(seconds=20)
    result = await closed(linus, 1)
    assert result.id == open_.id
    assert places(result) == [("1", linus.id, 1, 0)]
    assert len(questions(linus, 1)) == 1


async def test_what_ran_out_while_the_bot_was_down_is_closed_at_its_start(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=60)
    await answers(linus, 1, bank, right=True)
    open_ = await counted(linus, 1)
    await house.stop()
    house.passes(minutes=5)
    await house.start()
    result = await closed(linus, 1)
    assert result.id == open_.id
    assert places(result) == [("1", linus.id, 1, 0)]
    house.passes(seconds=10)  # all of it: the time to read begins when there is something to read
    await asked(linus, 2)


async def test_a_round_whose_class_has_left_ends(house: House, grace: Person, linus: Person, bank: Bank) -> None:
    await grace.type("round start", topic="async", questions=5, seconds=60)
    await answers(linus, 1, bank, right=True)
    await house.stop()
    house.passes(hours=3)
    await house.start()
    assert places(await ended(linus)) == [("🥇", linus.id, 1, 0)]
    assert len(questions(linus, 1)) == 1
    assert questions(linus, 2) == []


async def test_a_pause_of_more_than_a_day_ends_a_round(house: House, grace: Person, linus: Person) -> None:
    await grace.type("round start", topic="async")
    await asked(linus, 1)
    await grace.type("round pause")
    house.passes(hours=25)
    assert "Nobody has answered this time." in (await ended(linus)).text


async def test_a_click_that_comes_too_late_gets_a_sentence(
    house: House, grace: Person, linus: Person, bank: Bank
) -> None:
    await grace.type("round start", topic="async", questions=1, seconds=20)
    mine = await answers(linus, 1, bank, right=True)
    button = mine.buttons[letter(mine, bank, right=False)]["custom_id"]
    house.passes(seconds=20)
    late = await house.presses(linus, button)  # at once: nobody need have closed the question yet
    assert late.private
    assert "Time was up for this question" in late.text
    assert places(await closed(linus, 1)) == [("1", linus.id, 1, 0)]
    house.passes(seconds=10)
    await ended(linus)
    assert "Time was up for this question" in (await house.presses(linus, button)).text


async def test_only_hosts_start_rounds(house: House, grace: Person, linus: Person) -> None:
    refused = await linus.type("round start", topic="async")
    assert refused.private
    assert "Only those who may manage this server, and those with the role for hosts" in refused.text
    guild = house.playground.world.guild
    async with Store(house.settings.database_url) as store:
        await GuildService(Guilds(store), lambda: house.now).change(guild.id, host_role_id=guild.id)
    await linus.type("round start", topic="async")  # everybody may host now
    assert f"hosted by <@{linus.id}>" in (await asked(grace, 1)).text


async def test_only_the_host_and_managers_lead_a_round(house: House, ada: Person, grace: Person, linus: Person) -> None:
    lead = await grace.type("round start", topic="async", questions=2, seconds=20)
    await asked(linus, 1)
    for line in ("round skip", "round pause", "round stop"):
        said = await linus.type(line)
        assert said.private
        assert f"This round is <@{grace.id}>'s." in said.text
    for label in ("Close question", "Pause", "Stop"):
        assert "Only the host" in (await house.presses(linus, lead.buttons[label]["custom_id"])).text
    assert stored(house, "SELECT phase FROM rounds") == [("asking",)]
    assert "The round is over" in (await ada.type("round stop")).text


async def test_a_channel_has_one_round(house: House, ada: Person, grace: Person) -> None:
    await grace.type("round start", topic="async")
    refused = await ada.type("round start", topic="async")
    assert refused.private
    assert f"<@{grace.id}>'s round is running here already." in refused.text
    assert "`/round stop`" in refused.text
    first = await asked(ada, 1)
    ada.goes_to("async-lab")
    await ada.type("round start", topic="async")
    await ada.sees(lambda m: "## Question 1 of 5" in m.text and m.room != first.room)


async def test_what_cannot_be_started_gets_a_sentence(house: House, grace: Person) -> None:
    assert "Did you mean `async`?" in (await grace.type("round start", topic="asnyc")).text
    for wrong in ({"questions": 0}, {"questions": 16}, {"seconds": 4}, {"seconds": 301}):
        with pytest.raises(Failed):  # Discord does not send it
            await grace.type("round start", topic="async", **wrong)
    for line in ("round skip", "round pause", "round stop"):
        assert "There is no round in this channel." in (await grace.type(line)).text
    assert "This round is not here any more." in (await house.presses(grace, "round.stop:nobody")).text
    assert "This question is not here any more." in (await house.presses(grace, "round.answer:nobody.0:x")).text
    assert [c["value"] for c in await grace.suggestions("round start", "topic", "asy")] == ["async"]


async def test_a_long_round_has_questions_made_anew(house: House, grace: Person) -> None:
    await grace.type("round start", topic="async", questions=15, seconds=5)
    await asked(grace, 1)
    ((layout,),) = stored(house, "SELECT layout FROM rounds")
    assert len(set(re.findall(r'\["([^"]+)", \[', layout))) == 15
