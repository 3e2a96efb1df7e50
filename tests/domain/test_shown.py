"""Names and words that somebody typed are shown harmless: literally, in one line, no wider than there is room."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import MOST, NAMELESS, plain, shown
from bot.playground.markdown import Names, render

NOBODY = Names(users={}, channels={}, roles={})

HOSTILE = {
    "mention": ("<@1> @everyone", r"\<\@1> \@everyone"),
    "role": ("<@&5>", r"\<\@&5>"),
    "bold": ("**Ada**", r"\*\*Ada\*\*"),
    "code": ("```py\nAda```", r"\`\`\`py Ada\`\`\`"),
    "link": ("[free](https://example.org)", r"\[free](https\://example.org)"),
    "address": ("https://example.org", r"https\://example.org"),
    "heading": ("# Ada", r"\# Ada"),
    "quote": ("> Ada", r"\> Ada"),
    "list": ("- Ada", r"\- Ada"),
    "small print": ("-# Ada", r"\-# Ada"),
    "numbered": ("1. Ada", r"1\. Ada"),
    "spoiler": ("||Ada||", r"\|\|Ada\|\|"),
    "under": ("_Ada_", r"\_Ada\_"),
    "under twice": ("__Ada__", r"\_\_Ada\_\_"),
    "snake": ("ada_of_london", "ada_of_london"),
    "emoji of a server": ("<:ada:12>", r"\<:ada:12>"),
    "moment": ("<t:0:R>", r"\<t:0:R>"),
    "backslash": ("Ada\\", r"Ada\\"),
    "lines": ("Ada\n\r\n\u2028Grace\u2029\x0b!", "Ada Grace !"),
    "overridden": ("\u202eadA\u202c", "adA"),
    "isolated": ("\u2067Ada\u2066", "Ada"),
    "zero width": ("A\u200bd\u2060a\ufeff", "Ada"),
    "tags": ("Ada\U000e0061\U000e007f", "Ada"),
    "nothing to see": ("\u3164\u200b\u2800", NAMELESS),
    "empty": ("", NAMELESS),
    "spaces": (" \u00a0\u3000\t", NAMELESS),
    "piled up": ("Z" + "\u0335\u0301\u0302\u0303" * 30 + "algo", "\u0179\u0335\u0335algo"),
    "accents alone": ("\u0301" * 30, NAMELESS),
    "accents": ("Zoe\u0301 Nguye\u0302\u0303n", "Zoé Nguyễn"),
    "Arabic": ("ليلى", "\u2068ليلى\u2069"),
    "Hebrew and a bracket": ("(עדה", "\u2068(עדה\u2069"),
    "oversized": ("W" * 4000, "W" * (MOST - 1) + "…"),
    "oversized and wide": ("漢" * 100, "漢" * 19 + "…"),
    "family": ("👨‍👩‍👧" * 30, "👨‍👩‍👧" * 19 + "…"),
    "flags": ("🇩🇪" * 50, "🇩🇪" * 39 + "…"),
    "joins alone": ("\u200d\u200dAda\u200d", "Ada"),
    "control": ("\x1b[31mAda\x00", r"\[31mAda"),
    "surrogate": ("\ud800Ada", "Ada"),
}


@pytest.mark.parametrize(("typed", "told"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_shown_as_text(typed: str, told: str) -> None:
    assert shown(typed) == told


@given(st.text(max_size=80) | st.text(st.sampled_from("*_`~|<>@&#:[]()\\-+.1a \n\u202e\u0301\u05d0"), max_size=40))
def test_nothing_that_is_shown_is_more_than_text(typed: str) -> None:
    text = plain(typed)
    read = render(f"There is no “{shown(typed)}”.", NOBODY)
    tags = re.findall(r"<[^>]*>", read)
    assert tags == ["<p>", "</p>"], "markdown, a mention, or a line break"
    assert html.unescape(re.sub(r"<[^>]*>", "", read)).strip() == f"There is no “{text}”."
    assert text.strip()
    assert (
        len([char for char in text if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"]) <= MOST
    )
    assert text.count("\u2068") == text.count("\u2069") <= 1
    bare = text.strip("\u2068\u2069")
    assert not [
        char for char in bare if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char != "\u200d"
    ]


@given(st.text(max_size=100), st.integers(2, 60))
def test_what_was_made_harmless_stays_as_it_is(typed: str, most: int) -> None:
    assert plain(plain(typed, most), most) == plain(typed, most)
