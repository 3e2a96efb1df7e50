"""Predictions of members: what they were asked, what they picked, what the run has shown. The first pick stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.lesson import Level
from bot.domain.predict import Prediction
from bot.storage import tables
from bot.storage.keep import drop_oldest
from bot.storage.store import Store

MOST_KEPT = 1_000
"""Of each member's predictions, the newest so many are kept."""

_predictions = tables.predictions.c


class Predictions:
    """The stored predictions."""

    def __init__(self, store: Store, most_kept: int = MOST_KEPT) -> None:
        self._store, self._most_kept = store, most_kept

    async def add(self, prediction: Prediction) -> None:
        """Store a prediction that a member is asked for. The member's oldest go when there are too many."""
        values = {
            "id": prediction.id,
            "member_id": prediction.member_id,
            "guild_id": prediction.guild_id,
            "level": prediction.level.value,
            "seed": prediction.seed,
            "choice": prediction.choice,
            "observed": prediction.observed,
            "run_id": prediction.run_id,
            "asked_at": prediction.asked_at,
            "answered_at": prediction.answered_at,
        }

        def work(connection: Connection) -> None:
            connection.execute(insert(tables.predictions), values)
            drop_oldest(connection, tables.predictions, prediction.member_id, self._most_kept)

        await self._store.write(work)

    async def get(self, prediction_id: str) -> Prediction | None:
        """The prediction with that id."""
        return await self._store.read(lambda connection: _load(connection, prediction_id))

    async def answer(self, prediction_id: str, choice: int, at: datetime) -> Prediction | None:
        """Store the option picked. When this returns, it is on disk: the prediction as stored, with the first pick."""
        unanswered = and_(_predictions.id == prediction_id, _predictions.choice.is_(None))
        values = {"choice": choice, "answered_at": at}

        def work(connection: Connection) -> Prediction | None:
            connection.execute(update(tables.predictions).where(unanswered).values(values))
            return _load(connection, prediction_id)

        return await self._store.write(work)

    async def finish(self, prediction_id: str, run_id: str, observed: int) -> Prediction | None:
        """Store what a run has shown, unless an earlier one has shown something: the prediction as stored."""
        open_yet = and_(_predictions.id == prediction_id, _predictions.observed.is_(None))
        values = {"run_id": run_id, "observed": observed}

        def work(connection: Connection) -> Prediction | None:
            connection.execute(update(tables.predictions).where(open_yet).values(values))
            return _load(connection, prediction_id)

        return await self._store.write(work)


def _load(connection: Connection, prediction_id: str) -> Prediction | None:
    row = connection.execute(select(tables.predictions).where(_predictions.id == prediction_id)).first()
    return None if row is None else _prediction(row)


def _prediction(row: Row[tuple[object, ...]]) -> Prediction:
    return Prediction(
        id=row.id,
        member_id=row.member_id,
        guild_id=row.guild_id,
        level=Level(row.level),
        seed=row.seed,
        asked_at=row.asked_at,
        choice=row.choice,
        answered_at=row.answered_at,
        observed=row.observed,
        run_id=row.run_id,
    )
