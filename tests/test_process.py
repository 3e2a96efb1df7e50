"""The bot as a process of its own, on a Discord that it is pointed at: killed, ended, started again."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.playground import Playground
from tests.person import Person
from tests.program import Program, program


@pytest.fixture
async def discord() -> AsyncGenerator[Playground]:
    """A Discord somewhere else."""
    async with Playground() as playground:
        yield playground


@pytest.fixture
def environment(discord: Playground, tmp_path: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "TANDEM_DATABASE_URL": f"sqlite:///{tmp_path / 'tandem.db'}",
        "TANDEM_LOG_FORMAT": "json",
    }


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


async def test_a_quiz_goes_on_after_the_process_was_killed(discord: Playground, environment: dict[str, str]) -> None:
    async with Person.at(discord.url, "Ada") as ada:
        async with program(**environment) as bot:
            await bot.says('"ready"')
            await ada.type("quiz")
            feedback = await ada.press("A")
            bot.signal(signal.SIGKILL)
            assert (await bot.ended()).code == -signal.SIGKILL
        async with program(**environment) as bot:
            await bot.says('"ready"')
            assert "Question 2 of 5" in (await ada.press("Next", feedback)).text
            assert "Question 2 of 5" in (await ada.type("quiz")).text


async def test_a_test_left_half_way_is_finished_after_the_process_was_killed(
    discord: Playground, environment: dict[str, str]
) -> None:
    async with Person.at(discord.url, "Ada") as ada:
        async with program(**environment) as bot:
            await bot.says('"ready"')
            seen = await ada.type("test")
            for _ in range(2):
                seen = await ada.press("A", seen)
            bot.signal(signal.SIGKILL)
            assert (await bot.ended()).code == -signal.SIGKILL
        async with program(**environment) as bot:
            await bot.says('"ready"')
            assert "Question 3 of 10" in (await ada.type("test")).text
            while "A" in seen.buttons:
                seen = await ada.press("A", seen)
            assert "**Strength by level**" in seen.text


async def test_an_answer_told_is_an_answer_stored_however_often_the_process_dies(
    discord: Playground, environment: dict[str, str]
) -> None:
    async with Person.at(discord.url, "Ada") as ada:
        told = 0
        for _ in range(3):
            async with program(**environment) as bot:
                await bot.says('"ready"')
                seen = await ada.type("test")
                assert f"Question {told + 1} of 10" in seen.text
                seen = await ada.press("A")
                told += 1
                assert f"Question {told + 1} of 10" in seen.text
                bot.signal(signal.SIGKILL)
                await bot.ended()


async def test_sigterm_ends_it_within_five_seconds(discord: Playground, environment: dict[str, str]) -> None:
    async with Person.at(discord.url, "Ada") as ada, program(**environment) as bot:
        await bot.says('"ready"')
        run = await ada.type("demo", demo="sequential", delays="5000 5000")
        began = time.monotonic()
        bot.signal(signal.SIGTERM)
        ended = await bot.ended()

        assert (ended.code, time.monotonic() - began < 5) == (0, True), ended.err
        assert "going down" in (await ada.sees(lambda seen: seen.id == run.id and "going down" in seen.text)).text
        assert discord.token not in ended.err


async def test_one_that_is_told_to_end_while_it_connects_ends(discord: Playground, environment: dict[str, str]) -> None:
    async with program(**environment) as bot:
        await bot.says("commands synced")
        bot.signal(signal.SIGTERM)
        ended = await bot.ended()
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err


async def test_commands_are_synced_once_and_then_only_when_they_changed(
    discord: Playground, environment: dict[str, str]
) -> None:
    async def start_and_stop() -> str:
        async with program(**environment) as bot:
            await bot.says('"ready"')
            await _stop(bot)
            return "".join(bot.said)

    assert "commands synced" in await start_and_stop()
    assert "commands unchanged" in await start_and_stop()


async def test_it_says_that_it_is_alive(discord: Playground, environment: dict[str, str], free_port: int) -> None:
    async with program(**environment, TANDEM_METRICS_PORT=str(free_port)) as bot, aiohttp.ClientSession() as session:
        await bot.says('"ready"')
        async with session.get(f"http://127.0.0.1:{free_port}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "alive\n")


async def test_two_shards_share_the_work(discord: Playground, environment: dict[str, str]) -> None:
    async with Person.at(discord.url, "Ada") as ada:
        for ids in ("0", "0-1"):
            async with program(**environment, TANDEM_SHARD_COUNT="2", TANDEM_SHARD_IDS=ids) as bot:
                await bot.says('"ready"')
                assert "Tandem" in (await ada.type("help")).text
                await _stop(bot)


async def test_a_connection_that_drops_comes_back_by_itself(discord: Playground, environment: dict[str, str]) -> None:
    async with Person.at(discord.url, "Ada") as ada, program(**environment) as bot:
        await bot.says('"ready"')
        await ada.type("quiz")
        discord.gateway.close()
        async with asyncio.timeout(15):
            await bot.says("resumed")
        assert "Worked solution" in (await ada.press("A")).text


async def _stop(bot: Program) -> None:
    bot.signal(signal.SIGTERM)
    assert (await bot.ended()).code == 0
