"""Ask the public lists whether a pinned package has a known hole: 1 if one has, 0 if none has or nobody could be asked.

pip-audit calls it a success when a list knows none of the packages. Here that is "not run", and so is a list that the
network does not reach. Whatever else keeps pip-audit from an answer is a fault: 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

WITHIN_S = 120
LISTS = ("pypi", "osv")
CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
OF_THE_NETWORK = ("requests.exceptions.", "your network may be blocking")
"""What pip-audit says on standard error when a list cannot be reached: a traceback of requests, or a tip of its own."""


class BrokenError(Exception):
    """pip-audit itself does not work."""


def main(pip_audit: str) -> int:
    """Ask each list until one answers."""
    reasons: list[str] = []
    for name in LISTS:
        try:
            found, reason = asked(pip_audit, name)
        except BrokenError as error:
            sys.stdout.write(f"audit: BROKEN, {pip_audit} could not do it: {error}\n")
            return 1
        if found is None:
            reasons.append(f"{name}: {reason}")
            continue
        told, code = judged(found)
        sys.stdout.write(f"audit: {told}\n")
        return code
    sys.stdout.write(f"audit: NOT RUN, no list of known holes could be asked ({'; '.join(reasons)})\n")
    return 0


def asked(pip_audit: str, name: str) -> tuple[list[dict[str, Any]] | None, str]:
    """What a list knows of each package; None, and why, if it knows of none or cannot be reached.

    Raises:
        BrokenError: it is no fault of the network's that there is no answer.
    """
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    command = [pip_audit, "--requirement", str(CONSTRAINTS), "--vulnerability-service", name, *options]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False)  # noqa: S603
        found: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return None, f"no answer within {WITHIN_S} s"
    except OSError as error:
        raise BrokenError(error) from error
    except (ValueError, KeyError, TypeError) as error:
        said = ran.stderr.strip().rpartition("\n")[2][:300] or "it said nothing"
        if any(words in ran.stderr for words in OF_THE_NETWORK):
            return None, said
        raise BrokenError(f"{said} (exit code {ran.returncode})") from error
    if all("skip_reason" in package for package in found):
        return None, f"it knows none of the {len(found)} packages"
    return found, ""


def judged(found: list[dict[str, Any]]) -> tuple[str, int]:
    """What to tell, and the exit code."""
    skipped = [package["name"] for package in found if "skip_reason" in package]
    holes = [
        f"\n  {package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
        for package in found
        for hole in package.get("vulns", ())
    ]
    asked_for = f"{len(found) - len(skipped)} of {len(found)} packages"
    unknown = f" Not known there: {', '.join(skipped)}." if skipped else ""
    if holes:
        return f"known holes in {asked_for}:{''.join(holes)}\n{unknown}", 1
    return f"no known hole in {asked_for}.{unknown}", 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
