"""*Prove it*: the run of a question's program as panels. It is asked for after the answer only."""

from __future__ import annotations

from bot.domain.proof import Proof
from bot.domain.records import KeptRun
from bot.exts.kit import links
from bot.exts.kit.live import GO_ON, Live
from bot.exts.kit.panel import ACCENT, BAD, GOOD, Panel
from bot.exts.kit.parts import row, rule
from bot.exts.quiz import _render, _views
from bot.services.demos import DemoService
from bot.services.quizzes import Sheet


class Look:
    """How a proof is shown: under way, then what happened beside what the key says."""

    def __init__(self, demos: DemoService, sheet: Sheet, proof: Proof) -> None:
        self._demos, self._sheet, self._proof = demos, sheet, proof

    def under_way(self, live: Live) -> Panel:
        """In line, or the live bars."""
        button = _views.resume(self._sheet, live.kept.id, GO_ON)
        return Panel(*_render.proof_heading(self._sheet), live.told(), row(button))

    async def done(self, run: KeptRun) -> Panel:
        """What was claimed, what was observed, and the picture of it."""
        again = links.prove(self._sheet.attempt.id, self._sheet.question.id, "Run again")
        return Panel(
            *_render.proof_heading(self._sheet),
            *_render.proven(self._sheet, self._proof, run.traces),
            await self._demos.picture(run),
            rule(),
            row(again, links.run_steps(run.id), links.run_code(run.id), links.run_text(run.id)),
            colour=GOOD if _render.shown(self._sheet, self._proof, run.traces) else ACCENT,
        )

    def broken(self, run: KeptRun, sentence: str) -> Panel:
        """Why there is nothing to show."""
        button = _views.resume(self._sheet, run.id, "Run again")
        return Panel(*_render.proof_heading(self._sheet), sentence, row(button), colour=BAD)
