"""A start imports what it needs, and nothing of what only some commands, some answers or other programs need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.catalog.apart import ReadApart, load_apart
from bot.catalog.loader import load
from bot.errors import ContentError, SettingsError
from bot.settings import ROOT
from tests.program import ROOT as CHECKOUT

NOT_NEEDED = (
    "PIL",
    "aiohttp.web",
    "alembic",
    "bot.catalog.loader",
    "bot.playground",
    "bot.terminal",
    "fsrs",
    "jsonschema",
    "markdown_it",
    "prometheus_client",
    "psycopg",
    "pydantic",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "typer",
    "yaml",
)
"""Each of them costs a start tens of milliseconds and the process megabytes."""


def test_a_start_on_discord_does_without_what_is_slow_to_import() -> None:
    code = "import sys; from bot import __main__, begin, app; print('\\n'.join(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    imported = set(said.stdout.split())
    assert {"bot.app", "discord", "sqlalchemy.dialects.sqlite"} <= imported
    assert [name for name in NOT_NEEDED if name in imported] == []


def test_content_that_was_read_in_another_process_is_the_same() -> None:
    apart, here = load_apart(ROOT / "content"), load(ROOT / "content")
    assert (apart.lessons, apart.demos) == (here.lessons, here.demos)
    with pytest.raises(TypeError):
        apart.lessons["mine"] = apart.lessons["async"]  # type: ignore[index]


def test_what_is_wrong_with_the_content_is_told_from_the_other_process(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as here:
        load(tmp_path)
    with pytest.raises(ContentError) as apart:
        load_apart(tmp_path)
    assert str(apart.value) == str(here.value)


def test_who_reads_the_content_ends_without_a_word_when_nobody_wants_to_know() -> None:
    there, gone = os.pipe()
    os.close(there)
    try:
        command = (sys.executable, "-m", "bot.catalog", str(ROOT / "content"))
        ended = subprocess.run(command, cwd=CHECKOUT, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(gone)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_who_reads_the_content_goes_with_a_start_that_fails(tmp_path: Path) -> None:
    content = ReadApart(tmp_path)
    assert content.process is not None
    assert content.process.poll() is None
    with pytest.raises(SettingsError), content:
        raise SettingsError("DISCORD_TOKEN is not set.")
    assert content.process.returncode is not None
