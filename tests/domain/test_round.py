"""The table of a round's moves, its times, its questions, its standing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.attempt import Asked
from bot.domain.lesson import Lesson, Level
from bot.domain.poll import PollAnswer
from bot.domain.round import (
    LONGEST_ABSENCE,
    LONGEST_PAUSE,
    QUESTIONS,
    READ_S,
    TRANSITIONS,
    IllegalMoveError,
    Move,
    Phase,
    Place,
    Round,
    draw,
    standing,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def begun() -> Round:
    """A round of three questions, 20 seconds each."""
    layout = tuple(Asked(f"q{number}", ("a", "b")) for number in range(3))
    return Round("r", 10, 20, 30, "async", layout, 20, NOON).begin()


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load(Path("content")).lessons["async"]


def in_phase(begun: Round, phase: Phase) -> Round:
    """The round in that phase of its second question."""
    moves = {
        Phase.ASKING: [],
        Phase.READING: [Move.SKIP],
        Phase.PAUSED_ASKING: [Move.PAUSE],
        Phase.PAUSED_READING: [Move.SKIP, Move.PAUSE],
        Phase.OVER: [Move.STOP],
    }
    for move in [Move.SKIP, Move.SKIP, *moves[phase]]:
        begun = begun.move(move, NOON)
    return begun


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("move", Move)
def test_the_table_is_the_law(begun: Round, phase: Phase, move: Move) -> None:
    before = in_phase(begun, phase)
    assert before.phase is phase
    if (phase, move) in TRANSITIONS:
        assert before.move(move, NOON).phase is TRANSITIONS[phase, move]
    else:
        with pytest.raises(IllegalMoveError, match=r"`/round (start|pause)`"):
            before.move(move, NOON)


def test_each_question_has_its_time_and_then_there_is_time_to_read(begun: Round) -> None:
    assert (begun.number, begun.closed, begun.phase_ends_at) == (0, 0, at(20))
    assert not begun.due(at(19.9))
    assert begun.due(at(20))
    reading = begun.move(Move.TIME_UP, at(20))
    assert (reading.number, reading.closed, reading.phase_ends_at) == (0, 1, at(20 + READ_S))
    second = reading.move(Move.TIME_UP, at(30))
    assert (second.number, second.closed, second.phase, second.phase_ends_at) == (1, 1, Phase.ASKING, at(50))


def test_after_the_last_question_it_is_over(begun: Round) -> None:
    last = replace(begun, number=2, phase=Phase.READING)
    for move in (Move.TIME_UP, Move.SKIP):
        over = last.move(move, at(20))
        assert (over.over, over.closed, over.phase_ends_at, over.ended_at) == (True, 3, None, at(20))


def test_a_pause_keeps_what_was_left(begun: Round) -> None:
    paused = begun.move(Move.PAUSE, at(5))
    assert (paused.remaining_ms, paused.phase_ends_at) == (15_000, at(5) + LONGEST_PAUSE)
    again = paused.move(Move.RESUME, at(500))
    assert (again.number, again.phase, again.phase_ends_at, again.remaining_ms) == (0, Phase.ASKING, at(515), None)
    late = begun.move(Move.PAUSE, at(21))  # the time was up, and nobody has closed it yet
    assert late.remaining_ms == 0


@pytest.mark.parametrize("phase", [Phase.PAUSED_ASKING, Phase.PAUSED_READING])
def test_a_pause_that_nobody_ends_ends_the_round(begun: Round, phase: Phase) -> None:
    paused = in_phase(begun, phase)
    assert paused.due(NOON + LONGEST_PAUSE)
    assert paused.move(Move.TIME_UP, NOON + LONGEST_PAUSE).over


def test_a_question_that_was_open_when_the_round_was_stopped_does_not_count(begun: Round) -> None:
    assert begun.move(Move.STOP, at(1)).closed == 0
    assert begun.move(Move.SKIP, at(1)).move(Move.STOP, at(2)).closed == 1


def test_a_round_that_nothing_has_driven_for_long_ends_and_what_was_answered_counts(begun: Round) -> None:
    assert begun.move(Move.TIME_UP, at(20) + LONGEST_ABSENCE).phase is Phase.READING
    over = begun.move(Move.TIME_UP, at(21) + LONGEST_ABSENCE)
    assert (over.over, over.closed) == (True, 1)


@pytest.mark.parametrize("count", QUESTIONS)
def test_questions_are_drawn_from_easy_to_hard_none_twice(lesson: Lesson, count: int) -> None:
    drawn = draw(lesson, count, Random(count))
    assert len({question.id for question in drawn}) == count
    levels = [list(Level).index(question.level) for question in drawn]
    assert all(earlier <= later for earlier, later in pairwise(levels))


def test_a_small_bank_is_filled_with_questions_made_anew(lesson: Lesson) -> None:
    few = replace(lesson, questions=dict(list(lesson.questions.items())[:2]))
    drawn = draw(few, 15, Random(1), has_node=False)
    made = [question for question in drawn if timing.is_generated(question.id)]
    assert len(made) == 13
    assert {question.code.language for question in made if question.code} == {"py"}


def given(*right: int, wrong: tuple[int, ...] = ()) -> list[PollAnswer]:
    """The answers to one question, by who was right and who was wrong."""
    return [PollAnswer(id_, "a", id_ in right, NOON) for id_ in (*right, *wrong)]


def test_equal_points_share_a_rank_and_a_streak_ends_with_a_question_missed() -> None:
    answers = [given(1, 2, wrong=(3, 4)), given(2, 3, wrong=(1,)), given(1, 3)]
    assert standing(answers) == [Place(1, 1, 2, 1), Place(1, 2, 2, 0), Place(1, 3, 2, 2), Place(4, 4, 0, 0)]
    assert standing(answers[:1]) == [Place(1, 1, 1, 1), Place(1, 2, 1, 1), Place(3, 3, 0, 0), Place(3, 4, 0, 0)]
    assert standing([]) == []
