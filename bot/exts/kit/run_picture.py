"""The picture of a lesson's recorded run, beside the questions that are asked over its table."""

from __future__ import annotations

import asyncio

import structlog

from bot.exts.kit.host import Interaction
from bot.services.demos import Picture
from bot.services.quizzes import Sheet

WAIT_S = 1.5
"""How long a question waits for its picture, which is drawn once: Discord must hear within 3 s."""

_log = structlog.get_logger("tandem.picture")


async def beside(interaction: Interaction, sheet: Sheet) -> Picture | None:
    """The picture that stands beside the table of a question; None if it has no table, or drawing takes too long.

    The question can be answered by its table alone, so nobody waits for the picture: the next look has it.
    """
    if sheet.question.table is None:
        return None
    try:
        async with asyncio.timeout(WAIT_S):
            return await interaction.client.services.lessons.picture(sheet.lesson)
    except TimeoutError:
        _log.warning("not drawn in time", lesson=sheet.lesson.id)
        return None
