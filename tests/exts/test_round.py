"""A class plays a round: a question at a time, answers in private, minds changed, paused, skipped, cut off, gone on."""

from __future__ import annotations

import pytest

from bot.catalog.loader import load
from bot.domain.lesson import Question
from tests.conftest import House
from tests.person import Person, Seen


@pytest.fixture
def bank(house: House) -> dict[str, Question]:
    """The questions of the lesson."""
    return dict(load(house.settings.content_dir).lessons["async"].questions)


@pytest.fixture
async def linus(house: House) -> Person:
    """A student."""
    return await house.person("Linus")


@pytest.fixture
async def margaret(house: House) -> Person:
    """Another student."""
    return await house.person("Margaret")


async def question(person: Person, number: int) -> Seen:
    """The open question of that number, as somebody sees it."""
    return await person.sees(lambda seen: f"Question {number} of" in seen.text and "A" in seen.labels)


async def solution(person: Person, number: int) -> Seen:
    """The closed question of that number."""
    return await person.sees(lambda seen: f"Question {number} of" in seen.text and "Worked solution" in seen.text)


def letter(seen: Seen, bank: dict[str, Question], *, right: bool) -> str:
    """The letter of the right option, or of the first wrong one."""
    options = {name: b["custom_id"].split(":")[2] for name, b in seen.buttons.items() if name in "ABCDE"}
    answers = {found.answer.id for found in bank.values() if {o.id for o in found.options} == set(options.values())}
    return next(name for name, option in options.items() if (option in answers) is right)


async def answers(person: Person, bank: dict[str, Question], number: int, *, right: bool) -> Seen:
    asked = await question(person, number)
    return await person.press(letter(asked, bank, right=right), asked, aside=True)


async def test_a_class_of_four_plays_a_round_to_its_end(
    house: House, ada: Person, grace: Person, linus: Person, margaret: Person, bank
) -> None:
    controls = await grace.type("round start", topic="async", questions=2, seconds=20)
    assert controls.private
    assert controls.labels == ["Close question", "Pause", "Stop"]

    wrong = await answers(linus, bank, 1, right=False)
    assert wrong.private
    assert "You chose **" in wrong.text
    assert "✓" not in wrong.text
    await answers(ada, bank, 1, right=True)
    await answers(margaret, bank, 1, right=False)
    await linus.press(letter(wrong, bank, right=True), wrong)  # he changes his mind
    house.passes(seconds=2)
    counted = await linus.sees(lambda seen: "3 answers so far" in seen.text)
    assert all(f"<@{person.id}>" not in counted.text for person in (ada, linus, margaret))

    house.passes(seconds=20)
    closed = await solution(grace, 1)
    assert closed.id == counted.id
    assert closed.labels == []
    assert "2 **✓**" in closed.text
    assert (
        f"**1.** <@{ada.id}> · 1 point\n**1.** <@{linus.id}> · 1 point\n**3.** <@{margaret.id}> · 0 points"
        in closed.text
    )
    assert closed.raw["mentions"] == []

    house.passes(seconds=10)
    await answers(linus, bank, 2, right=True)
    await answers(ada, bank, 2, right=False)
    house.passes(seconds=20)
    await solution(margaret, 2)
    house.passes(seconds=10)
    over = await margaret.sees(lambda seen: "The round is over" in seen.text)
    assert f"🥇 <@{linus.id}> · 2 points · 2 in a row\n🥈 <@{ada.id}> · 1 point" in over.text
    assert "**1.**" in (await solution(ada, 2)).text
    own = await margaret.press(over.labels[0], over)
    assert own.private
    assert "Question 1 of 5" in own.text


async def test_a_click_as_time_runs_out_gets_a_kind_sentence(house: House, grace: Person, linus: Person, bank) -> None:
    await grace.type("round start", topic="async", questions=1)
    asked = await question(linus, 1)
    house.passes(seconds=20)
    late = await house.presses(linus, asked.buttons["A"]["custom_id"])
    assert late.private
    assert "Time was up for this question, so this answer came too late." in late.text
    house.passes(seconds=10)
    await linus.sees(lambda seen: "Nobody has answered this time." in seen.text)


