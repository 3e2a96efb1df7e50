"""An author records a run from the command line."""

from __future__ import annotations

import json

import pytest

from bot.domain.program import comparison
from bot.domain.schedule import Runtime
from bot.domain.trace import Trace
from bot.runners.record import main


@pytest.mark.parametrize("runtime", Runtime)
def test_a_recorded_run_can_be_read_back(runtime: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    main(["10", "20", "--runtime", runtime])
    written = capsys.readouterr().out
    trace = Trace.from_json(json.loads(written))
    assert (trace.program, trace.runtime) == (comparison([10, 20]), runtime)
    assert written.endswith("}\n")


def test_a_mistake_is_one_line_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["10"])
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", "One after the other takes two tasks or more, such as a 300 > b 500.\n")
