"""What a member does at the page, and on what."""

from __future__ import annotations

from tests.page.conftest import Person
from tests.page.pictures import SHARP

DESK = {"viewport": {"width": 1180, "height": 900}, **SHARP}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, **SHARP}


async def types(person: Person, line: str) -> None:
    """Type a line key by key, and press Enter."""
    await person.types(line)
    await person.presses("Enter")


async def clicks(person: Person, name: str) -> None:
    await person.newest.get_by_role("button", name=name, exact=True).click()
