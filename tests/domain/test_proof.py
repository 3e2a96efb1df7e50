"""Claims are held against runs: each part holds or fails by what happened, and is told in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.program import Program, comparison, custom
from bot.domain.proof import PROOF, Claim, Proof, examine, happening_fault, holds
from bot.domain.schedule import Runtime
from bot.domain.trace import Event, Kind, Trace

MakeRun = Callable[..., Trace]


@pytest.fixture
def compared(ran: MakeRun) -> Trace:
    """The lesson's comparison as it ought to go: 400 and 600 ms in turn, then together."""
    return ran(comparison((400, 600)))


@pytest.fixture
def failed() -> Trace:
    """Task 1 fails after 400 ms, main prints that and gives a value, and task 2 is cancelled."""
    happened = [
        (0, Kind.PHASE_STARTED, None, None),
        *((0, kind, task, None) for task in (0, 1) for kind in (Kind.CALLED, Kind.STARTED)),
        (400, Kind.REJECTED, 0, None),
        (401, Kind.PRINTED, None, "task 1 failed"),
        (402, Kind.PRINTED, None, "so be it"),
        (403, Kind.RETURNED, None, '{"toast":null}'),
        (410, Kind.CANCELLED, 1, None),
        (410, Kind.PHASE_ENDED, None, None),
    ]
    program = custom(parse_plan("task1 400! & task2 600"))
    return Trace(program, Runtime.PYTHON, tuple(Event(at, kind, 0, task, told) for at, kind, task, told in happened))


@pytest.fixture
def threw() -> Trace:
    """main fails at once, and task 1 has not been started."""
    happened = [(0, Kind.PHASE_STARTED, None), (1, Kind.THREW, "TypeError: no list"), (1, Kind.PHASE_ENDED, None)]
    events = tuple(Event(at, kind, 0, None, told) for at, kind, told in happened)
    return Trace(custom(parse_plan("~task1 400 > ~task2 600")), Runtime.PYTHON, events)


def observed(claim: Claim, trace: Trace) -> list[str]:
    return [finding.observed for finding in examine(claim, trace)]


@pytest.mark.parametrize(
    ("claim", "so", "seen"),
    [
        (Claim(total_ms=1000), True, "in “sequential” main was over after 1,000 ms"),
        (Claim(total_ms=1150), True, "in “sequential” main was over after 1,000 ms"),
        (Claim(total_ms=1200), False, "in “sequential” main was over after 1,000 ms"),
        (Claim(phase=1, total_ms=650), True, "in “concurrent” main was over after 600 ms"),
        (Claim(phase=1, total_ms=500), False, "in “concurrent” main was over after 600 ms"),
        (
            Claim(phase=1, faster_than=0),
            True,
            "in “concurrent” main was over after 600 ms, in “sequential” after 1,000 ms",
        ),
        (Claim(faster_than=1), False, "in “sequential” main was over after 1,000 ms, in “concurrent” after 600 ms"),
        (
            Claim(order=("task1 ends", "task2 starts")),
            True,
            "in “sequential” task 1 finished at 400 ms, task 2 started at 400 ms",
        ),
        (
            Claim(phase=1, order=("task1 ends", "task2 starts")),
            False,
            "in “concurrent” task 2 started at 0 ms, task 1 finished at 400 ms",
        ),
        (Claim(first_step=(("task2", 3),)), True, "in “sequential” task 2 started in step 3"),
        (Claim(first_step=(("task2", 6),)), False, "in “sequential” task 2 started in step 3"),
        (Claim(phase=1, first_step=(("task2", 6),)), True, "in “concurrent” task 2 started in step 6"),
    ],
)
def test_times_orders_and_steps_are_held_against_the_comparison(
    claim: Claim, so: bool, seen: str, compared: Trace
) -> None:
    assert holds(claim, compared) is so
    assert observed(claim, compared) == [seen]


