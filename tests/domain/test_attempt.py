"""A member takes a quiz: asks for hints, answers, presses twice, comes back after the lesson was changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from bot.domain.attempt import (
    TRANSITIONS,
    Answer,
    Asked,
    Attempt,
    Find,
    IllegalMoveError,
    Move,
    State,
    TimeUpError,
    lay_out,
)
from bot.domain.lesson import Level, Misconception, Option, PartId, Question, QuizKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRONG = Misconception("idea", "A wrong idea", "What is true")
QUESTIONS = ("kettle", "toast", "tea")
OPTIONS = ("right", "wrong", "odd")

ANSWERED = "This question is answered already. Press Next to go on."
EARLIER = "An earlier question is still open. `/quiz` shows it."
NOT_SHOWN = "This answer is not one of those shown. `/quiz` shows the question again."
NOT_HERE = "This question is not part of your quiz any more. `/quiz` goes on where you were."


def question(question_id: str, option_ids: tuple[str, ...] = OPTIONS) -> Question:
    options = tuple(
        Option(option_id, option_id, None, None if option_id == "right" else WRONG) for option_id in option_ids
    )
    return Question(question_id, "What", Level.EASY, PartId.FLOW, "?", None, None, "Look.", options, ("One.", "Two."))


def book(**questions: tuple[str, ...]) -> Find:
    """What finds these questions, each with these options."""
    return {question_id: question(question_id, option_ids) for question_id, option_ids in questions.items()}.get


@pytest.fixture
def begun() -> Attempt:
    """Three questions, the first of them open."""
    return fresh()


def fresh() -> Attempt:
    layout = tuple(Asked(question_id, OPTIONS) for question_id in QUESTIONS)
    return Attempt("id", 1, 2, "async", QuizKind.PRACTICE, layout, first=True, started_at=NOON)


def answer(attempt: Attempt, question_id: str, option_id: str = "right", minute: int = 0) -> Attempt:
    at = NOON + timedelta(minutes=minute)
    return attempt.answer(question_id, option_id, correct=option_id == "right", at=at)


def move(attempt: Attempt, what: Move, question_id: str) -> Attempt:
    return attempt.hint(question_id) if what is Move.HINT else answer(attempt, question_id)


def states(attempt: Attempt) -> list[State]:
    return [attempt.state(index) for index in range(len(attempt.layout))]


def finished(attempt: Attempt) -> Attempt:
    for asked in attempt.layout:
        attempt = answer(attempt, asked.question_id)
    return attempt


def test_a_member_walks_through_a_quiz(begun: Attempt) -> None:
    assert (states(begun), begun.position) == ([State.ASKED, State.AHEAD, State.AHEAD], 0)
    hinted = begun.hint("kettle")
    assert states(hinted) == [State.HINTED, State.AHEAD, State.AHEAD]
    one = answer(hinted, "kettle", "wrong", minute=1)
    assert (states(one), one.position, one.score) == ([State.ANSWERED, State.ASKED, State.AHEAD], 1, 0)
    two = answer(one, "toast")
    assert (two.position, two.score, two.finished) == (2, 1, False)
    three = answer(two, "tea")
    assert (states(three), three.position, three.score, three.finished) == ([State.ANSWERED] * 3, 3, 2, True)
    assert three.answers["kettle"] == Answer("wrong", correct=False, hinted=True, at=NOON + timedelta(minutes=1))
    assert three.answers["toast"] == Answer("right", correct=True, hinted=False, at=NOON)


def standing(state: State) -> tuple[Attempt, str]:
    """An attempt with a question in that state; its last question is open."""
    attempt = fresh()
    match state:
        case State.AHEAD:
            return attempt, "toast"
        case State.ASKED:
            return attempt, "kettle"
        case State.HINTED:
            return attempt.hint("kettle"), "kettle"
        case State.ANSWERED:
            return answer(attempt, "kettle"), "kettle"


@pytest.mark.parametrize(("state", "what"), TRANSITIONS)
def test_every_legal_move_leads_where_the_table_says(state: State, what: Move) -> None:
    attempt, question_id = standing(state)
    after = move(attempt, what, question_id)
    assert after.state(after.index(question_id)) is TRANSITIONS[state, what]


REFUSALS = {
    (State.AHEAD, Move.HINT): EARLIER,
    (State.AHEAD, Move.ANSWER): EARLIER,
    (State.ANSWERED, Move.HINT): ANSWERED,
}


def test_every_move_is_either_in_the_table_or_refused_here() -> None:
    assert {*TRANSITIONS, *REFUSALS} == set(product(State, Move))
    assert not TRANSITIONS.keys() & REFUSALS


@pytest.mark.parametrize(("state", "what"), REFUSALS)
def test_every_illegal_move_changes_nothing_and_says_why(state: State, what: Move) -> None:
    attempt, question_id = standing(state)
    same, _ = standing(state)
    with pytest.raises(IllegalMoveError) as caught:
        move(attempt, what, question_id)
    assert str(caught.value) == REFUSALS[state, what]
    assert attempt == same


def test_a_hint_after_the_end_tells_the_score(begun: Attempt) -> None:
    with pytest.raises(IllegalMoveError) as caught:
        finished(begun).hint("kettle")
    assert str(caught.value) == "This quiz is finished: 3 of 3. `/quiz` starts a new one."


def test_a_second_answer_changes_nothing(begun: Attempt) -> None:
    once = answer(begun, "kettle", "wrong")
    assert answer(once, "kettle", "right", minute=1) is once
    assert answer(once, "kettle", "never shown", minute=1) is once
    ended = finished(begun)
    assert answer(ended, "tea", "wrong", minute=1) is ended


def test_a_second_look_at_the_hint_changes_nothing(begun: Attempt) -> None:
    assert begun.hint("kettle").hint("kettle") == begun.hint("kettle")


def test_an_option_that_was_not_shown_is_refused(begun: Attempt) -> None:
    with pytest.raises(IllegalMoveError) as caught:
        answer(begun, "kettle", "never shown")
    assert str(caught.value) == NOT_SHOWN
    assert begun == fresh()


@pytest.mark.parametrize("what", Move)
def test_a_question_that_is_not_in_the_quiz_is_refused(begun: Attempt, what: Move) -> None:
    with pytest.raises(IllegalMoveError) as caught:
        move(begun, what, "coffee")
    assert str(caught.value) == NOT_HERE
    assert begun == fresh()


def test_a_quiz_is_laid_out_in_the_lessons_order_with_shuffled_options() -> None:
    asked = [question("kettle"), question("toast")]
    layouts = [lay_out(asked, Random(seed)) for seed in range(30)]
    assert {tuple(asked.question_id for asked in layout) for layout in layouts} == {("kettle", "toast")}
    assert {tuple(sorted(layout[0].option_ids)) for layout in layouts} == {tuple(sorted(OPTIONS))}
    assert len({layout[0].option_ids for layout in layouts}) == 6
    assert layouts[0] == lay_out(asked, Random(0))


def test_a_lesson_that_did_not_change_leaves_the_attempt_as_it_is(begun: Attempt) -> None:
    found = book(**dict.fromkeys(QUESTIONS, ("odd", "wrong", "right")))
    attempt = answer(begun, "kettle").hint("toast")
    assert attempt.revised(found, Random(7)) == attempt


def test_open_questions_that_are_gone_leave_and_answered_ones_stay(begun: Attempt) -> None:
    revised = answer(begun, "kettle").revised(book(tea=OPTIONS), Random(7))
    assert [asked.question_id for asked in revised.layout] == ["kettle", "tea"]
    assert (revised.position, revised.score) == (1, 1)


def test_a_question_with_new_options_is_laid_out_anew(begun: Attempt) -> None:
    found = book(kettle=OPTIONS, toast=("right", "other"), tea=OPTIONS)
    revised = begun.revised(found, Random(7))
    assert [revised.layout[0], revised.layout[2]] == [begun.layout[0], begun.layout[2]]
    assert sorted(revised.layout[1].option_ids) == ["other", "right"]


def test_an_answered_question_keeps_the_options_it_was_answered_with(begun: Attempt) -> None:
    found = book(kettle=("right", "other"), toast=OPTIONS, tea=OPTIONS)
    attempt = answer(begun, "kettle", "wrong")
    assert attempt.revised(found, Random(7)) == attempt


def test_an_attempt_with_nothing_left_to_ask_is_finished(begun: Attempt) -> None:
    revised = answer(begun, "kettle").revised(book(kettle=OPTIONS), Random(7))
    assert (revised.finished, revised.score, len(revised.layout)) == (True, 1, 1)


def a_test(*, pass_mark: int | None = 80, questions: int = 3) -> Attempt:
    """A test that is open until one o'clock."""
    layout = tuple(Asked(f"q{number}", OPTIONS) for number in range(questions))
    started = replace(fresh(), kind=QuizKind.TEST, layout=layout, pass_mark=pass_mark)
    return replace(started, deadline_at=NOON + timedelta(hours=1))


