"""Which snippets of a lesson's part come first, where it shows two languages. Pure: blocks in, blocks out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bot.domain.lesson import Block, Code, Part
from bot.domain.schedule import Runtime

_SUFFIXES = frozenset(runtime.suffix for runtime in Runtime)


def in_language(part: Part, first: Runtime) -> Part:
    """The part with the snippets of that language before those of the other.

    A passage is the snippets of one language, with whatever stands between them. Passages belong together by two, as
    they stand; of two, that of `first` comes first. What stands before, between and after passages stays there.
    """
    blocks = list(part.blocks)
    passages = list(_passages(blocks))
    pieces: list[Block] = []
    done = 0
    for (start, end, _), (after, end_after, language) in zip(passages[::2], passages[1::2], strict=False):
        if language == first.suffix:
            pieces += [*blocks[done:start], *blocks[after:end_after], *blocks[end:after], *blocks[start:end]]
            done = end_after
    return replace(part, blocks=(*pieces, *blocks[done:]))


def _passages(blocks: Sequence[Block]) -> Iterator[tuple[int, int, str]]:
    """Where each passage starts and ends, and its language."""
    start = end = 0
    language = ""
    for index, block in enumerate(blocks):
        if not isinstance(block, Code) or block.language not in _SUFFIXES:
            continue
        if block.language != language:
            if language:
                yield start, end, language
            start, language = index, block.language
        end = index + 1
    if language:
        yield start, end, language
