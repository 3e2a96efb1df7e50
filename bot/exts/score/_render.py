"""Scores in words. Members are shown as mentions that ping nobody, so no member is ever looked up. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.lesson import PartId
from bot.domain.records import Standing
from bot.exts.kit.words import MEDALS, count
from bot.services.scores import Board, LessonScore, MemberScore, QuizScore


def score(found: MemberScore) -> Iterator[str]:
    """What one member has reached."""
    place = "not ranked here yet"
    if found.standing is not None:
        place = f"rank {found.standing.rank} here with {count(found.standing.points, 'point')}"
    yield f"## Score of <@{found.member_id}>\n-# {place}"
    for lesson in found.lessons:
        yield "\n".join(_lesson(lesson))


def board(found: Board, guild_name: str) -> Iterator[str]:
    """One page of the ranking, and where the member who looks stands."""
    yield f"## Leaderboard\n-# {guild_name} · right answers in first attempts"
    if not found.standings:
        yield "Nobody ranks here yet. The first `/quiz` that somebody finishes opens the list."
        return
    yield "\n".join(_standing(standing) for standing in found.standings)
    if found.mine is None:
        yield "-# You are not ranked here: only a first attempt taken in this server counts."
    else:
        yield f"-# You: rank {found.mine.rank}, {count(found.mine.points, 'point')} of {found.mine.asked}"


def _standing(standing: Standing) -> str:
    place = (standing.points and MEDALS.get(standing.rank)) or f"**{standing.rank}.**"
    return f"{place} <@{standing.member_id}> · {count(standing.points, 'point')} of {standing.asked}"


def _lesson(found: LessonScore) -> Iterator[str]:
    yield f"**{found.lesson.title}**"
    yield f"Parts read: {len(found.read)} of {len(PartId)}"
    for quiz in found.quizzes:
        yield f"{quiz.kind.value.capitalize()}: {_quiz(quiz)}"


def _quiz(found: QuizScore) -> str:
    said: list[str] = []
    if found.first is not None:
        said.append(f"{found.first.score} of {len(found.first.layout)} at first")
    if found.later:
        best = max(found.later, key=lambda attempt: attempt.score)
        said.append(f"best of {count(len(found.later), 'retry').replace('retrys', 'retries')} {best.score}")
    if found.open is not None:
        said.append(f"under way at question {found.open.position + 1} of {len(found.open.layout)}")
    return ", ".join(said) or "not tried yet"
