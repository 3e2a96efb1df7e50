"""A lesson part in words: the text of its message, piece by piece. No Discord."""

from __future__ import annotations

from bot.domain.lesson import Block, Code, PartId, RunTable, Table, Text
from bot.domain.steps import execution_table
from bot.exts.kit import blocks
from bot.exts.kit.words import code_block, table
from bot.services.lessons import OpenPart

PARTS = tuple(PartId)


def heading(opened: OpenPart) -> str:
    """Which part of which lesson this is."""
    number = PARTS.index(opened.part.id) + 1
    return f"## {opened.part.title}\n-# {opened.lesson.title} · part {number} of {len(PARTS)} · {len(opened.read)} read"


def body(opened: OpenPart, step: int | None = None) -> tuple[list[str], list[str]]:
    """The texts of a part: up to its execution table, under which the buttons that step through it stand, and the rest.

    `step` marks a row of that table, counted from 0. A part without the table has no rest.
    """
    pieces = [_block(opened, block, step) for block in opened.part.blocks]
    if RunTable.EXECUTION not in opened.part.blocks:
        return pieces, []
    here = opened.part.blocks.index(RunTable.EXECUTION) + 1
    note = [] if step is None else [blocks.step_note(opened.lesson.run, step)]
    return pieces[:here] + note, pieces[here:]


def step_count(opened: OpenPart) -> int:
    """How many rows can be stepped through; 0 where the part shows no execution table."""
    return len(execution_table(opened.lesson.run)) if RunTable.EXECUTION in opened.part.blocks else 0


def _block(opened: OpenPart, block: Block, step: int | None) -> str:
    match block:
        case Text(markdown):
            return markdown
        case Code():
            return blocks.code(block)
        case Table(columns, rows):
            return code_block(table(columns, rows))
        case RunTable():
            return blocks.run_table(block, opened.lesson.run, step)