def test_an_answer_counts_until_the_deadline_and_not_from_it_on() -> None:
    begun = a_test()
    last = NOON + timedelta(minutes=59, seconds=59)
    in_time = begun.answer("q0", "right", correct=True, at=last)
    assert in_time.score == 1
    for late in (timedelta(hours=1), timedelta(hours=12)):
        assert in_time.overdue(NOON + late)
        with pytest.raises(TimeUpError) as caught:
            in_time.answer("q1", "right", correct=True, at=NOON + late)
        assert str(caught.value) == "The time for this is up. What you answered in time stands."
    assert (in_time.score, in_time.finished, in_time.overdue(last)) == (1, False, False)


def test_a_closed_test_is_finished_at_its_deadline_with_what_was_answered() -> None:
    closed = answer(a_test(), "q0").close()
    assert (closed.finished, closed.closed, closed.score, closed.position) == (True, True, 1, 1)
    assert closed.finished_at == closed.deadline_at
    assert not closed.overdue(NOON + timedelta(days=1))
    assert closed.revised(book(), Random(7)) == closed


def test_a_finished_test_is_never_overdue_and_a_quiz_has_no_deadline() -> None:
    assert not finished(a_test()).overdue(NOON + timedelta(days=1))
    assert not fresh().overdue(NOON + timedelta(days=365))


