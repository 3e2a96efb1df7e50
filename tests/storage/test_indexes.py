"""What is asked again and again, or under the one lock for writing, finds its rows by an index."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from bot.storage.store import Store

OPEN = "finished_at IS NULL AND deadline_at IS NOT NULL"
DEADLINES = f"SELECT deadline_at FROM attempts WHERE {OPEN} ORDER BY deadline_at LIMIT 1"


@pytest.fixture
def url(file: Path) -> URL:
    """The address of a file."""
    return make_url(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("UPDATE runs SET guild_id = NULL WHERE guild_id = 1", "runs_of_guild"),
        ("UPDATE predictions SET guild_id = NULL WHERE guild_id = 1", "predictions_of_guild"),
        (
            DEADLINES,
            "attempts_by_deadline",
        ),
        ("SELECT * FROM attempts WHERE finished_at IS NULL AND deadline_at <= 1", "attempts_by_deadline"),
        ("SELECT 1 FROM polls WHERE guild_id = 1 AND day IS NOT NULL AND opened_at > 1", "days_of_guild"),
        ("SELECT * FROM polls WHERE day IS NOT NULL AND explained_at IS NULL", "polls_unexplained"),
    ],
)
async def test_rows_are_found_by_an_index(store: Store, statement: str, index: str) -> None:
    plan = await store.read(
        lambda connection: [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    )
    assert index in plan[0]
