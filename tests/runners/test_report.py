"""What a runner writes, well and badly."""

from __future__ import annotations

import json

import pytest

from bot.domain.plan import Task
from bot.domain.plan_text import parse_plan
from bot.domain.program import comparison, custom
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind
from bot.runners.report import MOST_BYTES, Report, RunnerDiedError, RunnerGarbledError
from bot.runners.run import without_names

PROGRAM = custom(Task("a", 100))
LINES = [
    json.dumps({"at_ms": at_ms, "kind": kind, "phase": 0} | more).encode() + b"\n"
    for at_ms, kind, more in [
        (0, "phase_started", {}),
        (0.1, "called", {"task": 0}),
        (0.2, "started", {"task": 0}),
        (100.3, "fulfilled", {"task": 0}),
        (100.35, "returned", {"detail": '"done"'}),
        (100.4, "phase_ended", {}),
    ]
]


def test_events_come_out_however_the_lines_are_cut() -> None:
    output = b"".join(LINES)
    for size in (1, 7, 80, len(output)):
        report = Report(PROGRAM, Runtime.NODE)
        pieces = [output[at : at + size] for at in range(0, len(output), size)]
        events = [event for piece in pieces for event in report.hear(1, piece)]
        assert tuple(events) == report.progress.trace().events
        report.end(0)


@pytest.mark.parametrize(
    "line",
    [
        b"hello\n",
        b"\n",
        b"{}\n",
        b"[" * 50_000 + b"\n",
        b'{"at_ms": NaN, "kind": "called", "phase": 0, "task": 0}\n',
        b'{"at_ms": 1e300, "kind": "called", "phase": 0, "task": 0}\n',
        b'{"at_ms": 1, "kind": "fulfilled", "phase": 0, "task": 0}\n',
        b'{"at_ms": 1, "kind": "called", "phase": 0, "task": 7}\n',
        b'{"at_ms": 1, "kind": "called", "phase": ' + b"9" * 5000 + b', "task": 0}\n',
        b'{"at_ms": ' + b"9" * 400 + b', "kind": "called", "phase": 0, "task": 0}\n',
        b"\xff\xfe\n",
        LINES[0],
    ],
)
def test_what_no_run_can_say_is_garbled(line: bytes) -> None:
    report = Report(PROGRAM, Runtime.NODE)
    list(report.hear(1, LINES[0]))
    with pytest.raises(RunnerGarbledError) as caught:
        list(report.hear(1, line))
    assert "impossible" in str(caught.value)
    assert "hello" not in str(caught.value)
    assert len(report.progress.events) == 1


def test_events_before_the_garbled_line_are_told() -> None:
    events: list[Event] = []
    with pytest.raises(RunnerGarbledError):
        events.extend(Report(PROGRAM, Runtime.NODE).hear(1, LINES[0] + LINES[1] + b"hello\n"))
    assert [event.kind for event in events] == [Kind.PHASE_STARTED, Kind.CALLED]


@pytest.mark.parametrize("fd", [1, 2])
def test_far_too_much_output_is_garbled(fd: int) -> None:
    report = Report(PROGRAM, Runtime.NODE)
    list(report.hear(fd, b"x" * MOST_BYTES))
    with pytest.raises(RunnerGarbledError):
        list(report.hear(fd, b"x"))


def test_a_runner_that_fails_leaves_its_last_words_to_the_log_alone() -> None:
    report = Report(PROGRAM, Runtime.NODE)
    list(report.hear(2, b"Traceback\n"))
    list(report.hear(2, b"MemoryError: secret\n"))
    with pytest.raises(RunnerDiedError) as caught:
        report.end(1)
    assert caught.value.exit_code == 1
    assert caught.value.detail == "exit code 1, last line of standard error: 'MemoryError: secret'"
    assert "secret" not in str(caught.value)


def test_a_runner_that_ends_before_its_program_has_died_whatever_it_says() -> None:
    report = Report(PROGRAM, Runtime.NODE)
    list(report.hear(1, b"".join(LINES[:-1])))
    with pytest.raises(RunnerDiedError):
        report.end(0)


def test_the_log_is_not_told_how_members_call_their_tasks() -> None:
    said = "RuntimeError: confessional failed (task 2 of b)"
    assert without_names(said, custom(parse_plan("confessional 20 > b 30"))) == "RuntimeError: … failed (task 2 of …)"
    assert without_names(said, comparison([200, 300])) == said
