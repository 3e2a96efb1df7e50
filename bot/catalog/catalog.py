"""What the content folder holds, once it is read."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bot.domain.demo import Demo
from bot.domain.lesson import Lesson


class Catalog(Struct, frozen=True):
    """All that can be taught and shown."""

    lessons: Mapping[str, Lesson]
    """By the lesson's id: the name of its folder."""
    demos: Mapping[str, Demo] = field(default_factory=dict[str, Demo])
    """By the demo's id, the name of its file, in the order in which they teach."""

    @property
    def questions(self) -> int:
        """How many questions all lessons hold."""
        return sum(len(lesson.questions) for lesson in self.lessons.values())
