"""A member passes the test and gets the server's role for it; and what is said where it cannot be given."""

from __future__ import annotations

import pytest

from bot.playground.model import Member, Role
from bot.playground.permissions import MEMBER
from tests.conftest import House
from tests.exts.papers import answer, behind, closed, set_up, through
from tests.person import Person, Seen

CANNOT = "You passed. The role <@&{role}> cannot be given: "


@pytest.fixture
async def linus(house: House) -> Person:
    """A student."""
    return await house.person("Linus")


def role(house: House, name: str = "Async") -> Role:
    return next(each for each in house.playground.world.guild.roles if each.name == name)


def member(house: House, person: Person) -> Member:
    return house.playground.world.member(person.id)


async def passes(person: Person) -> Seen:
    """Take the test and pass it; the result, once it has been told what became of the role."""
    seen = await through(person, await person.type("test"), right=9)
    return await person.sees(lambda found: found.id == seen.id and "9 of 10: passed" in found.text)


async def test_whoever_passes_gets_the_role_and_is_told(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id)
    done = await passes(linus)
    assert f"You passed, and now have the role <@&{role(house).id}>." in done.text
    assert role(house) in member(house, linus).roles
    assert "Get my role" not in done.labels
    assert done.raw["mentions"] == []


async def test_whoever_does_not_pass_gets_none(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id, pass_mark=100)
    done = await through(linus, await linus.type("test"), right=9)
    assert "9 of 10: not passed yet" in done.text
    assert role(house) not in member(house, linus).roles
    assert "role" not in done.text.lower()
    again = await house.presses(linus, f"test.role:{_test(done)}")  # nor by a button that was never theirs
    assert "9 of 10: not passed yet" in again.text
    assert role(house) not in member(house, linus).roles


async def test_a_server_without_a_pass_role_says_nothing_of_one(linus: Person) -> None:
    assert "role" not in (await passes(linus)).text.lower()


async def test_a_role_above_the_bots_is_told_and_given_once_the_order_is_mended(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house, "Admin").id)
    done = await passes(linus)
    assert CANNOT.format(role=role(house, "Admin").id) + "it stands above Tandem's own role." in done.text
    assert "Tell those who manage the server; then press *Get my role*." in done.text

    await set_up(house, pass_role_id=role(house).id)
    await house.restart()
    await linus.press("Get my role", done)
    told = await linus.sees(lambda seen: seen.id == done.id and "now have the role" in seen.text)
    assert role(house) in member(house, linus).roles
    assert "9 of 10: passed" in told.text


async def test_the_command_gives_it_too_while_the_next_test_has_to_wait(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house, "Admin").id)
    await passes(linus)
    await set_up(house, pass_role_id=role(house).id)
    await linus.type("test")
    own = await linus.sees(lambda seen: "now have the role" in seen.text)
    assert own.private
    assert "Your next test on this topic can begin" in own.text
    assert role(house) in member(house, linus).roles


async def test_a_bot_that_may_give_no_roles_says_what_it_lacks(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id)
    house.playground.world.change_role(role(house, "Tandem"), permissions=MEMBER)
    assert CANNOT.format(role=role(house).id) + "Tandem lacks *Manage Roles*." in (await passes(linus)).text


async def test_a_role_that_was_deleted_is_told(house: House, linus: Person) -> None:
    gone = role(house)
    await set_up(house, pass_role_id=gone.id)
    house.playground.world.delete_role(gone)
    done = await passes(linus)
    assert CANNOT.format(role=gone.id) + "it was deleted." in done.text
    assert "Get my role" in done.labels
    assert "Test: 9 of 10 at first" in (await linus.type("score")).text


async def test_the_role_is_given_too_when_the_hour_ends_with_enough_right_answers(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id, pass_mark=50)
    seen = await linus.type("test")
    for _ in range(5):
        seen = await answer(linus, seen)
    house.passes(hours=1, minutes=1)
    await linus.sees(lambda _: role(house) in member(house, linus).roles)
    over = await answer(linus, seen)
    assert "what you answered in time stands." in over.text
    assert "5 of 10: passed" in over.text


async def test_a_member_who_has_left_keeps_what_they_passed(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id, pass_mark=50)
    seen = await linus.type("test")
    for _ in range(5):
        seen = await answer(linus, seen)
    house.playground.world.leave(member(house, linus))
    ada = await house.person("Ada")
    house.passes(hours=1, minutes=1)
    await closed(house, seen)
    assert f"<@{linus.id}> · 5 points of 10" in (await ada.type("leaderboard")).text


async def test_who_has_the_role_already_is_not_told_again(house: House, linus: Person) -> None:
    await set_up(house, pass_role_id=role(house).id)
    done = await passes(linus)
    shown = await house.presses(linus, f"test.result:{_test(done)}")
    assert "9 of 10: passed" in shown.text
    assert "role" not in shown.text.lower()


def _test(done: Seen) -> str:
    assert not behind(done)
    return done.buttons["Share result"]["custom_id"].split(":")[1]
