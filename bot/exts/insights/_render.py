"""Insights in words. No Discord."""

from __future__ import annotations

from bot.domain.insight import FEWEST, FEWEST_RATED, TO_MEND, Item, Mark
from bot.exts.kit.words import clip, count
from bot.services.insights import COLUMNS, LessonInsight

EMPTY = (
    "Nothing to tell yet. This fills by itself as members of this server finish their first `/quiz` or `/test`, "
    "play a `/round`, or answer the question of the day. Later attempts and reviews are practice and do not count."
)

MEANING = (
    "-# **Right**: the share of answers that were right. **Apart**: how well the question tells strong from weak, "
    "from -1 to 1 (point-biserial with the other answers of the same run); 0.2 and more is good, below 0 is suspect."
)

_LONGEST_OPTION = 90

_ADVICE = {
    Mark.MISLEADING: "⚠️ **Those who do well elsewhere get this wrong.** Check which option is right, and the wording.",
    Mark.NOBODY: "⚠️ **Hardly anybody gets it: no better than guessing.** Check the key, or teach it before asking.",
    Mark.BLUNT: "⚠️ **It hardly tells strong from weak.** Sharpen the wording and the wrong options.",
    Mark.EVERYBODY: "⚠️ **Everybody gets it.** Make a wrong option more tempting, or ask something harder.",
    Mark.WORKS: "✓ Works: neither too easy nor too hard, and it tells strong from weak.",
    Mark.TOO_FEW: f"– Too few answers to tell: fewer than {FEWEST}.",
    Mark.NO_ANSWERS: "– No answers yet.",
}


def heading(found: LessonInsight) -> str:
    """Which lesson it is, and what is counted."""
    mend = sum(item.mark in TO_MEND for item in found.items)
    told = f" · {count(mend, 'question')} to mend" if found.answers else ""
    return (
        f"## Insights: {found.lesson.title}\n-# {count(found.answers, 'answer')} in this server{told}\n"
        "-# First attempts, rounds and questions of the day count, practice does not."
    )


def item(item: Item) -> str:
    """How one question does, and what to do about it."""
    lines = [f"**{item.number}. {item.title}** · {item.level.value}", _advice(item)]
    if item.tally.answers:
        lines.append(_figures(item))
    if item.wrong is not None:
        chosen = f"“{clip(item.wrong.option, _LONGEST_OPTION)}” · " if item.wrong.option else ""
        lines.append(f"Most chosen wrong: {chosen}*{item.wrong.idea}* · {count(item.wrong.times, 'time')}")
    return "\n".join(lines)


def columns(found: LessonInsight) -> str:
    """What stands in the columns of the CSV."""
    told = "\n".join(f"`{name}` {meaning}" for name, meaning in COLUMNS.items())
    return f"**{found.lesson.title}**, a line a question. Opens in any spreadsheet.\n{told}"


def _advice(item: Item) -> str:
    if item.mark is Mark.WORKS and (item.tally.rated < FEWEST_RATED or item.tally.discrimination is None):
        return f"✅ Neither too easy nor too hard. If it tells strong from weak shows after {FEWEST_RATED} answers."
    return _ADVICE[item.mark]


def _figures(item: Item) -> str:
    tally = item.tally
    share = f"Right **{tally.right / tally.answers:.0%}** ({tally.right:,} of {tally.answers:,})"
    apart = "Apart: not known yet"
    if tally.discrimination is not None:
        apart = f"Apart **{tally.discrimination:z.2f}** (of {count(tally.rated, 'answer')})"
    return f"{share} · {apart} · {count(tally.hinted, 'hint')} used"
