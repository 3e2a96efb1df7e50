"""From answers to the day on which something comes back, by FSRS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler, State
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.recall import RECALL, Memory, Recall
from bot.services.memory import remember

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def wait(memory: Memory, since: datetime) -> timedelta:
    """How long until it comes back."""
    return memory.due_at - since


def test_the_table_knows_right_and_wrong_and_help_and_nothing_else() -> None:
    assert RECALL == {
        (True, False): Recall.REMEMBERED,
        (True, True): Recall.WITH_HELP,
        (False, False): Recall.FORGOTTEN,
        (False, True): Recall.FORGOTTEN,
    }


@pytest.mark.parametrize("recall", Recall)
def test_something_new_is_remembered_as_fsrs_itself_does(recall: Recall) -> None:
    at = NOON + timedelta(days=27, microseconds=1)
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, _ = scheduler.review_card(Card(card_id=1, due=at), Rating[recall.value.capitalize()], at)
    assert remember(None, recall, at) == Memory(json.dumps(card.to_dict()), card.due)


def test_what_was_wrong_comes_back_tomorrow() -> None:
    assert wait(remember(None, Recall.FORGOTTEN, NOON), NOON) == timedelta(days=1)


def test_what_was_right_comes_back_in_some_days() -> None:
    assert wait(remember(None, Recall.REMEMBERED, NOON), NOON) >= timedelta(days=2)


def test_what_is_right_again_and_again_comes_back_later_and_later() -> None:
    memory, waits = remember(None, Recall.REMEMBERED, NOON), []
    for _ in range(5):
        at = memory.due_at
        memory = remember(memory.state, Recall.REMEMBERED, at)
        waits.append(wait(memory, at))
    assert waits == sorted(set(waits))
    assert waits[-1] > timedelta(days=365)


def test_with_a_hint_it_comes_back_sooner_than_without_and_later_than_if_it_was_wrong() -> None:
    known = remember(None, Recall.REMEMBERED, NOON)
    again, hard, good = (
        wait(remember(known.state, recall, known.due_at), known.due_at)
        for recall in (Recall.FORGOTTEN, Recall.WITH_HELP, Recall.REMEMBERED)
    )
    assert again < hard < good


def test_what_was_forgotten_after_long_comes_back_tomorrow() -> None:
    memory = remember(None, Recall.REMEMBERED, NOON)
    for _ in range(3):
        memory = remember(memory.state, Recall.REMEMBERED, memory.due_at)
    assert wait(remember(memory.state, Recall.FORGOTTEN, memory.due_at), memory.due_at) < timedelta(days=8)


def test_the_state_is_what_fsrs_writes_and_reads() -> None:
    memory = remember(None, Recall.REMEMBERED, NOON)
    card = Card.from_json(memory.state)
    assert (card.state, card.due, card.last_review) == (State.Review, memory.due_at, NOON)
    assert card.to_dict() == json.loads(memory.state)


@given(st.lists(st.tuples(st.sampled_from(Recall), st.integers(0, 10**8)), min_size=1, max_size=20))
def test_the_same_answers_lead_to_the_same_days_and_fit_into_the_store(answers: list[tuple[Recall, int]]) -> None:
    def memories() -> list[Memory]:
        state, at, found = None, NOON, []
        for recall, seconds in answers:
            at += timedelta(seconds=seconds)
            found.append(remember(state, recall, at))
            state = found[-1].state
            assert wait(found[-1], at) >= timedelta(days=1)
            assert len(state) <= 400
        return found

    assert memories() == memories()


def test_a_clock_that_is_behind_does_no_harm() -> None:
    memory = remember(None, Recall.REMEMBERED, NOON)
    assert remember(memory.state, Recall.REMEMBERED, NOON - timedelta(hours=1)).due_at > NOON
