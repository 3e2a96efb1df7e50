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
from bench.postgres import a_postgres
from bench.restarted import Restarted
from bench.stored import faults, lost, stored
from bench.taker import ANSWER, Ledger, Taker, Watch
from bot.playground import Playground
from bot.playground.events import Answered, Event
from bot.storage.engine import StoreAwayError

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
    assert outcome.kills == 6
    assert len(outcome.ready_s) > 1
    assert sum(outcome.under_way) > 0  # it was killed at work
    assert outcome.ledger.failed > 0  # some pressed while nobody was there
    assert outcome.ledger.shown.keys() == outcome.found.chosen.keys()
    assert "| lost, or stored otherwise than shown | 0 |" in crash.table(outcome)


async def test_what_is_missing_or_was_changed_afterwards_is_noticed(discord: Playground, url: URL) -> None:
    outcome = await crash.run(discord, url, Random(1), QUIET, members=3, kills=0)
    assert crash.failures(outcome) == []
    with closing(sqlite3.connect(str(url.database))) as connection, connection:
        connection.execute("UPDATE standing_counts SET members = members + 1")
    assert {line.partition(" (")[0] for line in faults(stored(url))} == {"standing count"}

    with closing(sqlite3.connect(str(url.database))) as connection, connection:
        one, other = list(outcome.ledger.shown)[:2]
        this = "WHERE attempt_id = ? AND question_id = ?"
        connection.execute(f"DELETE FROM answers {this}", one)
        connection.execute(f"UPDATE answers SET option_id = 'other' {this}", other)
        connection.execute("UPDATE standings SET points = points + 1")
    found = stored(url)
    assert {line.split(" was shown")[0] for line in lost(found, outcome.ledger.shown)} == {str(one), str(other)}
    assert {line.split()[0] for line in faults(found)} >= {"attempt", "card", "standing"}

    outcome.ledger.finished -= 1  # somebody saw a result less than there are quizzes: one of these was begun twice
    assert [line.partition(" ")[2] for line in crash.failures(outcome)] == [
        f"quizzes are stored, {outcome.ledger.finished} were finished"
    ]


async def test_how_a_bot_ended_is_noticed_and_who_was_dead_was_not_killed(discord: Playground, url: URL) -> None:
    async with Restarted.on(discord, url) as bot:
        await bot.until_ready()
        assert bot._process is not None
        bot._process.terminate()  # not by the bench
        await bot._process.wait()
        await bot.kill()
        assert (bot.kills, bot.fell) == (0, [0])
        await bot.start()
        await bot.until_ready()
        await bot.kill()
        assert (bot.kills, bot.fell) == (1, [0])
        await bot.start()
        await bot.until_ready()
        assert await bot.stop() == 0
    assert (bot.kills, bot.fell) == (1, [0])


async def test_the_bot_serves_again_when_an_answer_is_taken(discord: Playground, url: URL) -> None:
    """A click on Next is answered without the store, and says nothing of the server of the database."""
    served = list[str]()

    def hear(event: Event) -> None:
        if isinstance(event, Answered) and scene.served.is_set():
            served.append(str(event.interaction.data.get("custom_id")))
            scene.served.clear()

    async with Restarted.on(discord, url) as bot:
        await bot.until_ready()
        scene = crash._Scene(bot, None, Random(1))
        discord.world.subscribe(scene.hear)
        discord.world.subscribe(hear)
        room, member = discord.world.guild.channels[0], discord.world.join("Member")
        await Taker(discord, member, room, Watch(discord), Ledger(), Random(1)).take("practice")
        await bot.stop()
    assert len(served) == 5
    assert all(custom_id.startswith(ANSWER) for custom_id in served)


async def test_no_answer_is_lost_when_the_database_server_is_killed_under_the_bot(discord: Playground) -> None:
    with a_postgres() as server:
        outcome = await crash.run(
            discord, server.store_url(), Random(1), QUIET, members=20, kills=1, server=server, server_kills=3
        )
    assert crash.failures(outcome) == []
    assert outcome.told[str(StoreAwayError())] > 0
    assert len(outcome.served_s) == 3  # it went on by itself
