"""The law of texts in lesson files: prose calls no option by its place, and code fits a phone. Shapes: the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.catalog.yaml_file import Fault, YamlFile
from bot.domain.schedule import Runtime

CODE_COLUMNS = 46
"""A code block wider than this scrolls sideways on a phone."""

_NOUN = r"(?:options?|answers?|choices?|alternatives?|letters?|buttons?)"
_PLACE = r"(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last|top|middle|bottom)"
_BETWEEN = r"(?:(?:of\s+(?:the|these|those)|two|three|four|right|wrong|correct|other)\s+)*"
_QUOTE = r"""[*_`"'“‘(]*"""
_REFERENCES = re.compile(
    rf"""
      \b{_NOUN}\s+(?:number\s+)?{_QUOTE}(?-i:[A-Hb-h])(?!\w)           # option B, answers A and C, choice **c**
    | \b{_NOUN}:\s*{_QUOTE}(?-i:[A-Hb-h])(?!\w|\s+(?-i:[a-z]))         # answer: B; not: “answer: A promise”
    | \b{_NOUN}\s+\(a\)                                                # answer (a); not: “answer a question”
    | \b{_NOUN}:?\s+(?:number\s+)?{_QUOTE}\#?[1-5](?!\w|[.,:]\d|\s+(?:\w+\s+)?(?:questions?|quiz|quizzes)\b)
    | \b(?:option|choice)\s+(?:one|two|three|four|five)\b              # option two
    | \b{_PLACE}\s+{_BETWEEN}{_NOUN}\b                                 # the second option, the last of the answers
    | \b{_NOUN}\s+(?:above|below)\b                                    # the option above
    | \b(?:above|below)\s+{_NOUN}\b
    | \b(?:all|none|both|neither|either|any|one)\s+of\s+the\s+(?:above|below)\b
    | (?<![\w(`])\((?-i:[A-H])\)(?!\w)                                 # (B); not: f(B)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Options are shuffled each time they are shown, so every such reference would sooner or later be wrong."""


_CODE_KEYS = ("source", *Runtime)
"""The keys under which a file holds code."""


def text_faults(file: YamlFile) -> Iterator[Fault]:
    """Every break of the law in a file. Whatever is not code is held to the law of prose: ids pass it by their form."""
    for key, text in file.texts():
        law = _code if key[-1] in _CODE_KEYS else _prose
        for row, sentence in law(text):
            yield file.fault(key, sentence, row)


def _prose(text: str) -> Iterator[tuple[int, str]]:
    for found in _REFERENCES.finditer(text):
        words = " ".join(found.group().split())
        yield (
            text.count("\n", 0, found.start()),
            f"“{words}” names an option by its place, expected its words: options are shuffled",
        )


def _code(source: str) -> Iterator[tuple[int, str]]:
    for row, line in enumerate(source.rstrip("\n").split("\n")):
        if "\t" in line:
            yield row, "found a tab, expected spaces"
        if "```" in line:
            yield row, "found ```, which ends a code block, expected code without it"
        if len(line) > CODE_COLUMNS:
            yield row, f"the line is {len(line)} columns wide, expected at most {CODE_COLUMNS}"
