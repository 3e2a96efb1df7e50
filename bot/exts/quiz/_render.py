"""A quiz in words: the question, the feedback, the result. No Discord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.attempt import Attempt
from bot.domain.lesson import Option, QuizKind
from bot.domain.proof import Proof
from bot.domain.trace import Trace
from bot.exts.kit import question_words
from bot.exts.kit.words import LETTERS
from bot.services.quizzes import Sheet

TITLES = {
    QuizKind.PRACTICE: "Practice",
    QuizKind.VISUAL: "Read a real run",
    QuizKind.TEST: "Test",
    QuizKind.REVIEW: "Review",
}


def question(sheet: Sheet, note: str = "") -> list[str]:
    """The question itself: where it stands, what it asks, the options by letter, the hint once it was asked for."""
    asked, total = sheet.question, len(sheet.attempt.layout)
    place = [sheet.lesson.title, TITLES[sheet.attempt.kind], asked.level, *([note] if note else [])]
    heading = f"## Question {sheet.index + 1} of {total}\n-# {' · '.join(place)}"
    hint = [f"> **Hint:** {asked.hint}"] if sheet.hinted else []
    return [heading, *question_words.asked(sheet, key=sheet.answer is not None), *hint]


def proof_heading(sheet: Sheet) -> list[str]:
    """Which question is put to the proof, and the answer that its key names."""
    return [f"## Prove it: {sheet.question.title}\n-# The program of this question, run for you.", _key(sheet)]


def proven(sheet: Sheet, proof: Proof, traces: Sequence[Trace]) -> list[str]:
    """What the right answer claims beside what the runs showed, and the same for a wrong answer that was given."""
    pieces = ["\n".join(_findings("Expected", proof, sheet.question.answer, traces))]
    chosen = sheet.question.option(sheet.answer.option_id) if sheet.answer else None
    if chosen is not None and not chosen.correct and proof.claims_of(chosen.id):
        found = _findings("It would mean", proof, chosen, traces)
        pieces.append("\n".join([f"**Your answer**, {_lettered(sheet, chosen)}", *found]))
    if not shown(sheet, proof, traces):
        pieces.append("This time the run did not show it. The machine may have been busy: press *Run again*.")
    return pieces


def shown(sheet: Sheet, proof: Proof, traces: Sequence[Trace]) -> bool:
    """Whether every run has shown what the right answer claims."""
    return all(finding.holds for trace in traces for finding in proof.findings(sheet.question.answer.id, trace))


def _key(sheet: Sheet) -> str:
    return f"**The right answer**, {_lettered(sheet, sheet.question.answer)}"


def _lettered(sheet: Sheet, option: Option) -> str:
    letter = next((letter for letter, shown in zip(LETTERS, sheet.options, strict=False) if shown == option), "")
    return f"{letter}: {option.text}"


def _findings(lead: str, proof: Proof, option: Option, traces: Sequence[Trace]) -> Iterator[str]:
    """Each thing that an option claims, after some words that lead to it, and under it what each run showed."""
    for findings in zip(*(proof.findings(option.id, trace) for trace in traces), strict=True):
        yield f"{lead}: {findings[0].claimed}."
        for trace, finding in zip(traces, findings, strict=True):
            yield f"> {'✓' if finding.holds else '✗'} **{trace.runtime.label}**: {finding.observed}."


def result(attempt: Attempt, sheets: list[Sheet | None], title: str) -> list[str]:
    """The score, and a line for each question."""
    lines = [_line(index, attempt, sheet) for index, sheet in enumerate(sheets)]
    counts = "Your first attempt: it counts." if attempt.first else "Practice: only first attempts rank."
    return [
        f"## {attempt.score} of {len(attempt.layout)}\n-# {title} · {TITLES[attempt.kind]}",
        "\n".join(lines),
        f"-# {counts}",
    ]


def shared(attempt: Attempt, title: str) -> str:
    """The result as the channel sees it. The name is a mention that pings nobody."""
    marks = "".join("🟩" if attempt.answers[a.question_id].correct else "🟥" for a in attempt.layout)
    return (
        f"### <@{attempt.member_id}> has {attempt.score} of {len(attempt.layout)}\n"
        f"-# {title} · {TITLES[attempt.kind]} · {'first attempt' if attempt.first else 'practice'}\n{marks}"
    )


def _line(index: int, attempt: Attempt, sheet: Sheet | None) -> str:
    answer = attempt.answers[attempt.layout[index].question_id]
    what = "no longer in the lesson" if sheet is None else sheet.question.title
    hint = " · with a hint" if answer.hinted else ""
    again = (
        "" if answer.correct or sheet is None else f"\n-# Read again: {sheet.lesson.by_part[sheet.question.part].title}"
    )
    return f"{'✓' if answer.correct else '✗'} **{index + 1}** {what}{hint}{again}"
