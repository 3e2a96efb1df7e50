"""The bot is killed while members answer, and so is its database: what they were shown as taken is there, once."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from rich.console import Console
from sqlalchemy import URL, make_url

from bench import crash
from bench.stored import faults, lost, stored
from bot.playground import Playground
from bot.storage.engine import StoreAwayError
from tests.postgres import a_postgres
from tests.storage.conftest import address

QUIET = Console(quiet=True)


@pytest.fixture
async def discord() -> AsyncGenerator[Playground]:
    """A Discord somewhere else."""
    async with Playground(strict=False) as playground:
        yield playground


@pytest.fixture
def url(tmp_path: Path) -> URL:
    """The address of a file that is not there yet."""
    return make_url(f"sqlite:///{tmp_path / 'tandem.db'}")


async def test_no_answer_is_lost_however_often_the_bot_is_killed(discord: Playground, url: URL) -> None:
    outcome = await crash.run(discord, url, Random(1), QUIET, members=20, kills=6)
    assert crash.failures(outcome) == []
    assert len(outcome.ready_s) > 1
    assert sum(outcome.under_way) > 0  # it was killed at work
    assert outcome.ledger.shown.keys() == outcome.found.chosen.keys()
    assert "| lost, or stored otherwise than shown | 0 |" in crash.table(outcome)


async def test_what_is_missing_or_was_changed_afterwards_is_noticed(discord: Playground, url: URL) -> None:
    outcome = await crash.run(discord, url, Random(1), QUIET, members=3, kills=1)
    with closing(sqlite3.connect(str(url.database))) as connection, connection:
        one, other = list(outcome.ledger.shown)[:2]
        this = "WHERE attempt_id = ? AND question_id = ?"
        connection.execute(f"DELETE FROM answers {this}", one)
        connection.execute(f"UPDATE answers SET option_id = 'other' {this}", other)
        connection.execute("UPDATE standings SET points = points + 1")
    found = stored(url)
    assert {line.split(" was shown")[0] for line in lost(found, outcome.ledger.shown)} == {str(one), str(other)}
    assert {line.split()[0] for line in faults(found)} >= {"attempt", "card", "standing"}


async def test_no_answer_is_lost_when_the_database_server_is_killed_under_the_bot(discord: Playground) -> None:
    with a_postgres() as server:
        outcome = await crash.run(
            discord, address(server), Random(1), QUIET, members=20, kills=1, server=server, server_kills=3
        )
    assert crash.failures(outcome) == []
    assert outcome.told[str(StoreAwayError())] > 0
    assert len(outcome.served_s) == 3  # it went on by itself