async def test_a_round_goes_on_after_a_restart_with_the_time_that_is_left(
    house: House, grace: Person, linus: Person, bank
) -> None:
    await grace.type("round start", topic="async", questions=2, seconds=60)
    await answers(linus, bank, 1, right=True)
    asked = await question(linus, 1)
    house.passes(seconds=30)
    await house.restart()

    changed = await linus.press(letter(asked, bank, right=False), asked, aside=True)
    assert "You chose **" in changed.text
    house.passes(seconds=29)
    assert (await question(linus, 1)).id == asked.id
    house.passes(seconds=2)
    assert f"<@{linus.id}> · 0 points" in (await solution(grace, 1)).text
    await house.stop()
    house.passes(minutes=5)
    await house.start()  # the next question was never asked while nobody could have seen it
    assert (await question(grace, 2)).labels


async def test_the_host_pauses_goes_on_skips_and_stops(house: House, grace: Person, linus: Person, bank) -> None:
    controls = await grace.type("round start", topic="async", questions=3)
    await question(linus, 1)
    controls = await grace.press("Pause", controls)
    assert controls.labels == ["Close question", "Go on", "Stop"]
    await linus.sees(lambda seen: "**Paused** with 20 s left." in seen.text)
    house.passes(hours=2)
    assert "You lead this round" in (await grace.type("round pause")).text
    await linus.sees(lambda seen: "Question 1 of" in seen.text and "Time is up" in seen.text)
    await grace.type("round skip")
    await solution(linus, 1)
    await grace.type("round skip")
    await question(linus, 2)
    said = await grace.press("Stop", controls)
    assert "The round is over" in said.text
    over = await linus.sees(lambda seen: "The round is over" in seen.text)
    assert "1 question of 3" in over.text
    assert said.labels == []
    pressed = await house.presses(grace, controls.buttons["Close question"]["custom_id"])
    assert "The round is over" in pressed.text
    assert "There is no round in this channel." in (await grace.type("round stop")).text


async def test_a_student_may_not_host_and_nobody_ends_the_round_of_another(
    house: House, ada: Person, grace: Person, linus: Person
) -> None:
    refused = await linus.type("round start", topic="async")
    assert refused.private
    assert "Only those who may manage this server" in refused.text
    await grace.type("round start", topic="async")
    await question(linus, 1)
    said = await linus.type("round stop")
    assert f"This round is <@{grace.id}>'s." in said.text
    assert said.raw["mentions"] == []
    again = await ada.type("round start", topic="async")
    assert f"<@{grace.id}>'s round is running here already." in again.text
    await ada.type("round stop")  # she manages the server
    await linus.sees(lambda seen: "The round is over" in seen.text)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"topic": "rust"}, "There is no lesson “rust”."), ({"topic": "asnyc"}, "Did you mean `async`?")],
)
async def test_a_round_on_nothing_is_refused(grace: Person, options: dict[str, str], sentence: str) -> None:
    assert sentence in (await grace.type("round start", **options)).text


async def test_a_question_whose_message_is_deleted_is_explained_all_the_same(
    house: House, grace: Person, linus: Person, bank
) -> None:
    await grace.type("round start", topic="async", questions=1)
    asked = await question(linus, 1)
    await house.delete(asked)
    house.passes(seconds=20)
    assert (await solution(linus, 1)).id != asked.id
    house.passes(seconds=10)
    await linus.sees(lambda seen: "The round is over" in seen.text)


async def test_a_round_whose_channel_is_gone_ends_and_holds_up_nothing(
    house: House, grace: Person, linus: Person
) -> None:
    world = house.playground.world
    lab = world.guild.channels[1]
    grace.goes_to(lab.name)
    await grace.type("round start", topic="async", questions=3)
    await linus.sees(lambda seen: "Question 1 of 3" in seen.text)
    world.delete_channel(lab)
    house.passes(seconds=20)
    grace.goes_to(world.guild.channels[0].name)
    await grace.type("round start", topic="async", questions=1)
    house.passes(seconds=20)
    await linus.sees(lambda seen: "Question 1 of 1" in seen.text and "Worked solution" in seen.text)


async def test_a_round_where_the_bot_may_not_post_is_refused(house: House, grace: Person) -> None:
    grace.goes_to("announcements")
    said = await grace.type("round start", topic="async")
    assert "Tandem may not post here: it lacks *Send Messages*" in said.text
