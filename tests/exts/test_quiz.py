"""A member takes a quiz."""

from __future__ import annotations


async def test_first(ada) -> None:
    seen = await ada.type("quiz")
    print(seen, seen.labels)
    seen = await ada.press("A")
    print(seen, seen.labels)
