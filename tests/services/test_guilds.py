"""What holds in a server, who may host in it, and who hears of a change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.domain.guild import GuildSettings
from bot.domain.schedule import Runtime
from bot.services.guilds import GuildService
from bot.storage import tables
from bot.storage.guilds import Guilds
from bot.storage.migrate import migrate
from bot.storage.store import Store

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
"""The day before Berlin changes to summer time."""

GUILD, STUDENT, TEACHER = 10, 11, 12


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    """An open database."""
    url = make_url(f"sqlite:///{tmp_path / 'tandem.db'}")
    await migrate(url)
    async with Store(url) as opened:
        yield opened


@pytest.fixture
def guilds(store: Store) -> GuildService:
    """The service, at noon."""
    return GuildService(Guilds(store), lambda: NOON)


async def test_nobody_but_managers_hosts_until_a_server_says_otherwise(guilds: GuildService) -> None:
    assert await guilds.may_host(GUILD, {GUILD, STUDENT}, manages=True)
    assert not await guilds.may_host(GUILD, {GUILD, STUDENT}, manages=False)


async def test_who_has_the_role_hosts(guilds: GuildService) -> None:
    await guilds.change(GUILD, host_role_id=TEACHER)
    assert await guilds.may_host(GUILD, {GUILD, TEACHER}, manages=False)
    assert not await guilds.may_host(GUILD, {GUILD, STUDENT}, manages=False)
    assert await guilds.may_host(GUILD, {GUILD}, manages=True)
    assert not await guilds.may_host(GUILD + 1, {TEACHER}, manages=False)


async def test_the_servers_own_id_stands_for_everybody(guilds: GuildService) -> None:
    await guilds.change(GUILD, host_role_id=GUILD)
    assert await guilds.may_host(GUILD, (), manages=False)


async def test_outside_of_a_server_the_usual_holds(guilds: GuildService) -> None:
    await guilds.change(GUILD, language=Runtime.PYTHON)
    assert await guilds.language(GUILD) is Runtime.PYTHON
    assert await guilds.language(None) is Runtime.NODE
    assert await guilds.settings(None) == GuildSettings(0)


async def test_the_next_question_is_planned_by_the_servers_clock(guilds: GuildService, store: Store) -> None:
    await guilds.change(GUILD, daily_channel_id=5, time_zone="Europe/Berlin")
    query = select(tables.guilds.c.daily_at)
    assert await store.read(lambda connection: connection.scalar(query)) == datetime(2026, 3, 29, 7, tzinfo=UTC)


async def test_watchers_hear_of_each_change_once_it_is_stored(guilds: GuildService) -> None:
    heard = list[str]()
    guilds.watchers += [lambda: heard.append("daily"), lambda: heard.append("other")]
    await guilds.change(GUILD, pass_mark=50)
    assert heard == ["daily", "other"]
    assert (await guilds.settings(GUILD)).pass_mark == 50
