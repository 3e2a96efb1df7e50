"""The snippets of a server's language come first, and nothing else changes its place."""

from __future__ import annotations

import pytest

from bot.domain.lesson import Block, Code, Part, PartId, Text
from bot.domain.schedule import Runtime
from bot.domain.snippets import in_language


def part(words: str) -> Part:
    """`js1`, `py1` and `text1` are snippets; other words are paragraphs."""
    return Part(PartId.CODE, "Code", tuple(map(_block, words.split())))


def _block(word: str) -> Block:
    language = word.rstrip("0123456789")
    return Code(language, word) if language in ("js", "py", "text") else Text(word)


def told(found: Part) -> str:
    return " ".join(
        block.source if isinstance(block, Code) else getattr(block, "markdown", "") for block in found.blocks
    )


@pytest.mark.parametrize(
    ("written", "python_first"),
    [
        ("a b", "a b"),
        ("", ""),
        ("a js1 b", "a js1 b"),
        ("a py1 b", "a py1 b"),
        ("js1 py1", "py1 js1"),
        ("py1 js1", "py1 js1"),
        ("a js1 b py1 c", "a py1 b js1 c"),
        ("a js1 b js2 py1 py2 c", "a py1 py2 js1 b js2 c"),
        ("js1 text1 py1", "py1 text1 js1"),
        ("js1 py1 a js2 py2", "py1 js1 a py2 js2"),
        ("js1 py1 a js2", "py1 js1 a js2"),
    ],
)
def test_python_first(written: str, python_first: str) -> None:
    assert told(in_language(part(written), Runtime.PYTHON)) == python_first


def test_node_first_leaves_what_is_written_so_and_turns_what_is_not() -> None:
    for written in ("a js1 b js2 py1 c", "js1 py1 a js2 py2", "js1 py1 js2"):
        assert told(in_language(part(written), Runtime.NODE)) == written
    assert told(in_language(part("a py1 b js1 c"), Runtime.NODE)) == "a js1 b py1 c"
