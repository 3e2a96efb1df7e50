"""A round in words. No Discord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.lesson import Option
from bot.domain.poll import Distribution
from bot.domain.round import Place, Round
from bot.exts.kit import poll_words
from bot.exts.kit.words import LETTERS, MEDALS, count
from bot.services.polls import PollSheet


def asked(played: Round, sheet: PollSheet, answered: int) -> Iterator[str]:
    """The question while it is open, its end, and how many have answered."""
    yield _heading(played, sheet)
    yield from poll_words.asked(sheet)
    yield f"{_until(played)}\n{poll_words.answers_so_far(answered)}"


def closed(played: Round, sheet: PollSheet, found: Distribution, places: Sequence[Place]) -> Iterator[str]:
    """The closed question: who chose what, why, and where everybody stands."""
    yield _heading(played, sheet, f"closed with {count(found.total, 'answer')}")
    yield from poll_words.asked(sheet)
    yield from poll_words.explained(sheet, found)
    if places:
        yield f"**Standing**\n{_standing(places, of=sheet.poll.number + 1)}"


def over(played: Round, title: str, places: Sequence[Place], asked: int) -> Iterator[str]:
    """The end of a round."""
    yield f"## The round is over\n-# {title} · {count(asked, 'question')}"
    if not places:
        yield "Nobody answered this time."
        return
    yield _standing(places, of=asked, medals=True)
    yield "-# Points are for right answers, whatever the speed. They do not count for the leaderboard."


def chosen(sheet: PollSheet, option: Option) -> str:
    """What a member has answered, told to them alone."""
    return (
        f"### Your answer: {LETTERS[sheet.options.index(option)]}\n{option.text}\n"
        "-# Nobody else sees it, and you may change it until time is up."
    )


def gone(number: int) -> str:
    """What stands in the place of a question that the lesson does not hold any more."""
    return f"## Question {number + 1}\nThis question is closed. It is not part of the lesson any more."


def host(played: Round) -> str:
    """What only the host sees."""
    state = "Paused." if played.phase.paused else "Under way."
    return (
        f"### Your round\n{state} {count(len(played.layout), 'question')} of {played.seconds} s.\n"
        "-# Only you see this. `/round skip`, `/round pause` and `/round stop` do the same."
    )


def _heading(played: Round, sheet: PollSheet, note: str = "") -> str:
    place = [sheet.lesson.title, sheet.question.level.value, *([note] if note else [])]
    return f"## Question {sheet.poll.number + 1} of {len(played.layout)}\n-# {' · '.join(place)}"


def _until(played: Round) -> str:
    if played.phase_ends_at is None:
        return "**Paused.** Answers are taken meanwhile."
    return f"Time is up <t:{round(played.phase_ends_at.timestamp())}:R>. Answer in private, change your mind freely."


def _standing(places: Sequence[Place], *, of: int, medals: bool = False) -> str:
    lines: list[str] = []
    for place in places:
        rank = (medals and place.points and MEDALS.get(place.rank)) or f"**{place.rank}.**"
        streak = f" · {place.streak} in a row" if place.streak > 1 else ""
        lines.append(f"{rank} <@{place.member_id}> · {place.points} of {of}{streak}")
    return "\n".join(lines)
