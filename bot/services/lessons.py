"""Lessons: which there are, one part of one, and what a member has read of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

from msgspec import Struct

from bot.catalog.catalog import Catalog
from bot.domain import timing
from bot.domain.errors import MemberError
from bot.domain.lesson import Lesson, Part, PartId, Question
from bot.domain.names import shown
from bot.domain.schedule import Runtime
from bot.domain.snippets import in_language
from bot.services.demos import Picture, drawn
from bot.storage.reading import PartsRead


class UnknownTopicError(MemberError):
    """There is no lesson of that name."""


class OpenPart(Struct, frozen=True):
    """A part of a lesson, opened by a member, and the parts that this member has read with it."""

    lesson: Lesson
    part: Part
    read: frozenset[PartId]


def nearest(word: str, names: Sequence[str]) -> str:
    """A hint for a word that is not one of `names`: the nearest of them, or all."""
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return f"Did you mean `{close[0]}`?" if close else f"There is {', '.join(f'`{name}`' for name in names)}."


class LessonService:
    """Opens lessons for members."""

    def __init__(self, catalog: Catalog, read: PartsRead, now: Callable[[], datetime]) -> None:
        self._catalog, self._read, self._now = catalog, read, now
        self._drawing, self._pictures = asyncio.Lock(), dict[str, Picture]()

    @property
    def lessons(self) -> Sequence[Lesson]:
        """All lessons, by name."""
        return tuple(self._catalog.lessons.values())

    def search(self, typed: str) -> Sequence[Lesson]:
        """At most 25 lessons whose name or title holds what was typed."""
        word = typed.strip().lower()
        return [found for found in self.lessons if word in found.id or word in found.title.lower()][:25]

    def titles(self, topic: str) -> Mapping[PartId, str]:
        """The titles of the parts of a lesson; none where there is no such lesson."""
        found = self._catalog.lessons.get(topic.strip().lower())
        return {} if found is None else {part.id: part.title for part in found.parts}

    def lesson(self, topic: str) -> Lesson:
        """The lesson on a topic.

        Raises:
            UnknownTopicError: there is none; the sentence suggests the nearest.
        """
        found = self._catalog.lessons.get(topic.strip().lower())
        if found is None:
            raise UnknownTopicError(
                f"There is no lesson “{shown(topic)}”. {nearest(topic, list(self._catalog.lessons))}"
            )
        return found

    def question(self, lesson: Lesson, question_id: str) -> Question | None:
        """A question of a lesson's bank, or a generated one; None if this version has none of that id."""
        return lesson.questions.get(question_id) or timing.made_again(question_id)

    async def picture(self, lesson: Lesson) -> Picture:
        """The timeline of a lesson's recorded run. It is drawn once, in a thread; who comes meanwhile waits for it."""
        async with self._drawing:
            if lesson.id not in self._pictures:
                self._pictures[lesson.id] = await asyncio.to_thread(drawn, (lesson.run,))
            return self._pictures[lesson.id]

    async def open(self, member_id: int, topic: str, part_id: PartId, first: Runtime = Runtime.NODE) -> OpenPart:
        """Open a part for a member, its snippets of language `first` first, and remember that they have read it."""
        lesson = self.lesson(topic)
        await self._read.mark(member_id, lesson.id, part_id, self._now())
        read = await self._read.of(member_id, lesson.id)
        return OpenPart(lesson, in_language(lesson.by_part[part_id], first), read)
