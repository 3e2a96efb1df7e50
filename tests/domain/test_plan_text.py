"""A member writes a plan; what they get is that plan, or the place of the mistake and what was expected there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within
from bot.domain.plan_text import PlanTextError, parse_plan, text_of
from tests.domain.plans import plans

A, B, C = Task("a", 300), Task("b", 500), Task("c", 200)
PIECES = [*"ab 129>&|()~!.\n\t", "limit ", "within ", "settled", "cpu ", "é", "\u200b"]
SIGNS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(plans())
def test_the_text_of_a_plan_is_that_plan_and_its_text_again(plan: Plan) -> None:
    text = text_of(plan)
    assert parse_plan(text) == plan
    assert text_of(parse_plan(text)) == text


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("a 300", A),
        ("(a 300 & b 500) > c 200", InTurn((Together((A, B)), C))),
        ("a 300 & b 500 > c 200", InTurn((Together((A, B)), C))),
        (" ( a 300ms&b 500 MS )>\nc 0200 ", InTurn((Together((A, B)), C))),
        ("A 300 > B 500", InTurn((A, B))),
        ("(A 300 & B 500 Cpu) LIMIT 2", Together((A, Task("b", 500, doing=Doing.CPU)), limit=2)),
        ("a 300 | b 500", Together((A, B), Until.RACE)),
        ("(a 300 | b 500) any", Together((A, B), Until.ANY)),
        ("(a 300 & b 500) settled", Together((A, B), Until.SETTLED)),
        ("(a 300 & b 500 & c 200) limit 2", Together((A, B, C), limit=2)),
        ("(a 300 > b 500) within 400", Within(InTurn((A, B)), 400)),
        ("a 300 within 200 > b 500", InTurn((Within(A, 200), B))),
        ("~a 300 > b 500", InTurn((Unawaited(A), B))),
        ("a 300! & b 500 cpu", Together((Task("a", 300, fails=True), Task("b", 500, doing=Doing.CPU)))),
        ("a 300 cpu!", Task("a", 300, fails=True, doing=Doing.CPU)),
        ("((((a 300))))", A),
        ("(a 300 > b 500) > c 200", InTurn((InTurn((A, B)), C))),
    ],
)
def test_plans_are_read_as_people_write_them(text: str, plan: Plan) -> None:
    assert parse_plan(text) == plan


@pytest.mark.parametrize(
    ("text", "sentence", "caret_under"),
    [
        ("", "Found the end, expected a task such as a 300.", 0),
        ("(a 300 & b) > c", "Found “)”, expected how long “b” takes, in ms.", 10),
        ("a 300 b 400", "Found “b”, expected >, & or | between two tasks.", 6),
        ("(a 300 & b 300", "Found the end, expected ) or one more task after >, & or |.", 14),
        ("a 300)", "This bracket closes none. Leave it out.", 5),
        ("300 & a 300", "Found “300”, expected a task such as a 300.", 0),
        ("a 300 & b 500 | c 100", "Found “|”, expected &, or brackets around what belongs together.", 14),
        ("a 300 ; b 400", "“;” has no place in a plan. Write one such as (a 300 & b 500) > c 200.", 6),
        ("a 9 & b 300", "9 ms is too short. Choose from 10 to 5,000 ms.", 2),
        ("b 300 > a 5001", "5,001 ms is too long. Choose from 10 to 5,000 ms.", 10),
        ("a " + "9" * 50, "This is far too long. A task takes at most 5,000 ms.", 2),
        ("for 300", "“for” means something in plans or in their programs. Give the task another name.", 0),
        ("tea_pot 300", "A task's name is 1 to 12 small letters and digits, a letter first, such as task1.", 0),
        (
            "(a 300 | b 500) settled",
            "“settled” goes once after tasks joined by &, such as (a 300 & b 500) settled.",
            16,
        ),
        (
            "(a 300 & b 500) any",
            "“any” goes once after tasks joined by |, such as (a 300 | b 500) any.",
            16,
        ),
        ("a 300 limit 2", "“limit” goes once after tasks joined by &, such as (a 300 & b 500) limit 2.", 6),
        ("(a 300 & b 500) limit", "Found the end, expected how many at once, 1 to 12.", 21),
        ("(a 300 & b 500) limit 0", "A limit is 1 to 12 at once, not 0.", 22),
        ("a 300 within", "Found the end, expected the deadline in ms, such as within 400.", 12),
        ("~(a 300 > b 200)", "Found “(”, expected a task such as a 300.", 1),
        ("~a 300 & b 500", "A task that nobody awaits stands in a sequence, such as ~a 300 > b 500.", 0),
        ("(" * 13 + "a 300" + ")" * 13, "Found “a”, expected at most 12 brackets inside each other.", 13),
        ("a 300 > b 200 > a 100", "“a” stands in the plan twice. Give every task a name of its own.", 16),
        (
            " & ".join(f"t{n} 100" for n in range(13)),
            "13 tasks are too many. Leave some out: a plan has up to 12.",
            len(" & ".join(f"t{n} 100" for n in range(12))) + 3,
        ),
        (
            " & ".join(f"t{n} 5000" for n in range(5)),
            "The tasks add up to 25,000 ms, which is too long. Shorten some: a plan takes at most 20,000 ms in all.",
            40,
        ),
        ("b 10 > a 300" + " within 100" * 12, "The plan is nested too deep. It may go 12 levels down.", 7),
        ("a 300 > " * 60, "The plan has 480 characters. Write at most 400.", 400),
    ],
)
def test_a_mistake_is_shown_with_a_caret_under_its_place(text: str, sentence: str, caret_under: int) -> None:
    with pytest.raises(PlanTextError) as caught:
        parse_plan(text)
    line, caret = caught.value.shown.split("\n")
    assert str(caught.value) == sentence
    assert caught.value.at == caret_under
    assert caret.strip() == "^"
    assert line[caret.index("^") :][:1] == text[caret_under : caret_under + 1]


def test_a_long_plan_is_shown_around_the_mistake_alone() -> None:
    text = " > ".join(f"task{n} 1000" for n in range(8)) + " ? " + " > ".join(f"more{n} 1000" for n in range(8))
    with pytest.raises(PlanTextError) as caught:
        parse_plan(text)
    line, caret = caught.value.shown.split("\n")
    assert len(line) <= 44
    assert line[caret.index("^")] == "?"


@given(SIGNS | st.text(max_size=60))
def test_whatever_is_written_is_a_plan_or_a_sentence(text: str) -> None:
    plan, refused = None, None
    try:
        plan = parse_plan(text)
    except PlanTextError as error:
        refused = error
    if plan is not None:
        assert parse_plan(text_of(plan)) == plan
    else:
        assert str(refused).endswith(".")
        assert refused is not None
        assert max(map(len, refused.shown.split("\n"))) <= 45
