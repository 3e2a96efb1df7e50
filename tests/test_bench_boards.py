"""Somebody measures rankings and insights: `python -m bench boards`, on what the bot itself would have stored."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bench.answers import fill
from bot.catalog.loader import load
from bot.domain.board import ALL_LESSONS, EVERYWHERE, BoardKey
from bot.settings import ROOT
from bot.storage.insights import Insights
from bot.storage.migrate import migrate
from bot.storage.ranking import Ranking
from bot.storage.store import Store
from tests.program import ROOT as CHECKOUT

HERE, ASKER = 10, 1
NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def test_boards_and_sums_are_those_of_the_answers(tmp_path: Path) -> None:
    file = tmp_path / "tandem.db"
    url = make_url(f"sqlite:///{file}")
    await migrate(url)
    fill(file, 2_000, load(ROOT / "content").lessons["async"], HERE, ASKER, NOW)
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "SELECT member_id, guild_id, correct, question_id FROM answers JOIN attempts ON id = attempt_id"
        ).fetchall()
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(rows) == 2_000

    for guild_id in (HERE, EVERYWHERE):
        points = Counter({who: 0 for who, where, *_ in rows if guild_id in (where, EVERYWHERE)})
        points.update(who for who, where, correct, _ in rows if guild_id in (where, EVERYWHERE) and correct)
        async with Store(url) as store:
            found = await Ranking(store).page(BoardKey(guild_id, ALL_LESSONS, "always"), ASKER, 0, len(points))
        assert {standing.member_id: standing.points for standing in found.standings} == points
        ranks = {who: 1 + sum(other > mine for other in points.values()) for who, mine in points.items()}
        assert {standing.member_id: standing.rank for standing in found.standings} == ranks

    async with Store(url) as store:
        sums = await Insights(store).of(HERE, "async")
    answers = Counter(question for _, where, _, question in rows if where == HERE)
    right = Counter(question for _, where, correct, question in rows if where == HERE and correct)
    assert {id_: (tally.answers, tally.right) for id_, tally in sums.tallies.items()} == {
        id_: (answers[id_], right[id_]) for id_ in answers
    }
    wrong = {id_: sum(sums.choices.get(id_, {}).values()) for id_ in answers}
    assert wrong == {id_: answers[id_] - right[id_] for id_ in answers}


async def test_the_figures_of_rankings_are_measured_and_printed() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", "boards", "--few", "1000", "--many", "4000", "--rounds", "1"),
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    measured = re.findall(r"^\| .+ \| \d+\.\d ms \| \d+\.\d ms \| \d+\.\d\d \| ≤ 1\.5 \|$", out.decode(), re.MULTILINE)
    assert len(measured) == 8
