"""What a round says fits Discord's message, whatever is asked and however many play; and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from bot.app import World, assembled
from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.attempt import lay_out
from bot.domain.errors import MemberError
from bot.domain.lesson import Question
from bot.domain.poll import Distribution
from bot.domain.round import Move, Place, Round
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import Payload
from bot.exts.round import _render, _views
from bot.runners.pool import installed
from bot.services.clock import machine_clock
from bot.services.polls import PollSheet
from bot.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LESSON = load(Path("content")).lessons["async"]
MADE = [timing.fresh(item, Random(seed)) for item in timing.items() for seed in range(10)]
QUESTIONS = [*LESSON.questions.values(), *(question for question in MADE if question)]

TEXT_LIMIT = 4_000
"""https://discord.com/developers/docs/components/reference#component-limits"""

CROWD = [Place(1, 10**18 + n, 15, 15) for n in range(500)]


def a_round(question: Question) -> Round:
    """A round of that question alone."""
    return Round("0123456789ab", 1, 2, 10**18, "async", lay_out([question], Random(1)), 20, NOON).begin()


def characters(panel: Panel) -> int:
    return sum(len(part.get("content", "")) for part in parts_of(panel.to_components()))


def parts_of(components: list[Payload]) -> Iterator[Payload]:
    """All components, those in others too."""
    for component in components:
        yield component
        yield from parts_of(component.get("components", []))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_fits_into_a_message_open_and_closed(question: Question) -> None:
    begun = a_round(question)
    sheet = PollSheet(begun.poll(NOON), LESSON, question, question.options)
    found = Distribution({option.id: 500 for option in question.options})
    for panel in (
        _views.asking(begun, sheet, 500),
        _views.closed(begun.move(Move.SKIP, NOON), 0, sheet, found, CROWD),
    ):
        assert characters(panel) <= TEXT_LIMIT
    ids = [
        part["custom_id"] for part in parts_of(_views.asking(begun, sheet, 0).to_components()) if "custom_id" in part
    ]
    assert ids
    assert all(len(id_) <= 100 for id_ in ids)


def test_a_standing_of_hundreds_shows_the_first() -> None:
    begun = a_round(QUESTIONS[0])
    panel = _views.end(begun.move(Move.SKIP, NOON).move(Move.SKIP, NOON), CROWD, LESSON.title)
    assert characters(panel) <= TEXT_LIMIT
    assert _render.places(CROWD).endswith("-# … and 490 more players")
    assert _render.places(CROWD[:11]).endswith("-# … and 1 more player")
    assert _render.places([Place(1, 7, 0, 0)], medals=True) == "**1.** <@7> · 0 points"  # no medal for nothing


def test_a_streak_is_told_from_two_on() -> None:
    assert _render.places([Place(1, 7, 2, 2), Place(2, 8, 1, 1)]) == (
        "**1.** <@7> · 2 points · 2 in a row\n**2.** <@8> · 1 point"
    )


def test_a_question_open_in_a_stopped_round_does_not_count() -> None:
    question = QUESTIONS[0]
    begun = a_round(question)
    sheet = PollSheet(begun.poll(NOON), LESSON, question, question.options)
    panel = _views.closed(begun.move(Move.STOP, NOON), 0, sheet, Distribution({}), [])
    assert "does not count" in str(panel.to_components())


def test_the_host_is_told_where_the_round_stands() -> None:
    begun = a_round(QUESTIONS[0])
    told = [begun, begun.move(Move.PAUSE, NOON), begun.move(Move.SKIP, NOON), begun.move(Move.STOP, NOON)]
    assert ["Question 1 of 1" in _render.control(found) for found in told] == [True, True, True, False]
    assert _render.moment(NOON + timedelta(seconds=20)) in _render.control(begun)
    assert _render.chosen_note(None) == "You may change it until time is up."
    assert "hosted" not in _render.heading(
        replace(begun, host_id=None), 0, PollSheet(begun.poll(NOON), LESSON, QUESTIONS[0], ())
    )


@pytest.mark.parametrize(("questions", "seconds"), [(0, 20), (16, 20), (5, 4), (5, 301)])
async def test_numbers_out_of_range_are_refused_where_discord_does_not(
    settings: Settings, questions: int, seconds: int
) -> None:
    world = World(lambda: "id", Random(1), machine_clock(lambda: NOON), installed)
    async with assembled(settings, world) as client:
        rounds = client.services.rounds
        with pytest.raises(MemberError, match=r"A round has \d+ to \d+"):
            await rounds.begin(1, 2, 3, "async", questions=questions, seconds=seconds)
        assert await rounds.unfinished() == []
