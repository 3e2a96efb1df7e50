"""A question asked of a channel in words: open, or closed with bars, the solution and what was mistaken. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.poll import Distribution
from bot.exts.kit import blocks
from bot.exts.kit.words import LETTERS, count
from bot.services.polls import PollSheet

_BAR = 12
"""How many blocks wide the longest bar is."""


def asked(sheet: PollSheet) -> Iterator[str]:
    """The question and its options by letter."""
    yield sheet.question.prompt
    if sheet.question.code is not None:
        yield blocks.code(sheet.question.code)
    if sheet.question.table is not None:
        yield blocks.run_table(sheet.question.table, sheet.lesson.run)
    yield "\n".join(f"**{letter}** · {option.text}" for letter, option in zip(LETTERS, sheet.options, strict=False))


def answers_so_far(answered: int) -> str:
    """How many have answered, and nothing of what."""
    return f"-# {count(answered, 'answer')} so far"


def bars(sheet: PollSheet, found: Distribution) -> str:
    """How many chose each option, the right one marked."""
    most = max(found.counts.values(), default=0) or 1
    lines: list[str] = []
    for letter, option in zip(LETTERS, sheet.options, strict=False):
        times = found.counts.get(option.id, 0)
        bar = "█" * round(_BAR * times / most) or "▏"
        lines.append(f"**{letter}** `{bar:<{_BAR}}` {times}{' **✓**' if option.correct else ''}")
    return "\n".join(lines)


def explained(sheet: PollSheet, found: Distribution) -> Iterator[str]:
    """The bars, the solution, and the wrong idea that most of those who were wrong had."""
    yield bars(sheet, found)
    solution = "\n".join(f"{number}. {step}" for number, step in enumerate(sheet.question.solution, 1))
    yield f"**Worked solution**\n{solution}"
    wrong = [option for option in sheet.options if not option.correct and found.counts.get(option.id)]
    if wrong:
        idea = max(wrong, key=lambda option: found.counts[option.id]).misconception
        if idea is not None:
            yield f"> **The most common mistaken idea:** *{idea.name}.*\n> {idea.truth}"
