"""What servers set is kept, each setting on its own, and so is when the next daily question is due."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.domain.guild import GuildSettings
from bot.domain.schedule import Runtime
from bot.storage import tables
from bot.storage.guilds import Guilds
from bot.storage.store import Store
from tests.storage.conftest import At

GUILD = 2**62


@pytest.fixture
def guilds(store: Store) -> Guilds:
    """The servers in the database."""
    return Guilds(store)


async def due(store: Store) -> datetime | None:
    """When the daily question of the server is due."""
    query = select(tables.guilds.c.daily_at).where(tables.guilds.c.guild_id == GUILD)
    return await store.read(lambda connection: connection.scalar(query))


async def test_a_server_that_has_set_nothing_has_what_holds_then(guilds: Guilds) -> None:
    assert await guilds.get(GUILD) == GuildSettings(GUILD)


async def test_settings_come_back_as_they_were_stored(guilds: Guilds, store: Store, at: At) -> None:
    made = GuildSettings(GUILD, 2**62 + 1, 95, 168, GUILD, 5, 1439, "async", "Europe/Berlin", Runtime.PYTHON)
    await guilds.save(made, at(9))
    assert await guilds.get(GUILD) == made
    assert await due(store) == at(9)
    assert await guilds.get(1) == GuildSettings(1)


async def test_a_change_leaves_all_else_as_it_is(guilds: Guilds, at: At) -> None:
    first = await guilds.change(GUILD, {"pass_mark": 60, "language": Runtime.PYTHON}, lambda _: at(0))
    assert first == GuildSettings(GUILD, pass_mark=60, language=Runtime.PYTHON)
    assert await guilds.change(GUILD, {"pass_mark": 70}, lambda _: at(0)) == await guilds.get(GUILD)
    assert (await guilds.get(GUILD)).language is Runtime.PYTHON


async def test_of_changes_at_once_none_is_lost(guilds: Guilds, at: At) -> None:
    changes = (
        {"pass_mark": 50},
        {"cooldown_h": 0},
        {"host_role_id": 7},
        {"time_zone": "Asia/Tokyo"},
        {"pass_role_id": 9},
    )
    await asyncio.gather(*(guilds.change(GUILD, values, lambda _: at(0)) for values in changes))
    expected = GuildSettings(GUILD, pass_mark=50, cooldown_h=0, host_role_id=7, time_zone="Asia/Tokyo", pass_role_id=9)
    assert await guilds.get(GUILD) == expected


async def test_a_change_that_cannot_be_planned_changes_nothing(guilds: Guilds) -> None:
    def plan(_: GuildSettings) -> datetime:
        raise OverflowError

    with pytest.raises(OverflowError):
        await guilds.change(GUILD, {"daily_channel_id": 5, "pass_mark": 50}, plan)
    assert await guilds.get(GUILD) == GuildSettings(GUILD)


async def test_the_daily_question_is_planned_where_it_begins_or_its_hour_changes(
    guilds: Guilds, store: Store, at: At
) -> None:
    async def after(second: int, **values: object) -> datetime | None:
        await guilds.change(GUILD, values, lambda _: at(second))
        return await due(store)

    assert await after(1, daily_minute=5) is None
    assert await after(2, daily_channel_id=5) == at(2)
    assert await after(3, pass_mark=50, daily_lesson_id="async", daily_channel_id=6) == at(2)
    assert await after(4, daily_minute=5) == at(2)
    assert await after(5, daily_minute=6) == at(5)
    assert await after(6, time_zone="Asia/Tokyo") == at(6)
    assert await after(7, daily_channel_id=None, daily_minute=9) is None
    assert await after(8, daily_channel_id=6) == at(8)
