"""Discord's word on an answer does not come, or the click was acknowledged ahead: members are told all the same."""

from __future__ import annotations

import pytest

from bot.exts.kit import patience, rush
from bot.playground.faults import CALLBACK, Fault
from tests.conftest import House
from tests.exts.papers import number, set_up, through
from tests.person import Person
from tests.test_faults import ORIGINAL

FOR_EVER_S = (60.0, 60.0)
UNTAKEN = "Discord did not take the answer. Nothing saved is lost; please try again."


@pytest.fixture
def silent(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Answers of Discord that are slow do not come at all, and are not waited for as long as elsewhere."""
    monkeypatch.setattr(house.playground.faults, "_slow_s", FOR_EVER_S)
    monkeypatch.setattr(patience, "FIRST_S", 1.5)
    monkeypatch.setattr(patience, "LATER_S", 1.5)
    return house


@pytest.fixture
def hurried(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """So many click that each click is acknowledged ahead of its answer."""
    monkeypatch.setattr(rush, "CALM", 0)
    return house


async def test_what_comes_after_an_answer_still_comes_though_nothing_was_heard_of_it(
    silent: House, ada: Person
) -> None:
    silent.playground.faults.aim(Fault.LATE, "POST", CALLBACK)
    shown = await ada.type("demo", demo="parallel", delays="20", runtime="python")
    await ada.sees(lambda message: message.id == shown.id and "Steps" in message.labels)


async def test_a_picture_is_sent_once_more_if_nothing_is_heard_of_it(silent: House, ada: Person) -> None:
    shown = await ada.type("demo", demo="parallel", delays="20", runtime="python")
    go_on = shown.buttons["Go on"]["custom_id"]
    await ada.sees(lambda message: message.id == shown.id and "Steps" in message.labels)
    silent.playground.faults.aim(Fault.SLOW, "PATCH", ORIGINAL)
    assert (await silent.presses(ada, go_on)).pictures


async def test_a_member_is_told_if_nothing_is_heard_of_what_follows_the_first_answer(
    silent: House, ada: Person
) -> None:
    silent.playground.faults.aim(Fault.SLOW, "POST", "/webhooks/{webhook_id}/{webhook_token}")
    thinking = await ada.type("privacy export")  # of somebody of whom nothing is held, which is told by a sentence
    told = await ada.sees(lambda message: UNTAKEN in message.text)
    assert told.id == thinking.id


async def test_a_form_is_sent_once_more_if_nothing_is_heard_of_it(silent: House, ada: Person) -> None:
    seen = await ada.choose("daily", await ada.type("settings"), menu="select/settings.section")
    silent.playground.faults.aim(Fault.SLOW, "POST", CALLBACK)
    assert (await ada.press_for_form("Time and time zone", seen)).raw


async def test_a_member_who_sees_the_bot_thinking_is_told_that_nothing_comes(house: House, ada: Person) -> None:
    """Discord has taken the deferral, and the bot has heard of three tries that they failed."""
    house.playground.faults.aim(Fault.LOST, "POST", CALLBACK)
    house.playground.faults.aim(Fault.CUT, "POST", CALLBACK, times=2)
    thinking = await ada.type("privacy export")
    told = await ada.sees(lambda message: UNTAKEN in message.text)
    assert (told.id, told.private) == (thinking.id, True)


async def test_a_message_of_its_own_comes_where_the_clicked_one_was_to_change(hurried: House, ada: Person) -> None:
    said = await hurried.presses(ada, "quiz.retry:async:test")
    assert (said.private, number(said)) == (True, 1)


async def test_the_role_is_told_in_a_message_of_its_own_though_the_clicked_one_was_to_change(
    hurried: House, ada: Person
) -> None:
    role = next(each for each in hurried.playground.world.guild.roles if each.name == "Async")
    await through(ada, await ada.type("test"), right=9)
    await set_up(hurried, pass_role_id=role.id)
    await hurried.restart()
    clicked = await hurried.old_message("quiz.retry:async:test")
    told = await ada.press("quiz.retry:async:test", await ada.sees(lambda message: message.id == clicked))
    assert told.id != clicked
    assert told.private
    assert f"You passed, and now have the role <@&{role.id}>." in told.text
    assert role in hurried.playground.world.member(ada.id).roles
