"""What is asked again and again, or under the one lock for writing, finds its rows by an index."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event, make_url

from bot.storage.attempts import Attempts
from bot.storage.store import Store
from tests.storage.conftest import At, NewAttempt
from tests.storage.test_attempts import finish

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


@contextmanager
def overheard() -> Generator[list[tuple[str, Any]]]:
    """Every statement that is meanwhile asked of a database, with its parameters."""
    heard = list[tuple[str, Any]]()

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        heard.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def test_no_answer_has_a_table_scanned_from_its_first_to_its_last_row(
    store: Store, attempts: Attempts, new: NewAttempt, at: At
) -> None:
    """However many attempts, memories and standings there are."""
    with overheard() as heard:
        attempt = await attempts.begin(new())
        hinted = attempt.hint(attempt.layout[0].question_id)
        await attempts.save_hint(hinted, attempt.layout[0].question_id, at(1))
        await finish(attempts, hinted, 1, at)
    tables = {"answers", "attempts", "cards", "hints", "members", "standings", "standing_counts", "tallies", "choices"}
    asked = [each for each in heard if each[0].lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))]
    assert {table for table in tables if any(table in statement for statement, _ in asked)} == tables
    for statement, parameters in asked:
        plan = await store.read(
            lambda connection, statement=statement, parameters=parameters: [
                row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
        )
        assert [step for step in plan if step.removeprefix("SCAN ").split()[0] in tables] == [], statement
