"""The log of a bot that runs: a JSON line for each event, with the id that a member was told, and nobody's secrets."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground import Playground
from tests.person import Person
from tests.program import ROOT, program

NAME = "Wilhelmina Featherstone"
"""What somebody is called, and never in a log."""

TYPED = ("confessional", "whispered", "rhinoceros")
"""What they type into an option, into a form, and where suggestions are asked for."""


@pytest.fixture
async def discord() -> AsyncGenerator[Playground]:
    """A Discord somewhere else, where Ada is called otherwise."""
    async with Playground() as playground:
        ada = next(user for user in playground.world.users.values() if user.display_name == "Ada")
        object.__setattr__(ada, "display_name", NAME)
        yield playground


async def test_a_failure_is_one_line_with_the_id_that_the_member_was_told_and_no_line_tells_secrets(
    discord: Playground, tmp_path: Path
) -> None:
    environment = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "TANDEM_DATABASE_URL": f"sqlite:///{tmp_path / 'tandem.db'}",
        "TANDEM_LOG_FORMAT": "json",
        "TANDEM_LOG_LEVEL": "DEBUG",
    }
    async with Person.at(discord.url, NAME) as ada, program("run", **environment) as bot:
        await bot.says('"ready"')
        await ada.type("demo", demo="custom", plan=f"{TYPED[0]} 20", runtime="python")
        await ada.sees(lambda seen: "Run again" in seen.buttons)
        await ada.suggestions("lesson", "topic", TYPED[2])
        panel = await ada.type("remind")
        form = await ada.press_for_form(next(iter(panel.buttons)), panel)
        refused = await ada.submits(form, {"Time of the day": "8:15", "Your time zone": TYPED[1]})
        assert "Something went wrong" not in refused.text

        with closing(sqlite3.connect(tmp_path / "tandem.db")) as database:
            database.executescript("DROP TABLE runs; DROP TABLE members;")
        told = [
            (await ada.type("demo", demo="custom", plan=f"{TYPED[0]} 20", runtime="python")).text,
            (await ada.submits(form, {"Time of the day": "8:15", "Your time zone": "Berlin"})).text,
        ]
        discord.gateway.close()  # and discord.py has something to tell
        async with asyncio.timeout(15):
            await bot.says("resumed")
        bot.signal(signal.SIGTERM)
        ended = await bot.ended()

    lines = [json.loads(line) for line in ended.err.splitlines()]
    ids = [re.search(r"\(error ([0-9a-f]{8})\)", sentence)[1] for sentence in told]  # type: ignore[index]
    for error_id, what in zip(ids, ("/demo", "review.reminded"), strict=True):
        (line,) = [line for line in lines if line.get("error_id") == error_id]
        assert (line["event"], line["level"], line["logger"]) == ("failed", "error", "tandem.edge")
        assert line["what"].startswith(what)
        assert (line["guild"], line["shard"]) == (discord.world.guild.id, 0)
        assert line["interaction"]
        assert "no such table" in line["exception"]
    assert [line for line in lines if line["level"] in ("error", "critical") and line.get("error_id") not in ids] == []
    for secret in (discord.token, NAME, *NAME.split(), *TYPED):
        assert secret not in ended.err
        assert secret not in ended.out


async def _says(program_text: str) -> str:
    """What a program leaves on standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program_text, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    return err.decode()


BEGIN = """
import json, logging, sys, threading, warnings
import structlog
from bot import logs
logs.set_up("DEBUG", STYLE, ['s3cret"of"ours'])
log = structlog.get_logger("tandem.edge")
"""


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize(
    ("act", "kept", "lost"),
    [
        ("logging.getLogger('discord.http').debug('sent %s', 'a member text')", "", "member"),
        ("logging.getLogger('discord').warning('POST https://d.c/webhooks/12/aW50.x_-y/messages', )", "/12/…", "aW50"),
        ('log.info("x", url=\'s3cret"of"ours\')', "…", "s3cret"),
        ("log.error('failed', exc_info=KeyError('my own words'), hide=['my own words'])", "KeyError", "words"),
        ("log.error('failed', exc_info=ValueError('no such thing: words'), hide=['own words'])", "such thing", "words"),
        ("log.error('failed', exc_info=ValueError('on\\nof Ada'), hide=['Ada'])", "ValueError", "Ada"),
        ("log.error('x', exc_info=ValueError('ERROR: no\\nDETAIL:  Key (plan)=(tea) is there'))", "DETAIL", "tea"),
    ],
    ids=["payloads", "token of an interaction", "secret", "what was typed", "a part", "several lines", "a row"],
)
async def test_what_must_not_be_told_is_left_out(style: str, act: str, kept: str, lost: str) -> None:
    said = await _says(f"STYLE = {style!r}{BEGIN}{act}")
    assert kept in said
    assert lost not in said


@pytest.mark.parametrize(
    "act",
    [
        "raise ValueError('one\\ntwo')",
        "thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()",
        "warnings.warn('old')",
        "log.error('failed', exc_info=ExceptionGroup('both', [ValueError('a'), KeyError('b')]))",
    ],
    ids=["a crash", "a crash in a thread", "a warning", "a group of errors"],
)
async def test_whatever_goes_wrong_is_one_line(act: str) -> None:
    (line,) = (await _says(f"STYLE = 'json'{BEGIN}{act}")).splitlines()
    assert json.loads(line)["level"] in ("warning", "error", "critical")
