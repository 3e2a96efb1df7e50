"""Every answer is proven: the programs of all questions are really run, and the keys held against what happened."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.catalog.loader import Catalog, load
from bot.domain.lesson import Question
from bot.domain.proof import Proof
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.settings import ROOT
from tests.content.conftest import run_all, undisturbed

QUESTIONS = {
    f"{lesson.id}/{question.id}": question
    for lesson in load(ROOT / "content").lessons.values()
    for question in lesson.questions.values()
}
BEYOND_RUNS = "async/p1-difference/callbacks"
"""The one option that no run can speak against: it is about how code is written."""

Traces = dict[str, tuple[Trace, ...]]


@pytest.fixture(scope="module")
def traces() -> Traces:
    """What happened when the program of each question was run, in each of its runtimes."""
    proofs = [(name, proof_of(question)) for name, question in QUESTIONS.items()]
    asked = [(name, proof.program, runtime) for name, proof in proofs for runtime in proof.runtimes]
    found = undisturbed([(program, runtime) for _, program, runtime in asked])
    return {
        name: tuple(trace for (other, _, _), trace in zip(asked, found, strict=True) if other == name)
        for name in QUESTIONS
    }


def proof_of(question: Question) -> Proof:
    assert question.proof is not None, f"{question.id} has no proof"
    return question.proof


def key_faults(question: Question, trace: Trace) -> list[str]:
    """Where a question's key and a run disagree: a claim of the right option that fails, a wrong option that holds."""
    proof, faults = proof_of(question), list[str]()
    for option in question.options:
        findings = proof.findings(option.id, trace)
        said = [f"it says that {found.claimed}; in {trace.runtime.label}, {found.observed}" for found in findings]
        where = f"{question.id}, “{option.text}”"
        if option.correct and not findings:
            faults.append(f"{where} is the key and claims nothing")
        if option.correct:
            faults += [
                f"{where} is the key, but {words}"
                for words, found in zip(said, findings, strict=True)
                if not found.holds
            ]
        elif findings and all(found.holds for found in findings):
            faults.append(f"{where} is no key, and yet all of it holds: {'; '.join(said)}")
    return faults


def test_every_question_has_a_proof(catalog: Catalog) -> None:
    assert QUESTIONS
    assert [name for name, question in QUESTIONS.items() if question.proof is None] == []
    assert catalog.questions == len(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_key_agrees_with_what_happens(name: str, traces: Traces) -> None:
    assert [fault for trace in traces[name] for fault in key_faults(QUESTIONS[name], trace)] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_wrong_key_would_be_noticed(name: str, traces: Traces) -> None:
    question = QUESTIONS[name]
    for wrong in question.options:
        if f"{name}/{wrong.id}" == BEYOND_RUNS:
            assert proof_of(question).claims_of(wrong.id) == ()
        elif not wrong.correct:
            assert proof_of(question).claims_of(wrong.id) != (), (
                f"{wrong.id} claims nothing, so no run speaks against it"
            )
            assert [fault for trace in traces[name] for fault in key_faults(with_key(question, wrong.id), trace)] != []


def test_if_work_overlapped_as_waits_do_another_option_would_be_shown() -> None:
    proof = proof_of(QUESTIONS["async/m5-own-hands"])
    work, waits = proof.program.phases
    (trace,) = run_all([(replace(proof.program, phases=(replace(waits, name=work.name), waits)), Runtime.NODE)])
    assert proof.shown(trace) == ("ms-600",)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_was_observed_is_told_in_words(name: str, traces: Traces) -> None:
    question = QUESTIONS[name]
    for trace in traces[name]:
        for finding in proof_of(question).findings(question.answer.id, trace):
            assert finding.observed
            assert "task1" not in finding.claimed + finding.observed, "a task is told by its label"


def with_key(question: Question, option_id: str) -> Question:
    """The question as an author might get it wrong: another option is marked as the right one."""
    right, wrong = question.answer, question.option(option_id)
    assert wrong is not None
    ideas = {right.id: wrong.misconception, wrong.id: None}
    options = (replace(option, misconception=ideas.get(option.id, option.misconception)) for option in question.options)
    return replace(question, options=tuple(options))
