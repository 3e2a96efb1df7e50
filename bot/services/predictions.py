"""Predictions: ask for one, store what was picked before anything runs, hold it against the run."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import MemberError
from bot.domain.lesson import Level
from bot.domain.names import shown
from bot.domain.predict import Challenge, Prediction, challenge, judge
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.services.demos import DemoService
from bot.storage.predictions import Predictions

_log = structlog.get_logger("tandem.predictions")

_MOST_SEEDS = 64
"""How many seeds are tried for a program in Python: that all of them are in Node.js will not happen."""


class GonePredictionError(MemberError):
    """The prediction is not stored any more, or this version of the bot would ask something else."""

    def __init__(self) -> None:
        super().__init__("This prediction is not here any more. `/predict` makes a new one.")


class OthersPredictionError(MemberError):
    """The prediction is another member's."""

    def __init__(self) -> None:
        super().__init__("This prediction is somebody else's. `/predict` makes your own.")


class UnknownLevelError(MemberError):
    """There is no such level."""


class Sheet(Struct, frozen=True):
    """A prediction, and the challenge that it is about."""

    prediction: Prediction
    challenge: Challenge


class PredictionService:
    """Lets members predict programs, and grades them by what was measured."""

    def __init__(
        self,
        demos: DemoService,
        predictions: Predictions,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        new_seed: Callable[[], int],
    ) -> None:
        self._demos, self._predictions = demos, predictions
        self._now, self._new_id, self._new_seed = now, new_id, new_seed
        self._under_way: set[str] = set()

    async def ask(self, member_id: int, guild_id: int | None, level: str | None = None) -> Sheet:
        """A new prediction to make, easy unless a level is given; in Python where there is no Node.js.

        Raises:
            UnknownLevelError: there is no such level.
        """
        if level is not None and level not in set(Level):
            raise UnknownLevelError(f"There is no level “{shown(level)}”. Choose easy, medium or hard.")
        asked = self._new_challenge(Level(level or Level.EASY))
        prediction = Prediction(self._new_id(), member_id, guild_id, asked.level, asked.seed, self._now())
        await self._predictions.add(prediction)
        return Sheet(prediction, asked)

    async def load(self, member_id: int, prediction_id: str, mark: str) -> Sheet:
        """A stored prediction; `mark` tells which challenge its message shows.

        Raises:
            GonePredictionError: it is not stored any more, or its seed makes another challenge now.
            OthersPredictionError: it is another member's.
        """
        return _sheet(await self._predictions.get(prediction_id), member_id, mark)

    async def answer(self, member_id: int, prediction_id: str, mark: str, choice: int) -> Sheet:
        """Take the option picked, the first time; later the first pick stands. It is on disk when this returns.

        Raises:
            GonePredictionError: it is not stored any more, or it has no such option.
            OthersPredictionError: it is another member's.
        """
        sheet = await self.load(member_id, prediction_id, mark)
        if not 0 <= choice < len(sheet.challenge.options):
            raise GonePredictionError
        if sheet.prediction.choice is not None:
            return sheet
        return _sheet(await self._predictions.answer(prediction_id, choice, self._now()), member_id, mark)

    @contextmanager
    def running(self, sheet: Sheet) -> Generator[bool]:
        """Whether its program may be run now: not if that is under way already, by a click before this one."""
        mine = sheet.prediction.id not in self._under_way
        self._under_way.add(sheet.prediction.id)
        try:
            yield mine
        finally:
            if mine:
                self._under_way.discard(sheet.prediction.id)

    async def grade(self, sheet: Sheet, run: KeptRun) -> Sheet:
        """Store what a finished run of the challenge has shown.

        What is right is proven beforehand, so a run that shows anything else was late: it grades nobody, and is none.

        Raises:
            GonePredictionError: the prediction is not stored any more.
        """
        asked, made = sheet.challenge, sheet.prediction
        shown = judge(asked, run.traces[0])
        if shown == asked.right:
            graded = await self._predictions.finish(made.id, run.id, asked.right)
        else:
            _log.warning("a run graded nobody", run=run.id, seed=asked.seed, level=asked.level.value, shown=shown)
            graded = await self._predictions.get(made.id)
        if graded is None:
            raise GonePredictionError
        return replace(sheet, prediction=graded)

    def _new_challenge(self, level: Level) -> Challenge:
        asked = challenge(self._new_seed(), level)
        for _ in range(_MOST_SEEDS):
            if self._demos.has_node or asked.runtime is Runtime.PYTHON:
                break
            asked = challenge(self._new_seed(), level)
        return asked


def _sheet(prediction: Prediction | None, member_id: int, mark: str) -> Sheet:
    if prediction is None:
        raise GonePredictionError
    if prediction.member_id != member_id:
        raise OthersPredictionError
    asked = challenge(prediction.seed, prediction.level)
    if asked.mark != mark:
        raise GonePredictionError
    return Sheet(prediction, asked)
