"""The result card: what is told in it, for those who see it and those who do not."""

from __future__ import annotations

import itertools
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.grading import LevelStrength
from bot.domain.lesson import Level
from bot.pictures import ink
from bot.pictures.card import HEIGHT, WIDTH, Card, describe, draw

LEVELS = tuple(
    LevelStrength(level, right, asked) for level, right, asked in zip(Level, (3, 2, 0), (3, 4, 3), strict=True)
)


def card(
    right: str, *, passed: bool | None = True, title: str = "Async: in turn or together", first: bool = True
) -> Card:
    """A card of questions that were right (`+`), not right (`-`) or left open (`o`)."""
    answers = tuple({"+": True, "-": False, "o": None}[sign] for sign in right)
    return Card(title, answers, LEVELS, passed, None if passed is None else 80, first)


def seen(shown: Card) -> Image.Image:
    return Image.open(BytesIO(draw(shown))).convert("RGB")


def area(picture: Image.Image, colour: ink.Colour) -> int:
    """How many pixels have exactly this colour."""
    return {pixel: count for count, pixel in picture.getcolors(1 << 20)}.get(colour, 0)


def test_its_size_is_for_a_phone_and_its_file_small() -> None:
    file = draw(card("+++++-----"))
    assert Image.open(BytesIO(file)).size == (WIDTH, HEIGHT) == (800, 450)
    assert len(file) < 40_000


def test_each_question_that_was_right_fills_a_tenth_of_the_ring() -> None:
    filled = [area(seen(card("+" * right + "-" * (10 - right))), ink.FINISHED) for right in range(11)]
    steps = [after - before for before, after in itertools.pairwise(filled)]
    assert all(2_500 < step < 6_000 for step in steps)


def test_what_was_not_right_and_what_was_left_open_look_different() -> None:
    pictures = [draw(card("+++++" + rest)) for rest in ("-----", "ooooo", "--ooo")]
    assert len(set(pictures)) == 3


def test_passing_is_told_by_sign_and_words_not_by_colour_alone() -> None:
    passed, failed, neither = (draw(card("++++++++--", passed=found)) for found in (True, False, None))
    assert len({passed, failed, neither}) == 3


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (
            card("+++++++-oo"),
            (
                "First test, Async: in turn or together: 7 of 10 right. Passed. 80 percent passes. "
                "By level: easy 3 of 3, medium 2 of 4, hard 0 of 3. Questions: 1 right, 2 right, 3 right, 4 right, "
                "5 right, 6 right, 7 right, 8 not right, 9 left open, 10 left open."
            ),
        ),
        (
            card("+-", passed=None, first=False),
            (
                "Test, Async: in turn or together: 1 of 2 right. By level: easy 3 of 3, medium 2 of 4, hard 0 of 3. "
                "Questions: 1 right, 2 not right."
            ),
        ),
    ],
)
def test_the_description_says_all_that_the_card_shows(shown: Card, said: str) -> None:
    assert describe(shown) == said


def test_any_title_is_drawn_and_told() -> None:
    for title in ("A", "W" * 80, "Ünïcödé: 待つ 🦊", "x" * 300):
        assert seen(card("++++++++++", title=title)).size == (WIDTH, HEIGHT)
        assert len(describe(card("++++++++++", title=title))) <= 1_000
