"""A round in words: the question's place, notes, the standing, the end. No Discord."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.round import READ_S, Phase, Place, Round
from bot.exts.kit.words import MEDALS, count
from bot.services.polls import PollSheet

MOST_PLACES = 10
"""How many members a standing shows, ties at its end included."""

STREAK_FROM = 2

GONE = "This question is not part of the lesson any more, so it is left out."


def moment(at: datetime) -> str:
    """A moment as Discord counts down to it."""
    return f"<t:{round(at.timestamp())}:R>"


def heading(round_: Round, number: int, sheet: PollSheet | None) -> str:
    """Which question of the round it is."""
    place = f"## Question {number + 1} of {len(round_.layout)}"
    return place if sheet is None else f"{place}\n-# {sheet.lesson.title} · {sheet.question.level}{_hosted(round_)}"


def asking_note(round_: Round) -> str:
    """How to answer, and for how long."""
    if round_.paused:
        left = (round_.remaining_ms or 0) / 1000
        return f"**Paused** with {left:.0f} s left. You may answer, and change your answer."
    until = "" if round_.phase_ends_at is None else f" Time is up {moment(round_.phase_ends_at)}."
    return f"Press a letter. Only you see your answer, and you may change it.{until}"


def reading_note(round_: Round) -> str:
    """What comes after the solution."""
    if round_.phase is Phase.PAUSED_READING:
        return "-# **Paused.** The host lets it go on."
    if round_.phase is Phase.READING:
        last = round_.closed == len(round_.layout)
        return f"-# {'The result' if last else 'The next question'} comes in {READ_S} seconds."
    return ""


def chosen_note(round_: Round | None) -> str:
    """Until when an answer may be changed."""
    ends_at = None if round_ is None or round_.paused else round_.phase_ends_at
    return f"You may change it until time is up{'' if ends_at is None else f', {moment(ends_at)}'}."


def places(standing: Sequence[Place], *, medals: bool = False) -> str:
    """The standing, the best first; equal points share a rank."""
    lines = [_place(place, medals=medals) for place in standing[:MOST_PLACES]]
    if len(standing) > MOST_PLACES:
        lines.append(f"-# … and {count(len(standing) - MOST_PLACES, 'more player')}")
    return "\n".join(lines)


def standing(found: Sequence[Place]) -> str:
    """The standing between two questions."""
    return f"**Standing**\n{places(found)}" if found else "**Standing**\nNobody has answered yet."


def end(round_: Round, found: Sequence[Place], title: str) -> list[str]:
    """The end of a round: who stands where."""
    asked = count(round_.closed, "question")
    whole = "" if round_.closed == len(round_.layout) else f" of {len(round_.layout)}"
    head = f"## The round is over\n-# {title} · {asked}{whole} · {count(len(found), 'player')}{_hosted(round_)}"
    return [head, places(found, medals=True) or "Nobody has answered this time."]


def control(round_: Round) -> str:
    """Where the round stands, for its host."""
    place = f"Question {round_.number + 1} of {len(round_.layout)}"
    match round_.phase:
        case Phase.ASKING:
            until = "" if round_.phase_ends_at is None else f" Time is up {moment(round_.phase_ends_at)}."
            now = f"{place} is open.{until}"
        case Phase.READING:
            now = f"{place} is closed. Time to read."
        case Phase.PAUSED_ASKING | Phase.PAUSED_READING:
            now = f"{place}. The time stands still."
        case Phase.OVER:
            return "### The round is over\nIts result is in the channel. `/round start` begins another."
    return f"### {'Paused' if round_.paused else 'You lead this round'}\n{now}\n-# Only you see these buttons."


def _place(place: Place, *, medals: bool) -> str:
    medal = MEDALS.get(place.rank) if medals and place.points else None
    streak = f" · {place.streak} in a row" if place.streak >= STREAK_FROM else ""
    return f"{medal or f'**{place.rank}.**'} <@{place.member_id}> · {count(place.points, 'point')}{streak}"


def _hosted(round_: Round) -> str:
    return "" if round_.host_id is None else f" · hosted by <@{round_.host_id}>"
