"""Scores in words. Members are shown as mentions that ping nobody, so no member is ever looked up. No Discord."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.board import Period, Scope
from bot.domain.lesson import PartId
from bot.domain.progress import Progress
from bot.domain.records import BoardPage, Standing
from bot.exts.kit.words import MEDALS, count
from bot.services.scores import Board, LessonScore, MemberScore, QuizScore


def score(found: MemberScore) -> Iterator[str]:
    """What one member has reached."""
    yield f"## Score of <@{found.member_id}>\n-# {_place(found)}"
    for lesson in found.lessons:
        yield "\n".join(_lesson(lesson))
    yield "\n".join(_progress(found.progress))


def shared(found: MemberScore) -> str:
    """The heading of a progress that a member shares."""
    return f"## Progress of <@{found.member_id}>" + ("" if found.hidden else f"\n-# {_place(found)}")


def hiding(found: MemberScore, *, own: bool) -> Iterator[str]:
    """Whether others see this score, and how to change that."""
    if not own:
        return
    if found.hidden:
        yield "-# You are hidden: you are on no leaderboard, and nobody else can look at this. *Show me* ends that."
    else:
        yield "-# *Hide me* takes you off every leaderboard and keeps this score to yourself."


def board(board: Board, guild_name: str) -> Iterator[str]:
    """One page of a ranking, which ranking it is, and where the member who looks stands."""
    found = board.found
    where = guild_name if board.scope is Scope.SERVER else "all servers"
    topic = board.lesson.title if board.lesson else "all lessons"
    yield f"## Leaderboard{_period(board)} · {where} · {topic}\n-# right answers in first attempts"
    if not found.standings:
        still = "" if board.period is Period.ALWAYS else f" this {board.period}"
        yield f"Nobody ranks here yet{still}. The first `/quiz` or `/test` that somebody finishes opens the list."
        return
    yield "\n".join(_standing(standing) for standing in found.standings)
    yield f"-# {_mine(board, found)}"


def _period(board: Board) -> str:
    """The period in which it was looked at, such as `this week`, and since when."""
    if board.since is None:
        return "\n-# always"
    day = f"{board.since:%A} {board.since.day} {board.since:%B}"
    return f": this {board.period}\n-# since {day}, UTC"


def _mine(board: Board, found: BoardPage) -> str:
    if found.hidden:  # the whole channel reads this
        return "You are hidden. `/score` shows you, and nobody else, where you would stand."
    if found.mine is not None:
        return f"You: rank {found.mine.rank:,}, {count(found.mine.points, 'point')} of {found.mine.asked:,}"
    where = " taken in this server" if board.scope is Scope.SERVER else ""
    when = "" if board.period is Period.ALWAYS else f" finished this {board.period}"
    return f"You are not ranked here: only a first attempt{where}{when} counts."


def _place(found: MemberScore) -> str:
    if found.standing is None:
        return "not ranked here yet"
    points = count(found.standing.points, "point")
    rank = f"rank {found.standing.rank:,} here with {points}"
    return f"hidden; it would be {rank}" if found.hidden else rank


def _standing(standing: Standing) -> str:
    place = (standing.points and MEDALS.get(standing.rank)) or f"**{standing.rank:,}.**"
    return f"{place} <@{standing.member_id}> · {count(standing.points, 'point')} of {standing.asked:,}"


def _progress(found: Progress) -> Iterator[str]:
    levels = " · ".join(f"{each.level.value} {each.right:,} of {each.asked:,}" for each in found.levels)
    yield f"**Right by level:** {levels or 'nothing answered yet'}"
    row = f"{count(found.streak.days, 'day')} in a row"
    if found.streak.days and not found.streak.today:
        row += "; answer one question today to go on"
    yield f"**Streak:** {row}"
    yield f"**Due for review:** {count(found.due, 'question')}{' · `/review`' if found.due else ''}"


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
