"""`bench/RESULTS.md`: a section for each bench, of which one is replaced and the others stay as they are."""

from __future__ import annotations

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")

MEASURED = "<!-- measured -->"
"""What stands in a section after this line was written by hand, and stays."""


def put(title: str, text: str, path: Path = RESULTS) -> None:
    """Replace what was measured in the section of that title; a new section comes last."""
    old = path.read_text(encoding="utf-8")
    head, *sections = re.split(r"^(?=## )", old, flags=re.MULTILINE)
    fresh = f"## {title}\n\n{text.rstrip()}\n\n"
    for number, section in enumerate(sections):
        if section.splitlines()[0] == f"## {title}":
            _, mark, by_hand = section.partition(f"{MEASURED}\n")
            sections[number] = f"{fresh}{mark}{by_hand}"
            break
    else:
        sections.append(fresh)
    path.write_text("\n\n".join(part.rstrip() for part in (head, *sections)) + "\n", encoding="utf-8")
