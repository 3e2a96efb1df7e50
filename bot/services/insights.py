"""What a teacher sees of a lesson: how each question does in their server, as picture and as table."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from msgspec import Struct

from bot.domain import timing
from bot.domain.insight import Item, Wrong
from bot.domain.lesson import Lesson, Level, Question
from bot.domain.predict_misreadings import MISREADINGS
from bot.domain.tally import Tally
from bot.services.demos import Picture
from bot.services.lessons import LessonService
from bot.storage.insights import Insights

COLUMNS = {
    "number": "the question's number, as in the chart",
    "item_id": "its id in the lesson's files",
    "title": "its title",
    "level": "easy, medium or hard",
    "answers": "how many answers are counted",
    "right": "how many of them were right",
    "difficulty": "right / answers, 0 to 1; 1 is easy",
    "discrimination": "point-biserial, -1 to 1; empty if unknown",
    "discrimination_answers": "how many answers that rests on",
    "hints": "how many answers came after a hint",
    "wrong_option": "the wrong option chosen most",
    "wrong_times": "how often it was chosen",
    "misconception": "the mistaken idea behind it",
    "mark": "misleading, nobody, blunt, everybody, works, too few, no answers",
}
"""The columns of the CSV, and what stands in them."""

_IDEAS = {misreading.id: misreading.name for misreading in MISREADINGS}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection."""


class LessonInsight(Struct, frozen=True):
    """The questions of a lesson in its order, then the kinds of generated ones, each with its sums."""

    lesson: Lesson
    items: tuple[Item, ...]

    @property
    def answers(self) -> int:
        """How many answers are counted in all."""
        return sum(item.tally.answers for item in self.items)


class InsightService:
    """Tells how questions do. It reads sums, so that it costs the same after ten answers and after millions."""

    def __init__(self, lessons: LessonService, insights: Insights) -> None:
        self._lessons, self._insights = lessons, insights

    async def of(self, guild_id: int, topic: str) -> LessonInsight:
        """How the questions of a lesson do in a server.

        Raises:
            UnknownTopicError: there is no such lesson.
        """
        lesson = self._lessons.lesson(topic)
        sums = await self._insights.of(guild_id, lesson.id)
        items: list[Item] = []
        for question in lesson.questions.values():
            tally = sums.tallies.get(question.id, Tally(question.id))
            wrong = _most(question, sums.choices.get(question.id, {}))
            number = len(items) + 1
            items.append(Item(number, question.title, question.level, tally, len(question.options), wrong))
        for kind in timing.items():
            tally, wrong = sums.tallies.get(kind, Tally(kind)), _most_generated(sums.choices.get(kind, {}))
            level = timing.level_of(kind) or Level.MEDIUM
            items.append(Item(len(items) + 1, timing.title_of(kind), level, tally, wrong=wrong))
        return LessonInsight(lesson, tuple(items))

    async def chart(self, items: Sequence[Item]) -> Picture | None:
        """The questions that have answers as a picture, drawn in a thread; None while there are none."""
        answered = [item for item in items if item.tally.answers]
        return await asyncio.to_thread(_chart, answered) if answered else None


def table(items: Sequence[Item]) -> bytes:
    """The questions as CSV for a spreadsheet: UTF-8 with the mark that Excel knows it by."""
    file = StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    rows.writerows([_harmless(cell) for cell in _cells(item)] for item in items)
    return file.getvalue().encode("utf-8-sig")


def _cells(item: Item) -> Iterator[str | float | None]:
    tally, wrong = item.tally, item.wrong
    yield from (item.number, tally.item_id, item.title, item.level.value, tally.answers, tally.right)
    yield from (_rounded(tally.difficulty), _rounded(tally.discrimination), tally.rated, tally.hinted)
    yield from (None, None, None) if wrong is None else (wrong.option, wrong.times, wrong.idea)
    yield item.mark.value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _harmless(cell: str | float | None) -> str | float | None:
    """Text that a spreadsheet would take for a formula, marked as text; figures stay figures."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _most(question: Question, chosen: Mapping[str, int]) -> Wrong | None:
    """The wrong option chosen most, of those that the question still has."""
    known = [option for option in question.options if option.id in chosen and option.misconception is not None]
    if not known:
        return None
    found = max(known, key=lambda option: chosen[option.id])
    return Wrong(found.text, found.misconception.name if found.misconception else "", chosen[found.id])


def _most_generated(chosen: Mapping[str, int]) -> Wrong | None:
    known = {id_: times for id_, times in chosen.items() if id_ in _IDEAS}
    if not known:
        return None
    found = max(known, key=lambda id_: known[id_])
    return Wrong(None, _IDEAS[found], known[found])


def _chart(items: Sequence[Item]) -> Picture:
    from bot.pictures import insights as chart  # noqa: PLC0415 - Pillow is slow to import, the bot starts without it

    return Picture(chart.draw(items), chart.describe(items))
