"""The law of prose and code in lesson files. Options have ids: prose never calls one by a letter or a number."""

from __future__ import annotations

import re

from pydantic import AfterValidator

_NOUN = r"(?:options?|answers?|choices?|alternatives?)"
_ORDINAL = r"(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)"
_REFERENCES = re.compile(
    rf"""
      \b{_NOUN}[:\s]+(?:number\s+)?[*_`"“(]*(?:(?-i:[A-Hb-h])|\#?\d+)(?![\w’'])  # option B, answer: **c**, choice 2
    | \b{_ORDINAL}\s+{_NOUN}\b                            # the second option
    | \b{_NOUN}\s+(?:above|below)\b                       # the option above
    | \b(?:all|none|both|neither|either)\s+of\s+the\s+(?:above|below)\b
    | (?<![\w(`])\((?-i:[A-H])\)(?!\w)                    # (B)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Options are shuffled each time they are shown, so every such reference would sooner or later be wrong."""


def _prose(text: str) -> str:
    if found := _REFERENCES.search(text):
        raise ValueError(
            f"“{found.group().strip()}” refers to an option by its place, expected its words: options are shuffled"
        )
    return text


checked_prose = AfterValidator(_prose)


def checked_code(columns: int) -> AfterValidator:
    """A validator that refuses code wider than `columns`, and tabs, whose width is anyone's guess."""

    def check(source: str) -> str:
        for number, line in enumerate(source.rstrip("\n").split("\n"), 1):
            if "\t" in line:
                raise ValueError(f"line {number} of the code holds a tab, expected spaces")
            if len(line) > columns:
                raise ValueError(f"line {number} of the code is {len(line)} columns wide, expected at most {columns}")
        return source

    return AfterValidator(check)
