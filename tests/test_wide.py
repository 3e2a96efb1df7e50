"""Three processes share one PostgreSQL, and one of them dies."""

from __future__ import annotations

from rich.console import Console

from bench import wide as bench
from bench.postgres import Postgres


async def test_a_process_dies_in_the_middle_of_quizzes_and_of_a_round_and_nothing_is_lost_or_twice(
    postgres: Postgres,
) -> None:
    outcome = await bench.run(postgres.store_url(), 300, 1, Console(quiet=True))
    assert bench.failures(outcome) == []
    assert outcome.before >= bench.TAKEN
    assert outcome.ledger.failed > 0, "some pressed while nobody was there"
    assert "| quizzes taken to their end | 300 of 300" in bench.table(outcome)
