"""Names and words that people have typed, made harmless before they are shown. Where they come from is not known here.

Members are shown as mentions, which Discord writes itself. What is shown as text are the names of servers, and words
that somebody typed and that are told back. Both may be anything: marks that turn the writing round, letters that cannot
be seen, piles of accents, markdown, mentions, kilometres of one letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST = 40
"""How wide a name or a word may be, in letters; those of East Asia are two wide."""

NAMELESS = "…"
"""What is shown of a name of which nothing can be seen."""

_MARKS = 2
"""So many accents are left on a letter. Vietnamese and Thai need no more; dozens of them would cover other lines."""

_UNSEEN = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and accents that cannot be seen. Not all of them are control characters by their category."""

_JOINS = "\u200d"
"""Joins emoji into one, and letters in some scripts."""

_ISOLATE, _END = "\u2068", "\u2069"
"""What stands between these is written in its own direction, and does not turn what stands beside it (UAX #9)."""

_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))

_MARKDOWN = re.compile(r"[\\*`~|\[<@]|:(?=//)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_AT_THE_START = re.compile(r"^(\d*)([-+.](?=[ #]|$)|[#>])")
"""Headings, quotes, small print and lists, which are such at the start of a line alone."""


def shown(text: str, most: int = MOST, *, nameless: str = NAMELESS) -> str:
    """A name or a word as Discord's markdown shows it literally: at most `most` letters wide, in one line."""
    return _AT_THE_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", plain(text, most, nameless=nameless)))


def plain(text: str, most: int = MOST, *, nameless: str = NAMELESS) -> str:
    """The same where there is no markdown: in a suggestion, in a picture, in a log."""
    found = _cut(" ".join(_seen(text[: 20 * most]).split()), most)
    if not found:
        return nameless
    turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in found)
    return f"{_ISOLATE}{found}{_END}" if turned else found


def _seen(text: str) -> str:
    """The text without what cannot be seen or has no meaning of its own, and with few accents on a letter."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        if char in _UNSEEN or (kind in ("Cf", "Cn", "Co", "Cs") and char != _JOINS):
            continue
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > _MARKS or (marks and (not kept or kept[-1] == " ")):
            continue
        if char == _JOINS and not (kept and _joinable(kept[-1])):
            continue
        kept.append(" " if kind in ("Cc", "Zl", "Zp", "Zs") else char)
    return "".join(kept).rstrip(_JOINS)


def _joinable(char: str) -> bool:
    """Whether something can be joined to it: an emoji or its colour, or a letter of a script beyond Latin."""
    return not char.isascii() and char not in (" ", _JOINS)


def _cut(text: str, most: int) -> str:
    """The text, its end left out if it is wider than `most`; what is one letter to the eye is kept whole."""
    letters = list(_letters(text))
    if sum(map(_width, letters)) <= most:
        return text
    kept, width = "", 1  # of the ellipsis
    for letter in letters:
        width += _width(letter)
        if width > most:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _letters(text: str) -> Iterator[str]:
    """What is one letter to the eye, in the main (UAX #29): with accents, colour of skin, and joins; a flag."""
    letter = ""
    for char in text:
        flag = _is_half_a_flag(char) and len(letter) == 1 and _is_half_a_flag(letter)
        if letter and not (_goes_with(char) or letter.endswith(_JOINS) or flag):
            yield letter
            letter = ""
        letter += char
    if letter:
        yield letter


def _goes_with(char: str) -> bool:
    return unicodedata.category(char).startswith("M") or char == _JOINS or "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_half_a_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _width(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter[0]) in ("W", "F") else 1
