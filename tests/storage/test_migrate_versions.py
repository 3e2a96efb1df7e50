"""An operator takes a database of any version that was released forward to this one, and back again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, URL, Boolean, Column, Float, Integer, MetaData, insert, inspect, select
from sqlalchemy.engine import Connection

from bot.domain.board import BoardKey
from bot.domain.records import Standing
from bot.storage.migrate import migrate
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from bot.storage.tables import VERSION, metadata

VERSIONS = ("0001", "0002", "0003", "0004")
PEOPLE = (1, 2, 3)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def value(column: Column[Any], number: int) -> Any:
    """Something for a column; what belongs together has the same number, and the second is hidden and first."""
    match column.type:
        case Boolean():
            return number == 2
        case JSON():
            return []
        case Float():
            return float(number)
        case Integer():
            return number
        case _:
            return f"k{number}"


def fill(connection: Connection) -> None:
    """Put a row of each of three people into every table that the database has, with something in every column."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            rows = [{column.name: value(column, number) for column in table.columns} for number in PEOPLE]
            connection.execute(insert(table), rows)


def held(connection: Connection) -> Rows:
    """All rows of all tables."""
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for table in found.sorted_tables
    }


def shape(connection: Connection) -> Mapping[str, Any]:
    """The columns, keys and indexes of all tables."""
    found = inspect(connection)
    return {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted((index["name"] or "", index["unique"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }


def differences(connection: Connection) -> Sequence[Any]:
    return compare_metadata(MigrationContext.configure(connection), metadata)


@asynccontextmanager
async def opened(url: URL) -> AsyncGenerator[Store]:
    async with Store(url) as store:
        yield store


async def told(url: URL, work: Callable[[Connection], Any]) -> Any:
    async with opened(url) as store:
        return await store.write(work)


def kept(before: Rows, after: Rows) -> None:
    """Every row of before is there, with the values that it had."""
    for name, rows in before.items():
        if name != "alembic_version":
            known = [{column: row[column] for column in rows[0]} for row in after[name]]
            assert [row for row in rows if row not in known] == [], name


def test_every_version_that_was_released_is_tried() -> None:
    assert VERSIONS[-1] == VERSION


@pytest.mark.parametrize("version", VERSIONS)
async def test_nothing_is_lost_on_the_way_forward_nor_on_the_way_back(url: URL, version: str) -> None:
    await migrate(url, version)
    of_old = await told(url, shape)
    await told(url, fill)
    before = await told(url, held)

    await migrate(url)
    assert await told(url, differences) == []
    after = await told(url, held)
    if version == "0001":
        before = {name: rows for name, rows in before.items() if name != "runs"}  # they had another form then
        assert after["runs"] == []
    kept(before, after)

    await migrate(url, version)
    assert await told(url, shape) == of_old
    kept(before, await told(url, held))


async def test_counts_are_made_of_the_standings_that_are_there_and_of_those_who_are_shown(url: URL) -> None:
    await migrate(url, "0003")
    board = {"guild_id": 10, "lesson_id": "", "period": "always", "asked": 5, "reached_at": 0}
    points = {1: 3, 2: 5, 3: 3, 4: 1, 5: 0}

    def stored(connection: Connection) -> None:
        found = MetaData()
        found.reflect(connection)
        rows = [board | {"member_id": who, "points": reached} for who, reached in points.items()]
        connection.execute(insert(found.tables["standings"]), rows)
        members = [{"member_id": who, "hidden": who in (2, 4)} for who in (2, 3, 4)]
        connection.execute(insert(found.tables["members"]), members)

    await told(url, stored)
    for _ in range(2):  # the second time after the way back
        await migrate(url)
        async with opened(url) as store:
            page = await Ranking(store).page(BoardKey(10, "", "always"), 4, 0, 10)
        assert page.standings == [Standing(1, 1, 3, 5), Standing(1, 3, 3, 5), Standing(3, 5, 0, 5)]
        assert (page.mine, page.hidden) == (Standing(3, 4, 1, 5), True)
        await migrate(url, "0003")
