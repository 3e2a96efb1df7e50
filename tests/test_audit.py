"""What CI makes of an audit that finds something, finds nothing, or cannot ask."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT

WELL = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["3.14.6"], "aliases": [], "description": "It lets everybody in."}
HOLED = {"name": "aiohttp", "version": "3.14.5", "vulns": [HOLE]}
UNKNOWN = {"name": "yarl", "skip_reason": "Dependency not found on PyPI and could not be audited: yarl (1.25.1)"}


UNREACHED = "requests.exceptions.ConnectionError: Max retries exceeded (Name or service not known)"
BLOCKED = "ERROR:pip_audit._cli:Tip: your network may be blocking this service."


def audit(tmp_path: Path, script: str) -> tuple[int, str]:
    """What the audit says, and its exit code, with a pip-audit that does this."""
    stand_in = tmp_path / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    stand_in.chmod(0o755)
    command = (sys.executable, ROOT / ".ci" / "audit.py", stand_in)
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


def saying(code: int, *packages: dict[str, Any]) -> str:
    return f"echo '{json.dumps({'dependencies': packages, 'fixes': []})}'; exit {code}"


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        (saying(0, WELL), 0, "no known hole in 1 of 1 packages"),
        (saying(0, WELL, UNKNOWN), 0, "no known hole in 1 of 2 packages. Not known there: yarl"),
        (saying(1, HOLED, UNKNOWN), 1, "aiohttp 3.14.5: PYSEC-2026-1, mended in 3.14.6"),
        (
            saying(0, UNKNOWN, UNKNOWN),
            0,
            "NOT RUN, no list of known holes could be asked (pypi: it knows none of the 2",
        ),
        (f"echo '{UNREACHED}' >&2; exit 1", 0, "NOT RUN"),
        (f"echo '{UNREACHED}' >&2; exit 1", 0, f"osv: {UNREACHED}"),
        (f"echo '{BLOCKED}' >&2; exit 1", 0, "NOT RUN"),
        ("echo 'KeyError: aliases' >&2; exit 1", 1, "could not do it: KeyError: aliases (exit code 1)"),
        ("kill -9 $$", 1, "it said nothing (exit code -9)"),
        ("exit 0", 1, "it said nothing (exit code 0)"),
    ],
    ids=["well", "partly", "a hole", "knows none", "no network", "both lists", "blocked", "a bug", "killed", "silent"],
)
def test_ci_fails_for_a_hole_and_says_when_it_could_not_look(tmp_path: Path, script: str, code: int, told: str) -> None:
    said = audit(tmp_path, script)
    assert said[0] == code
    assert told in said[1]


def test_ci_fails_when_the_program_is_not_there(tmp_path: Path) -> None:
    command = (sys.executable, ROOT / ".ci" / "audit.py", tmp_path / "pip-audit")
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "BROKEN" in ran.stdout


def test_ci_fails_when_pip_audit_is_asked_for_what_it_does_not_know(tmp_path: Path) -> None:
    code, told = audit(tmp_path, f'exec "{Path(sys.executable).with_name("pip-audit")}" --bogus "$@"')
    assert code == 1
    assert "unrecognized arguments: --bogus (exit code 2)" in told


def test_the_second_list_is_asked_where_the_first_knows_nothing(tmp_path: Path) -> None:
    script = f'case "$*" in *osv*) {saying(1, HOLED)};; *) {saying(0, UNKNOWN)};; esac'
    code, told = audit(tmp_path, script)
    assert (code, "PYSEC-2026-1" in told) == (1, True)
