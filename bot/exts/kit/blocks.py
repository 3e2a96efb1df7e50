"""Pieces of a lesson as Discord's markdown: code highlighted, tables in monospace. Pure: no Discord."""

from __future__ import annotations

from functools import lru_cache

from bot.domain.lesson import Code, RunTable
from bot.domain.steps import execution_table, variable_tracker
from bot.domain.tables import PROMISE_WORDS, WORDS, execution_table_text, tracker_text
from bot.domain.trace import Trace
from bot.exts.kit.words import code_block

MOST_TABLES = 256
"""How many tables are remembered: those of a lesson's run are shown again and again."""


def code(block: Code) -> str:
    """A snippet under its caption."""
    shown = code_block(block.source, "" if block.language == "text" else block.language)
    return f"{block.caption}\n{shown}" if block.caption else shown


@lru_cache(MOST_TABLES)
def run_table(which: RunTable, trace: Trace, step: int | None = None, *, promises: bool = False) -> str:
    """A table made from a run; `step` marks a row of the execution table, counted from 0.

    With `promises`, tasks are told as a promise's states (pending, fulfilled, …), otherwise in a lesson's words.
    """
    words = PROMISE_WORDS if promises else WORDS
    if which is RunTable.VARIABLES:
        return code_block(tracker_text(variable_tracker(trace), words))
    labels = [task.label for task in trace.program.tasks]
    current = None if step is None else step + 1
    return code_block(execution_table_text(execution_table(trace), labels, current, words))


def step_note(trace: Trace, step: int) -> str:
    """A row of the execution table, in words."""
    row = execution_table(trace)[step]
    return f"**Step {row.number}: {row.action}**\n{row.note[0].upper()}{row.note[1:]}."
