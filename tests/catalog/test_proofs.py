"""An author writes proofs: what is proven has to be what is asked, and every claim something that a run can show."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.catalog.loader import check
from bot.domain.proof import PROOF, Claim
from bot.domain.schedule import Runtime
from tests.catalog.conftest import QUESTIONS, Desk
from tests.catalog.test_demos import TEA

# To the question who-brews, which shows `await boil();` and offers needs-call and by-itself.
OWN = """\
    proof:
      phases:
        - name: boil alone
          plan: ~brew 300 > boil 400
          code:
            node: |
              async function main() {
                await boil();
                if (false) brew();
              }
      runtimes: [node]
      claims:
        needs-call:
          - never: [brew starts]
            total_ms: 400
        by-itself:
          - order: [boil ends, brew starts]
"""
BY_DEMO = """\
    proof:
      demo: tea
      runtimes: [node, python]
      claims:
        needs-call:
          - phase: tea after water
            order: [boil ends, brew starts, main ends]
"""
PLACE = "questions[1].proof"


@pytest.fixture
def author(desk: Desk) -> Desk:
    """A desk with the demo `tea`, ready for a proof of the question who-brews."""
    desk.write_demo("tea.yaml", TEA)
    return desk


def prove(desk: Desk, proof: str) -> None:
    solution = "    solution:\n      - Only one call is made.\n"
    rest = desk.text(QUESTIONS).partition(solution)[2]
    last = rest[: rest.index("\n\n") + 1]
    desk.change(QUESTIONS, solution + last, solution + last + proof)


def test_a_proof_of_its_own_is_read_with_its_claims(author: Desk) -> None:
    prove(author, OWN)
    assert author.check() == []
    proof = author.catalog().lessons["small"].questions["who-brews"].proof
    assert proof is not None
    assert (proof.program.demo, proof.runtimes) == (PROOF, (Runtime.NODE,))
    assert proof.claims_of("needs-call") == (Claim(never=("brew starts",), total_ms=400),)
    assert proof.claims_of("gone") == ()


def test_a_proof_may_run_a_demo(author: Desk) -> None:
    author.change(QUESTIONS, "    code:\n      language: js\n      source: await boil();\n", "")
    prove(author, BY_DEMO)
    assert author.check() == []
    lesson = author.catalog().lessons["small"]
    proof = lesson.questions["who-brews"].proof
    assert proof is not None
    assert proof.program == author.catalog().demos["tea"].program()
    assert lesson.questions["first-task"].proof is None


FAULTS = [
    (
        "plan: ~brew 300 > boil 400",
        "plan: ~brew > boil 400",
        (".phases[0].plan: this is no plan. Found “>”, expected how long “brew” takes, in ms. It is at character 7."),
    ),
    (
        "await boil();",
        "await boil()",
        (": the code of the question does not stand in that of the proof, expected what is asked to be run"),
    ),
    (
        "runtimes: [node]",
        "runtimes: [python]",
        ".runtimes: the question shows Node.js, expected node among the runtimes",
    ),
    (
        "runtimes: [node]",
        "runtimes: [ruby]",
        ".runtimes[0]: found “ruby”, expected node or python",
    ),
    (
        "runtimes: [node]",
        "runtimes: []",
        ".runtimes: the list has 0 entries, expected 1 to 2",
    ),
    (
        "runtimes: [node]",
        "results: {toast: hot}\n      runtimes: [node]",
        ".results: There is no task “toast” to have a result.",
    ),
    (
        "by-itself:\n          - order",
        "nobody:\n          - order",
        ".claims.nobody: “nobody” is no option, expected one of needs-call, by-itself",
    ),
    (
        "boil ends, brew starts",
        "boil ends, toast starts",
        ".claims.by-itself[0].order[1]: there is no task “toast”, expected one of brew, boil",
    ),
    (
        "boil ends, brew starts",
        "boil ends, brew sings",
        (
            ".claims.by-itself[0].order[1]: found “brew sings”, expected a task that starts, ends, "
            "succeeds, fails, is cancelled, or main ends, or it prints"
        ),
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {}",
        ".claims.by-itself[0]: nothing is claimed, expected something that a run can show",
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {returns: tea}",
        '.claims.by-itself[0].returns: this is no JSON, expected a value such as \'["a", "b"]\'',
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {first_step: {toast: 1}}",
        (".claims.by-itself[0].first_step.toast: there is no task “toast”, expected one of brew, boil"),
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {phase: late, total_ms: 1}",
        ".claims.by-itself[0].phase: there is no phase “late”, expected one of boil alone",
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {faster_than: late}",
        ".claims.by-itself[0].faster_than: there is no phase “late”, expected one of boil alone",
    ),
    (
        "- order: [boil ends, brew starts]",
        "- {total: 1}",
        (
            ".claims.by-itself[0].total: this key is not known, expected one of phase, total_ms, "
            "faster_than, order, never, first_step, returns, throws, prints"
        ),
    ),
]


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS)
def test_a_mistake_in_a_proof_is_one_fault(author: Desk, old: str, new: str, fault: str) -> None:
    assert OWN.count(old) == 1
    prove(author, OWN.replace(old, new))
    (found,) = author.check()
    assert found.split(": ", 1)[1] == PLACE + fault


def test_the_right_option_has_to_claim_something(author: Desk) -> None:
    prove(author, OWN.replace("needs-call:\n          - never: [brew starts]\n            total_ms: 400\n        ", ""))
    (found,) = author.check()
    assert found.endswith(f"{PLACE}.claims: the answer “needs-call” claims nothing, expected a claim")


def test_a_proof_runs_a_demo_or_a_program_of_its_own(author: Desk) -> None:
    prove(author, OWN.replace("      phases:\n", "      demo: tea\n      phases:\n"))
    assert [fault.split(": ", 1)[1] for fault in author.check()] == [PLACE + ": expected exactly one of demo, phases"]


def test_a_demo_that_is_not_there_cannot_prove_anything(author: Desk) -> None:
    prove(author, BY_DEMO.replace("demo: tea", "demo: coffee"))
    assert [fault.split(": ", 1)[1] for fault in author.check()] == [
        PLACE + ".demo: “coffee” is no demo without fault, expected one of tea"
    ]


# To the question who-brews, when its options are code: each has a phase of its name.
OFFERED = """\
    proof:
      phases:
        - name: needs-call
          plan: boil 300 > brew 400
          code:
            node: |
              async function main() {
                await boil();
                await brew();
              }
        - name: by-itself
          plan: ~brew 400 > boil 300
          code:
            node: |
              async function main() {
                await boil();
                if (false) brew();
              }
      runtimes: [node]
      wanted:
        - order: [boil ends, brew starts, brew ends, main ends]
