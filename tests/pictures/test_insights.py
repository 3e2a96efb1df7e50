"""The chart of a lesson's questions: each stands where its figures say, none covers another, and words say the same."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations
from math import hypot

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.insight import Item, Mark
from bot.domain.lesson import Level
from bot.domain.tally import Tally
from bot.pictures import ink
from bot.pictures.insights import LONGEST_DESCRIPTION, RADIUS, WIDTH, describe, draw, placed


def item(number: int, right: int, answers: int, apart: float | None) -> Item:
    """A question; those who were right had `apart` more of the others right than those who were wrong."""
    if apart is None:
        return Item(number, "A question", Level.EASY, Tally(f"q{number}", answers, right))
    strong, weak, wrong = 0.5 + apart / 2, 0.5 - apart / 2, answers - right
    rest, squared = right * strong + wrong * weak, right * (strong**2 + 0.01) + wrong * (weak**2 + 0.01)
    tally = Tally(f"q{number}", answers, right, 0, answers, right, rest, squared, right * strong)
    return Item(number, "A question", Level.EASY, tally)


WORKS, MISLEADS, FEW = item(1, 24, 40, 0.3), item(2, 10, 40, -0.2), item(3, 4, 8, 0.2)


def test_more_right_answers_stand_further_right_and_who_tells_more_apart_stands_higher() -> None:
    signs = {sign.item.number: sign for sign in placed([WORKS, MISLEADS, FEW])}
    assert signs[2].true_x < signs[3].true_x < signs[1].true_x
    assert signs[1].true_y < signs[3].true_y < signs[2].true_y
    assert all((sign.x, sign.y) == (sign.true_x, sign.true_y) for sign in signs.values())


def test_each_way_of_doing_has_a_shape_and_a_colour_of_its_own() -> None:
    picture = Image.open(BytesIO(draw([WORKS, MISLEADS, FEW]))).convert("RGB")
    assert [each.mark for each in (WORKS, MISLEADS, FEW)] == [Mark.WORKS, Mark.MISLEADING, Mark.TOO_FEW]
    for sign in placed([WORKS, MISLEADS, FEW]):
        near = picture.getpixel((round(sign.x - RADIUS + 6), round(sign.y)))
        corner = picture.getpixel((round(sign.x - RADIUS + 5), round(sign.y - RADIUS + 5)))
        expected = {1: ink.FINISHED, 2: ink.CANCELLED, 3: ink.GROUND}[sign.item.number]
        assert near == expected
        assert (corner == ink.CANCELLED) == (sign.item is MISLEADS)  # a square has corners


def test_questions_of_which_only_the_share_is_known_stand_in_a_strip_of_their_own() -> None:
    (daily,) = placed([item(1, 5, 40, None)])
    (lowest,) = placed([item(1, 20, 40, -1.0)])
    assert daily.y > lowest.y + 2 * RADIUS
    with_strip, without = (Image.open(BytesIO(draw([each]))) for each in (item(1, 5, 40, None), WORKS))
    assert with_strip.height > without.height


def test_the_same_figures_twice_are_moved_apart_and_stay_near() -> None:
    signs = placed([item(number, 24, 40, 0.3) for number in range(1, 8)])
    assert all(hypot(a.x - b.x, a.y - b.y) >= 2 * RADIUS for a, b in combinations(signs, 2))
    assert all(hypot(sign.x - sign.true_x, sign.y - sign.true_y) < 5 * RADIUS for sign in signs)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.none() | st.floats(-1, 1)),
        min_size=1,
        max_size=24,
    )
)
def test_no_question_covers_another_nor_stands_outside(figures: list[tuple[int, float | None]]) -> None:
    items = [item(number, right, 40, apart) for number, (right, apart) in enumerate(figures, 1)]
    signs, picture = placed(items), Image.open(BytesIO(draw(items)))
    assert all(hypot(a.x - b.x, a.y - b.y) >= 2 * RADIUS for a, b in combinations(signs, 2))
    assert all(s.x - RADIUS >= 0 and s.x + RADIUS <= WIDTH and s.y + RADIUS <= picture.height for s in signs)


def test_it_says_in_words_what_it_shows_in_full_or_by_number() -> None:
    opening = "Chart of questions: the share of right answers, then how well each tells strong from weak (-1 to 1)."
    assert describe([WORKS, MISLEADS, item(4, 9, 9, None)]) == (
        f"{opening} To mend: 2, 25%, -0.65. Works: 1, 60%, 0.83. Too few answers: 4, 100%, unknown."
    )
    many = describe([item(number, 24, 40, 0.3) for number in range(1, 101)])
    assert "Works: questions 1, 2, 3" in many
    assert len(many) <= LONGEST_DESCRIPTION
    assert len(describe([item(number, 24, 40, 0.3) for number in range(1, 1_000)])) == LONGEST_DESCRIPTION
