"""A test in words: a question without a hint, what it has shown, each question explained. No Discord."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.attempt import Attempt
from bot.domain.grading import Idea, LevelStrength
from bot.domain.lesson import Question
from bot.exts.kit import question_words
from bot.exts.kit.words import clip, code_block, count
from bot.services.quizzes import Sheet
from bot.services.tests import Outcome

CHANGED = "The question that you answered has changed or is gone. This one counts in its place."

MOST_IDEAS = 3
"""More wrong ideas than this are counted; the questions themselves name them all."""

_IDEA, _TRUTH, _ANSWER = 100, 140, 80
"""Characters of a wrong idea, of what is true instead, and of a right answer, in the result."""

_BAR = 10
"""How many blocks wide a whole bar is."""


def question(sheet: Sheet, note: str = "") -> list[str]:
    """The question: where it stands, until when, what it asks, the options by letter."""
    attempt, place = sheet.attempt, f"{sheet.lesson.title} · Test · {sheet.question.level}"
    deadline = "" if attempt.deadline_at is None else f" · until {_both(attempt.deadline_at)}"
    heading = f"### Question {sheet.index + 1} of {len(attempt.layout)}{deadline}\n-# {place}"
    return [heading, *([f"-# {note}"] if note else []), *question_words.asked(sheet, key=False)]


def resumed(attempt: Attempt) -> str:
    """Where somebody who comes back is."""
    left = len(attempt.layout) - attempt.position
    return f"where you left off: {count(left, 'question')} to go" if attempt.answers else ""


def result(outcome: Outcome) -> Iterator[str]:
    """The score, strength by level, what misled, and each question that was not right with its right answer."""
    attempt = outcome.attempt
    mark = "" if attempt.pass_mark is None else f" · {attempt.pass_mark} % passes"
    yield f"## {attempt.score} of {len(attempt.layout)}{_passed(attempt)}\n-# {outcome.lesson.title} · Test{mark}"
    if attempt.closed and attempt.finished_at is not None:
        left = len(attempt.layout) - len(attempt.answers)
        yield (
            f"Time was up at {_time(attempt.finished_at)}; what you answered in time stands. "
            f"{count(left, 'question').capitalize()} stayed open."
        )
    if outcome.strength.levels:
        yield f"**Strength by level**\n{code_block(levels(outcome.strength.levels))}"
    if outcome.strength.ideas:
        yield "\n".join(_misled(outcome.strength.ideas))
    wrong = [_wrong(number, attempt, asked) for number, asked in enumerate(outcome.questions)]
    if lines := [line for line in wrong if line]:
        yield "\n".join(["**Not right yet**", *lines])
    yield f"-# {_counts(attempt)} {_again(outcome)}"


def levels(found: tuple[LevelStrength, ...]) -> str:
    """Right answers by level as bars, in monospace."""
    bars = ((each, "█" * round(_BAR * each.right / each.asked)) for each in found)
    return "\n".join(f"{each.level:<6}  {bar:░<{_BAR}}  {each.right} of {each.asked}" for each, bar in bars)


def explained(sheet: Sheet) -> list[str]:
    """A question of a finished test with its key, what was answered, and the worked solution."""
    place = f"{sheet.lesson.title} · Test · {sheet.question.level}"
    heading = f"### Question {sheet.index + 1} of {len(sheet.attempt.layout)}: {sheet.question.title}\n-# {place}"
    return [heading, *question_words.asked(sheet, key=True), *question_words.feedback(sheet)]


def gone(attempt: Attempt, index: int) -> list[str]:
    """A question of a finished test that the lesson does not hold any more."""
    answer = attempt.answers.get(attempt.layout[index].question_id)
    told = "You left it open." if answer is None else f"Your answer was {'right' if answer.correct else 'not right'}."
    heading = f"### Question {index + 1} of {len(attempt.layout)}"
    return [heading, f"This question is not part of the lesson any more, so it cannot be shown. {told}"]


def shared(outcome: Outcome) -> str:
    """The result as the channel sees it. The name is a mention that pings nobody."""
    attempt = outcome.attempt
    done = "has passed the test with" if attempt.passed else "took the test:"
    return f"### <@{attempt.member_id}> {done} {attempt.score} of {len(attempt.layout)}\n-# {outcome.lesson.title}"


def resting(again_at: datetime) -> str:
    """When the next test can be taken, for somebody who wants one now."""
    return f"Your next test on this topic can begin {_relative(again_at)}, at {_time(again_at)}. This is your last one."


def _passed(attempt: Attempt) -> str:
    if attempt.pass_mark is None:
        return ""
    return ": passed" if attempt.passed else ": not passed yet"


def _counts(attempt: Attempt) -> str:
    return "Your first test: it counts." if attempt.first else "Only the first test ranks."


def _again(outcome: Outcome) -> str:
    if outcome.again_at is None:
        return "`/test` draws new questions."
    return f"The next test can begin {_relative(outcome.again_at)}."


def _misled(ideas: tuple[Idea, ...]) -> Iterator[str]:
    yield "**You answered as if this were so**"
    for idea in ideas[:MOST_IDEAS]:
        yield f"- *{_clipped(idea.misconception.name, _IDEA)}*, {_times(idea.times)}."
        yield f"-# {_clipped(idea.misconception.truth, _TRUTH)}"
    if len(ideas) > MOST_IDEAS:
        yield f"-# And {count(len(ideas) - MOST_IDEAS, 'other idea')}: *Look through* names each."


def _wrong(index: int, attempt: Attempt, question: Question | None) -> str:
    answer = attempt.answers.get(attempt.layout[index].question_id)
    if answer is not None and answer.correct:
        return ""
    if question is None:
        return f"✗ **{index + 1}** no longer in the lesson"
    sign = "○" if answer is None else "✗"
    return f"{sign} **{index + 1}** {question.title}\n-# Right: {_clipped(question.answer.text, _ANSWER)}"


def _clipped(text: str, most: int) -> str:
    """A text cut short, its code ended if the cut is inside of it."""
    short = clip(text, most)
    return f"{short}`" if short.count("`") % 2 else short


def _times(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _both(at: datetime) -> str:
    return f"{_time(at)} ({_relative(at)})"


def _time(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:t>"


def _relative(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"