"""


def test_options_that_are_code_are_run_each_in_a_phase_of_its_name(author: Desk) -> None:
    author.change(QUESTIONS, "text: No\n", 'text: "`await boil(); await brew();`"\n')
    author.change(QUESTIONS, "text: Yes\n", 'text: "`await boil();`"\n')
    prove(author, OFFERED)
    assert author.check() == []
    proof = author.catalog().lessons["small"].questions["who-brews"].proof
    assert proof is not None
    assert [claim.phase for option in ("needs-call", "by-itself") for claim in proof.claims_of(option)] == [0, 1]
    assert [[task.name for task in phase.tasks] for phase in proof.program.phases] == [["boil", "brew"]] * 2


def test_what_is_offered_has_to_be_what_is_run(author: Desk) -> None:
    author.change(QUESTIONS, "text: No\n", 'text: "`await brew(); await boil();`"\n')
    author.change(QUESTIONS, "text: Yes\n", 'text: "`await boil();`"\n')
    prove(author, OFFERED.replace("name: by-itself", "name: nobody"))
    assert [fault.split(": ", 1)[1] for fault in author.check()] == [
        PLACE + ": there is no phase “by-itself”, expected one for each option",
        PLACE + ".phases[0].code: the option's text does not stand in this code, expected what is offered to be run",
    ]


def test_a_claim_that_every_option_shares_names_no_phase(author: Desk) -> None:
    author.change(QUESTIONS, "text: No\n", 'text: "`await boil(); await brew();`"\n')
    author.change(QUESTIONS, "text: Yes\n", 'text: "`await boil();`"\n')
    prove(author, OFFERED.replace("- order:", "- phase: by-itself\n          order:"))
    assert [fault.split(": ", 1)[1] for fault in author.check()] == [
        PLACE + ".wanted[0].phase: found a phase, expected none: each option has its own"
    ]


JUNK: list[Any] = [None, "option B", [3], {"a": 1}]


def test_whatever_stands_in_a_proof_is_a_fault_or_can_be_taught(author: Desk) -> None:
    prove(author, OWN)
    whole = yaml.safe_load(author.text(QUESTIONS))
    for place in list(places(whole["questions"][1]["proof"])):
        for junk in JUNK:
            broken = copy.deepcopy(whole)
            at = broken["questions"][1]
            for step in ("proof", *place)[:-1]:
                at = at[step]
            at[("proof", *place)[-1]] = junk
            author.write(QUESTIONS, yaml.safe_dump(broken, allow_unicode=True, width=1_000))
            catalog, faults = check(author.content)
            assert bool(faults) != ("small" in catalog.lessons), (place, junk)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, found in inner:
        yield from places(found, (*place, step))
