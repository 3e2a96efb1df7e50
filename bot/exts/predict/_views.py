"""A prediction as panels: to be made, its program under way, graded."""

from __future__ import annotations

from discord import ButtonStyle, Colour
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.records import KeptRun
from bot.exts.kit import links
from bot.exts.kit.live import GO_ON, Live
from bot.exts.kit.panel import ACCENT, BAD, GOOD, Panel
from bot.exts.kit.parts import Part, Press, row, rule
from bot.exts.kit.words import LETTERS
from bot.exts.predict import _render
from bot.services.demos import DemoService, GoneRunError, Picture
from bot.services.predictions import PredictionService, Sheet

PICK, RUN, ANOTHER = "predict.pick", "predict.run", "predict.another"


def question(sheet: Sheet) -> Panel:
    """A program and four options, one of them to be picked."""
    return Panel(*_render.question(sheet), _render.options(sheet), rule(), _letters(sheet))


def not_run(sheet: Sheet, sentence: str) -> Panel:
    """A prediction that was made, and why its program has shown nothing."""
    return _without_result(sheet, sentence, "Run again", BAD)


class Look(Struct, frozen=True):
    """How the run of a prediction is shown. There is a button to go on all the while, so that it is no dead end."""

    predictions: PredictionService
    demos: DemoService
    sheet: Sheet
    pressed: int | None = None
    """The option that was pressed just now, which may not be the first that was."""

    def under_way(self, live: Live) -> Panel:
        """In line, or the live bars."""
        return _without_result(self.sheet, live.told(), GO_ON, ACCENT)

    async def done(self, run: KeptRun) -> Panel:
        """The prediction held against the run."""
        return await replace(self, sheet=await self.predictions.grade(self.sheet, run)).graded(run)

    async def graded(self, run: KeptRun) -> Panel:
        """The prediction and the run that it was held against."""
        return _graded(self.sheet, run, await self.demos.picture(run), self.pressed)

    async def graded_before(self, run_id: str) -> Panel:
        """A prediction that was held against a run before. Grades are kept for longer than runs."""
        try:
            run = await self.demos.finished(self.sheet.prediction.member_id, run_id)
        except GoneRunError:
            return _graded(self.sheet, None, None, self.pressed)
        return await self.graded(run)

    def broken(self, run: KeptRun, sentence: str) -> Panel:
        """Why there is nothing to show."""
        return not_run(self.sheet, sentence)


def _graded(sheet: Sheet, run: KeptRun | None, picture: Picture | None, pressed: int | None) -> Panel:
    made = sheet.prediction
    more = (links.run_steps(run.id), links.run_code(run.id), links.run_text(run.id)) if run else ()
    again = _again(sheet) if made.observed is None else None
    return Panel(
        *_render.question(sheet),
        _render.options(sheet),
        rule(),
        *_render.graded(sheet, run, pressed),
        picture,
        rule(),
        _letters(sheet),
        row(again, _another(sheet), *more),
        colour=_colour(sheet),
    )


def _without_result(sheet: Sheet, told: str, label: str, colour: Colour) -> Panel:
    return Panel(
        *_render.question(sheet),
        _render.options(sheet),
        rule(),
        _render.picked(sheet),
        told,
        _letters(sheet),
        row(_again(sheet, label), _another(sheet)),
        colour=colour,
    )


def _letters(sheet: Sheet) -> Part | None:
    return row(*(_letter(sheet, index) for index in range(len(sheet.challenge.options))))


def _letter(sheet: Sheet, index: int) -> Press:
    made, style = sheet.prediction, ButtonStyle.secondary
    if made.observed is not None and index == made.observed:
        style = ButtonStyle.success
    elif index == made.choice:
        style = ButtonStyle.primary if made.observed is None else ButtonStyle.danger
    ids = (made.id, sheet.challenge.mark, index)
    return Press(PICK, *ids, label=LETTERS[index], style=style, disabled=made.choice is not None)


def _again(sheet: Sheet, label: str = "Run again") -> Press:
    return Press(RUN, sheet.prediction.id, sheet.challenge.mark, label=label, style=ButtonStyle.primary)


def _another(sheet: Sheet) -> Press:
    style = ButtonStyle.secondary if sheet.prediction.observed is None else ButtonStyle.primary
    return Press(ANOTHER, sheet.challenge.level.value, label="Another", style=style)


def _colour(sheet: Sheet) -> Colour:
    if sheet.prediction.observed is None:
        return ACCENT
    return GOOD if sheet.prediction.right else BAD
