"""What members have chosen is kept, each choice on its own; a reminder that is due is taken over once."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.member import MemberChoices
from bot.storage.members import MOST_AT_ONCE, Members
from bot.storage.store import Store
from tests.storage.conftest import At


@pytest.fixture
def members(store: Store) -> Members:
    """The members in the database."""
    return Members(store)


async def test_somebody_unknown_has_chosen_nothing(members: Members) -> None:
    assert await members.get(1) == MemberChoices(1)
    assert not (await members.get(1)).hidden
    assert await members.next_reminder() is None


async def test_setting_one_thing_leaves_the_others(members: Members, at: At) -> None:
    await members.hide(1, hidden=True)
    await members.remind(1, 480, "Europe/Berlin", at(60))
    await members.hide(2, hidden=False)
    assert await members.get(1) == MemberChoices(
        1, hidden=True, time_zone="Europe/Berlin", remind_minute=480, remind_at=at(60)
    )
    await members.hide(1, hidden=False)
    assert await members.get(1) == MemberChoices(1, time_zone="Europe/Berlin", remind_minute=480, remind_at=at(60))
    assert await members.get(2) == MemberChoices(2)


async def test_who_stops_is_not_reminded_and_keeps_their_time(members: Members, at: At) -> None:
    await members.remind(1, 480, "Europe/Berlin", at(60))
    await members.stop(1)
    assert await members.to_remind(at(3600)) == []
    assert await members.get(1) == MemberChoices(1, time_zone="Europe/Berlin", remind_minute=480)


async def test_those_whose_time_has_come_are_told_in_order(members: Members, at: At) -> None:
    for member_id, seconds in ((1, 30), (2, 10), (3, 99), (4, 10)):
        await members.remind(member_id, 480, "UTC", at(seconds))
    assert await members.next_reminder() == at(10)
    assert [found.member_id for found in await members.to_remind(at(30))] == [2, 4, 1]


async def test_very_many_are_told_by_and_by(members: Members, at: At) -> None:
    await asyncio.gather(*(members.remind(number, 480, "UTC", at(0)) for number in range(MOST_AT_ONCE + 1)))
    first = await members.to_remind(at(1))
    await asyncio.gather(*(members.claim(found, at(90), None) for found in first))
    assert [found.member_id for found in await members.to_remind(at(1))] == [MOST_AT_ONCE]


async def test_of_two_who_take_a_reminder_over_one_succeeds(members: Members, at: At) -> None:
    await members.remind(1, 480, "UTC", at(0))
    (found,) = await members.to_remind(at(1))
    won = await asyncio.gather(*(members.claim(found, at(90), at(1)) for _ in range(2)))
    assert sorted(won) == [False, True]
    assert await members.get(1) == MemberChoices(
        1, time_zone="UTC", remind_minute=480, remind_at=at(90), reminded_at=at(1)
    )


async def test_a_reminder_that_was_stopped_meanwhile_is_not_taken_over(members: Members, at: At) -> None:
    await members.remind(1, 480, "UTC", at(0))
    (found,) = await members.to_remind(at(1))
    await members.stop(1)
    assert not await members.claim(found, at(90), at(1))
    assert (await members.get(1)).remind_at is None


async def test_without_anything_to_tell_the_last_reminder_stays(members: Members, at: At) -> None:
    await members.remind(1, 480, "UTC", at(0))
    (found,) = await members.to_remind(at(1))
    assert await members.claim(found, at(90), None)
    assert (await members.get(1)).reminded_at is None


async def test_a_closed_inbox_is_told_once(members: Members, at: At) -> None:
    await members.remind(1, 480, "UTC", at(0))
    await members.closed(1, at(1))
    assert await members.next_reminder() is None
    assert [await members.told(1), await members.told(1), await members.told(2)] == [True, False, False]


async def test_who_asks_again_need_not_be_told_of_the_closed_inbox(members: Members, at: At) -> None:
    await members.remind(1, 480, "UTC", at(0))
    await members.closed(1, at(1))
    await members.remind(1, 540, "UTC", at(50))
    assert not await members.told(1)
    assert await members.next_reminder() == at(50)