def test_a_second_press_after_the_deadline_keeps_the_first_answer() -> None:
    once = answer(a_test(), "q0")
    assert once.answer("q0", "wrong", correct=False, at=NOON + timedelta(hours=3)) is once


@pytest.mark.parametrize(
    ("mark", "right", "passed"),
    [(80, 8, True), (80, 7, False), (75, 8, True), (75, 7, False), (100, 10, True), (100, 9, False), (None, 10, False)],
)
def test_a_test_is_passed_at_its_mark(mark: int | None, right: int, passed: bool) -> None:
    attempt = a_test(pass_mark=mark, questions=10)
    for number in range(10):
        attempt = answer(attempt, f"q{number}", "right" if number < right else "wrong")
    assert attempt.passed is passed


def test_what_was_left_open_counts_as_not_right() -> None:
    attempt = answer(answer(a_test(pass_mark=60), "q0"), "q1")
    assert attempt.close().passed
    assert not replace(attempt, pass_mark=70).close().passed
    assert not replace(attempt, layout=(), answers={}).passed


def test_a_test_gives_no_hints() -> None:
    with pytest.raises(IllegalMoveError, match="A test gives no hints"):
        a_test().hint("q0")


@pytest.mark.parametrize(
    ("kind", "word"), [("practice", "quiz"), ("visual", "quiz"), ("test", "test"), ("review", "review")]
)
def test_sentences_name_the_command_that_goes_on(kind: str, word: str) -> None:
    attempt = replace(fresh(), kind=QuizKind(kind))
    with pytest.raises(IllegalMoveError) as caught:
        answer(attempt, "tea")
    assert str(caught.value) == f"An earlier question is still open. `/{word}` shows it."


class AnyPresses(RuleBasedStateMachine):
    """Whatever is pressed in whatever order, the law holds."""

    @initialize()
    def begin(self) -> None:
        self.attempt = fresh()
        self.answers: dict[str, Answer] = {}
        self.position = 0

    @rule(question_id=st.sampled_from([*QUESTIONS, "coffee"]))
    def hint(self, question_id: str) -> None:
        self.press(lambda: self.attempt.hint(question_id))

    @rule(
        question_id=st.sampled_from([*QUESTIONS, "coffee"]),
        option_id=st.sampled_from([*OPTIONS, "other", "never shown"]),
        minute=st.integers(0, 60),
    )
    def answer(self, question_id: str, option_id: str, minute: int) -> None:
        self.press(lambda: answer(self.attempt, question_id, option_id, minute))

    def press(self, button: Callable[[], Attempt]) -> None:
        with suppress(IllegalMoveError):
            self.attempt = button()

    @rule(kept=st.sets(st.sampled_from(QUESTIONS)), options=st.sampled_from([OPTIONS, ("right", "other")]))
    def change_the_lesson(self, kept: set[str], options: tuple[str, ...]) -> None:
        found = book(**dict.fromkeys(sorted(kept), options))
        self.attempt = self.attempt.revised(found, Random(7))

    @invariant()
    def answers_never_change_once_given(self) -> None:
        assert self.answers.items() <= dict(self.attempt.answers).items()
        self.answers = dict(self.attempt.answers)

    @invariant()
    def the_position_never_goes_back_and_counts_the_answers(self) -> None:
        assert self.position <= self.attempt.position == len(self.attempt.answers)
        self.position = self.attempt.position
        assert self.attempt.finished == (self.position == len(self.attempt.layout))

    @invariant()
    def the_score_is_the_number_of_right_answers(self) -> None:
        right = [given for given in self.attempt.answers.values() if given.option_id == "right"]
        assert self.attempt.score == len(right)

    @invariant()
    def questions_stand_in_order_answered_then_one_open_then_ahead(self) -> None:
        found, here = states(self.attempt), self.attempt.position
        assert found[:here] == [State.ANSWERED] * here
        assert all(state in (State.ASKED, State.HINTED) for state in found[here : here + 1])
        assert all(state is State.AHEAD for state in found[here + 1 :])


TestAnyPresses = AnyPresses.TestCase
TestAnyPresses.settings = settings(max_examples=40, stateful_step_count=20)
