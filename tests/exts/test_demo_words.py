"""However large a program is, what is told of its run fits a message, and a phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.records import KeptRun
from bot.domain.schedule import Runtime
from bot.domain.steps import execution_table
from bot.exts.demo import _render
from tests.domain.made import ideal

NAMES = [f"abcdefghijk{letter}" for letter in "abcdefghijkl"]
IN_TURN = " > ".join(f"{name} 100" for name in NAMES)
LIMITED = f"(({' & '.join(f'{name} 100!' for name in NAMES)}) limit 11 within 5000) within 4000"
NESTED = "(" * 5 + " & ".join([f"{NAMES[0]} 100", *(f"{name} 100) limit 2 within 4000" for name in NAMES[1:6])])


def phases(*plans: str) -> Program:
    """A program of these plans."""
    return Program("custom", tuple(Phase.generated(f"phase {n}", parse_plan(plan)) for n, plan in enumerate(plans)))


@pytest.mark.parametrize(
    "program",
    [
        comparison([900 + 10 * number for number in range(12)]),
        phases(IN_TURN, IN_TURN),
        phases(LIMITED, LIMITED),
        phases(NESTED),
    ],
    ids=["compare", "in turn", "limited", "nested"],
)
def test_what_is_told_of_the_largest_programs_fits(program: Program) -> None:
    traces = tuple(ideal(program, runtime) for runtime in Runtime)
    run = KeptRun("one", 1, 1, program, tuple(Runtime), datetime.now(UTC), traces)

    messages = [_render.steps(trace, step) for trace in traces for step in range(len(execution_table(trace)))]
    messages += [list(_render.as_text(run)), *([page] for page in _render.code_pages(run, Runtime.PYTHON))]
    messages += [[*_render.Told.of(run, None).heading(), _render.shown(run), _render.measured(run)]]
    for pieces in messages:
        assert sum(map(len, pieces)) <= 4_000
        blocks = "\n".join(pieces).split("```")[1::2]
        assert all(len(line) <= 46 for block in blocks for line in block.splitlines())