@pytest.mark.parametrize(
    ("claim", "so", "said", "seen"),
    [
        (Claim(order=("task1 fails", "it prints", "main ends", "task2 is cancelled")), True, None, None),
        (Claim(order=("task1 succeeds",)), False, "task 1 succeeds", "task 1 never succeeded"),
        (
            Claim(order=("task2 ends", "main ends")),
            False,
            None,
            "main was over at 403 ms, task 2 was cancelled at 410 ms",
        ),
        (Claim(never=("task2 succeeds",)), True, "task 2 never succeeds", "task 2 never succeeded"),
        (Claim(never=("it prints",)), False, "it never prints", "it printed at 401 ms"),
        (Claim(prints=("task 1 failed", "so be it")), True, None, "it printed “task 1 failed”, “so be it”"),
        (Claim(prints=()), False, "it prints nothing", None),
        (Claim(returns='{ "toast": null }'), True, 'main gives {"toast":null}', 'main gave {"toast":null}'),
        (Claim(returns="[]"), False, None, 'main gave {"toast":null}'),
        (Claim(throws="TypeError"), False, "main fails with TypeError", 'main gave {"toast":null}'),
    ],
)
def test_ends_errors_and_output_are_held_against_a_failure(
    claim: Claim, so: bool, said: str | None, seen: str | None, failed: Trace
) -> None:
    (finding,) = examine(claim, failed)
    assert finding.holds is so
    assert said in (None, finding.claimed)
    assert seen in (None, finding.observed)


def test_what_main_fails_with_is_looked_for_in_its_error(threw: Trace) -> None:
    assert holds(Claim(throws="TypeError"), threw)
    assert not holds(Claim(returns="null"), threw)
    assert observed(Claim(throws="no array"), threw) == ["main failed with TypeError: no list"]
    assert observed(Claim(first_step=(("task1", 1),)), threw) == ["task 1 never started"]


def test_a_claim_holds_only_if_all_of_it_does(compared: Trace) -> None:
    claim = Claim(total_ms=1000, order=("task2 starts", "task1 starts"))
    assert [finding.holds for finding in examine(claim, compared)] == [True, False]
    assert not holds(claim, compared)


def test_a_proof_tells_which_options_a_run_shows(compared: Trace) -> None:
    claims = {"sum": (Claim(total_ms=1000),), "longest": (Claim(total_ms=600),), "silent": ()}
    proof = Proof(compared.program, (Runtime.NODE,), tuple(claims.items()))
    assert proof.shown(compared) == ("sum",)
    assert [finding.claimed for finding in proof.findings("longest", compared)] == [
        "in “sequential” main is over after about 600 ms"
    ]
    assert proof.findings("silent", compared) == proof.findings("unheard of", compared) == ()


@pytest.mark.parametrize("happening", ["task1 starts", "b is cancelled", "main ends", "it prints"])
def test_what_can_happen_can_be_claimed(happening: str) -> None:
    assert happening_fault(happening, ["task1", "b"]) is None


@pytest.mark.parametrize(
    ("happening", "fault"),
    [
        ("task3 starts", "there is no task “task3”, expected one of task1, b"),
        ("main starts", "there is no task “main”, expected one of task1, b"),
        ("task1 sings", "found “task1 sings”, expected a task that starts, ends, "),
        ("", "found “”, expected a task that starts, "),
    ],
)
def test_what_cannot_happen_is_told(happening: str, fault: str) -> None:
    assert str(happening_fault(happening, ["task1", "b"])).startswith(fault)


def test_a_program_of_a_question_alone_is_no_demo() -> None:
    assert Program(PROOF, comparison((400, 600)).phases).demo == "proof"


def test_a_phase_that_is_the_option_s_own_is_not_named(compared: Trace) -> None:
    proof = Proof(
        compared.program, (Runtime.NODE,), (("sequential", (Claim(total_ms=1000),)), ("x", (Claim(phase=1),)))
    )
    assert [finding.observed for finding in proof.findings("sequential", compared)] == ["main was over after 1,000 ms"]
