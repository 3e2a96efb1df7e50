"""The floor shows and sends what Tandem does, so that what they cost can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bench.bots.floor import OPTIONS, Feedback
from bot.catalog.loader import load
from bot.domain.attempt import Answer, Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.exts.quiz import _views
from bot.services.quizzes import Sheet
from bot.settings import ROOT

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shapes(components: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """What the components are and say, without their ids."""
    for each in components:
        yield each["type"], each.get("content"), each.get("label"), each.get("style"), each.get("disabled", False)
        yield from shapes(each.get("components", []))


def test_the_floor_sends_the_same_feedback_component_by_component() -> None:
    lesson = load(ROOT / "content").lessons["async"]
    question = lesson.questions["p2-write-concurrent"]
    options = tuple(next(o for o in question.options if text.endswith(o.text)) for text in OPTIONS)
    others = [id_ for id_ in lesson.quizzes[QuizKind.PRACTICE] if id_ != question.id]
    layout = [Asked(id_, ()) for id_ in others]
    layout.insert(1, Asked(question.id, tuple(option.id for option in options)))
    answers = {
        others[0]: Answer("any", correct=True, hinted=False, at=NOW),
        question.id: Answer(options[3].id, correct=False, hinted=False, at=NOW),
    }
    answered = Attempt(
        "abcdef123456", 1, 10, "async", QuizKind.PRACTICE, tuple(layout), first=True, started_at=NOW, answers=answers
    )
    panel = _views.question(Sheet(answered, lesson, 1, question, options), None, pressed=options[3].id)

    assert [*shapes(panel.to_components())] == [*shapes(Feedback().to_components())]
