"""An author records a run from the command line."""

from __future__ import annotations

import json

import pytest

from bot.domain.plan import plan_for
from bot.domain.trace import Trace
from bot.runners.record import main


def test_a_recorded_run_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    main(["parallel", "10", "20"])
    written = capsys.readouterr().out
    assert Trace.from_json(json.loads(written)).plan == plan_for("parallel", [10, 20])
    assert written.endswith("}\n")


def test_a_mistake_is_one_line_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["paralel", "10"])
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", "There is no demo “paralel”. Did you mean parallel?\n")
