"""Insights as a panel: the chart, and five questions a page, the worst first."""

from __future__ import annotations

from bot.domain.insight import worst_first
from bot.exts.insights import _render
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import Press, row, rule
from bot.services.demos import Picture
from bot.services.insights import LessonInsight

PAGE, CSV = "insights.page", "insights.csv"

PAGE_SIZE = 5


def insights(found: LessonInsight, chart: Picture | None, number: int) -> Panel:
    """One page of questions; `number` counts from 0 and is brought into range."""
    topic, items = found.lesson.id, worst_first(found.items)
    if not found.answers:
        return Panel(_render.heading(found), _render.EMPTY)
    last = (len(items) - 1) // PAGE_SIZE
    page = min(max(number, 0), last)
    shown = items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return Panel(
        _render.heading(found),
        chart,
        _render.MEANING,
        rule(),
        *map(_render.item, shown),
        row(
            Press(PAGE, topic, max(page - 1, 0), "back", label="◀ Worse", disabled=page == 0),
            Press(PAGE, topic, page, "here", label=f"{page + 1} of {last + 1}", disabled=True),
            Press(PAGE, topic, min(page + 1, last), "on", label="Better ▶", disabled=page == last),
            Press(CSV, topic, label="CSV"),
        ),
    )
