"""What of the questions a day is due, and what of them is still to be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.daily import REFUSED_BEFORE_OFF
from bot.domain.guild import GuildSettings
from bot.domain.poll import Poll, PollAnswer
from bot.services.memory import remember
from bot.storage.daily import Daily, DueDay
from bot.storage.guilds import Guilds
from bot.storage.polls import Polls
from bot.storage.store import Store
from tests.storage.conftest import NOON

GUILD, ROOM = 10, 77
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def daily(store: Store) -> Daily:
    return Daily(store)


@pytest.fixture
def polls(store: Store) -> Polls:
    return Polls(store, remember)


@pytest.fixture
def guilds(store: Store) -> Guilds:
    return Guilds(store)


@pytest.fixture
async def due(guilds: Guilds, daily: Daily) -> DueDay:
    """A server that is due at noon."""
    await guilds.save(GuildSettings(GUILD, daily_channel_id=ROOM), NOON)
    (found,) = await daily.due(NOON)
    return found


def question(poll_id: str = "one", day: int = 1) -> Poll:
    at = NOON + timedelta(days=day - 1)
    return Poll(poll_id, GUILD, ROOM, "async", f"q-{poll_id}", ("yes", "no"), at, day=f"2026-03-{day:02}")


async def asked(daily: Daily, polls: Polls, guilds: Guilds, poll: Poll, message_id: int | None = 5) -> None:
    """A question of some day, posted unless it has no message."""
    await guilds.save(GuildSettings(GUILD, daily_channel_id=ROOM), poll.opened_at)
    (found,) = await daily.due(poll.opened_at)
    assert await daily.claim(found, poll.opened_at + timedelta(days=1), poll)
    if message_id is not None:
        await polls.posted(poll.id, message_id)


async def test_a_server_is_due_at_its_time_and_not_before(daily: Daily, due: DueDay, guilds: Guilds) -> None:
    await guilds.save(GuildSettings(11), None)
    assert await daily.next_at() == NOON
    assert await daily.due(NOON - timedelta(milliseconds=1)) == []
    assert due == DueDay(GuildSettings(GUILD, daily_channel_id=ROOM), NOON)


async def test_a_day_is_claimed_once(daily: Daily, due: DueDay) -> None:
    assert await daily.claim(due, TOMORROW, question())
    assert not await daily.claim(due, TOMORROW, question("two"))
    assert [poll.id for poll in await daily.unposted()] == ["one"]
    assert await daily.next_at() == TOMORROW


async def test_a_day_that_has_a_question_gets_no_other_when_the_time_is_set_anew(
    daily: Daily, due: DueDay, guilds: Guilds
) -> None:
    await daily.claim(due, TOMORROW, question())
    later = NOON + timedelta(hours=2)
    await guilds.save(due.settings, later)
    (again,) = await daily.due(later)
    assert not await daily.claim(again, TOMORROW, question("two"))
    assert await daily.due(later) == []


async def test_a_day_may_go_without(daily: Daily, due: DueDay) -> None:
    assert not await daily.claim(due, TOMORROW, None)
    assert (await daily.next_at(), await daily.unposted(), await daily.unfinished()) == (TOMORROW, [], False)


async def test_settings_that_change_meanwhile_claim_nothing(daily: Daily, due: DueDay, guilds: Guilds) -> None:
    await guilds.save(GuildSettings(GUILD), None)
    assert not await daily.claim(due, TOMORROW, question())
    assert not await daily.unfinished()


async def test_each_step_leaves_what_the_next_one_needs(daily: Daily, polls: Polls, guilds: Guilds) -> None:
    await asked(daily, polls, guilds, question())
    assert not await daily.unfinished()
    await polls.answer("one", PollAnswer(1, "yes", correct=True, at=NOON))
    await asked(daily, polls, guilds, question("two", 2), None)
    assert [poll.id for poll in await daily.over()] == ["one"]
    await polls.close("one", TOMORROW)
    assert await daily.over() == []
    assert [poll.id for poll in await daily.unexplained()] == ["one"]
    await daily.explained("one", TOMORROW)
    assert [poll.id for poll in await daily.unposted()] == ["two"]
    await polls.posted("two", 6)
    assert not await daily.unfinished()
    assert await daily.asked(GUILD) == [("async", "q-one"), ("async", "q-two")]


@pytest.mark.parametrize("gone", [GuildSettings(GUILD), None])
async def test_switched_off_the_open_question_is_over(
    daily: Daily, polls: Polls, guilds: Guilds, gone: GuildSettings | None
) -> None:
    await asked(daily, polls, guilds, question())
    if gone is not None:
        await guilds.save(gone, None)
    else:
        await daily.switch_off(GUILD, ROOM)
    assert [poll.id for poll in await daily.over()] == ["one"]
    assert await daily.next_at() is None


async def test_a_server_that_has_chosen_another_channel_is_not_switched_off(
    daily: Daily, polls: Polls, guilds: Guilds
) -> None:
    await asked(daily, polls, guilds, question(), None)
    assert await daily.wanted(question())
    await guilds.save(GuildSettings(GUILD, daily_channel_id=78), TOMORROW)
    await daily.switch_off(GUILD, ROOM)
    assert (await guilds.get(GUILD)).daily_channel_id == 78
    assert not await daily.wanted(question())


async def test_refused_three_days_on_end_is_told_and_a_day_that_went_well_counts_anew(
    daily: Daily, polls: Polls, guilds: Guilds
) -> None:
    seen = list[bool]()
    for day, posted in enumerate((False, False, True, False, False, False), 1):
        poll = question(f"day{day}", day)
        await asked(daily, polls, guilds, poll, day if posted else None)
        if not posted:
            seen.append(await daily.refused(poll, poll.opened_at, REFUSED_BEFORE_OFF))
    assert seen == [False, False, False, False, True]
    assert await daily.asked(GUILD) == [("async", "q-day3")]


async def test_a_question_that_was_never_posted_can_be_dropped_and_one_that_was_cannot(
    daily: Daily, polls: Polls, guilds: Guilds
) -> None:
    await asked(daily, polls, guilds, question(), None)
    await asked(daily, polls, guilds, question("two", 2))
    await daily.drop("one")
    await daily.drop("two")
    assert await polls.get("one") is None
    assert await polls.get("two") is not None
