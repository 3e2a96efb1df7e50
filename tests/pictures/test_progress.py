"""The progress card: every figure stands in it, it fits whatever the figures are, and the same is told in words."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.grading import LevelStrength
from bot.domain.lesson import Level, PartId
from bot.domain.progress import Progress, Reading
from bot.domain.streak import Streak
from bot.pictures import ink
from bot.pictures.progress import MOST_LESSONS, WIDTH, describe, draw

PARTS = list(PartId)


def progress(read: int = 7, days: int = 12, due: int = 4, lessons: int = 1, right: int = 9) -> Progress:
    reading = Reading("Async: in turn or together", frozenset(PARTS[:read]))
    levels = (LevelStrength(Level.EASY, right, 10), LevelStrength(Level.HARD, 1, 7))
    return Progress((reading,) * lessons, levels, Streak(days, today=True), due)


def seen(found: Progress) -> Image.Image:
    return Image.open(BytesIO(draw(found))).convert("RGB")


def blue(found: Progress) -> int:
    """How many pixels are filled."""
    return {colour: count for count, colour in seen(found).getcolors(1_000) or []}[ink.FINISHED]


def test_a_part_more_fills_a_box_more_and_a_right_answer_more_a_longer_bar() -> None:
    boxes = [blue(progress(read=read)) for read in range(11)]
    assert boxes == sorted(set(boxes))
    bars = [blue(progress(right=right)) for right in range(11)]
    assert bars == sorted(set(bars))
    assert blue(progress(right=10)) - blue(progress(right=0)) > 10_000


def test_it_says_in_words_what_it_shows() -> None:
    assert describe(progress(days=1, due=1)) == (
        "Progress. 1 day in a row. 1 question due for review. Async: in turn or together: 7 of 10 parts read. "
        "Right answers by level: easy 9 of 10, hard 1 of 7."
    )
    new = Progress((Reading("Async", frozenset()),), (), Streak(0, today=False), 0)
    assert describe(new) == (
        "Progress. 0 days in a row. 0 questions due for review. Async: 0 of 10 parts read. No answers yet."
    )


def test_of_very_many_lessons_some_are_drawn_and_the_others_counted() -> None:
    assert seen(progress(lessons=MOST_LESSONS + 3)).height == seen(progress(lessons=MOST_LESSONS + 1)).height
    assert "3 more lessons" in describe(progress(lessons=MOST_LESSONS + 3))


@settings(max_examples=25)
@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(0, 99_999), st.text(max_size=200))
def test_nothing_is_drawn_over_the_edge(days: int, due: int, right: int, title: str) -> None:
    levels = tuple(LevelStrength(level, right, 99_999) for level in Level)
    found = Progress((Reading(title, frozenset(PARTS[:3])),), levels, Streak(days, today=False), due)
    picture = seen(found)
    assert picture.width == WIDTH
    edges = [picture.crop((0, 0, 20, picture.height)), picture.crop((WIDTH - 20, 0, WIDTH, picture.height))]
    assert [[colour for _, colour in edge.getcolors() or []] for edge in edges] == [[ink.GROUND]] * 2
    assert len(describe(found)) <= 1_000
