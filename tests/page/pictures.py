"""The pictures in `docs/`: taken while the tests run, and only when TANDEM_PICTURES names a folder for them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import FloatRect, Locator

FOLDER = os.environ.get("TANDEM_PICTURES")
SHARP = {"device_scale_factor": 2} if FOLDER else {}
"""Options of a window in which pictures are taken."""

COLUMN = 440  # pixels; a message stays readable where the picture is shown small
TALL = 2400
AIR = 8

ROOM_AROUND = "(node) => document.querySelector('#scroller').clientHeight - node.offsetHeight"


async def picture(name: str, message: Locator) -> None:
    """Take a picture of a message."""
    if FOLDER:
        await _take(name, message, whole_window=False)


async def window_picture(name: str, message: Locator) -> None:
    """Take a picture of the window around a message, just high enough for it."""
    if FOLDER:
        await _take(name, message, whole_window=True)


async def _take(name: str, message: Locator, *, whole_window: bool) -> None:
    page, shown = message.page, message.locator("article")
    before = page.viewport_size
    assert before is not None
    width = before["width"] if whole_window else COLUMN
    await page.set_viewport_size({"width": width, "height": TALL})
    await page.mouse.move(0, 0)  # or what happens to lie under the mouse would be lit up
    await page.evaluate("document.activeElement.blur()")
    if whole_window:
        room = await shown.evaluate(ROOM_AROUND)
        await page.set_viewport_size({"width": width, "height": TALL - room + 32})
        await message.scroll_into_view_if_needed()
    clip = None if whole_window else await _clip(shown)
    await page.screenshot(path=Path(str(FOLDER)) / f"{name}.png", clip=clip, animations="disabled")
    await page.set_viewport_size(before)


async def _clip(shown: Locator) -> FloatRect:
    """The message from side to side, with a little air above and below."""
    await shown.scroll_into_view_if_needed()
    box = await shown.bounding_box()
    assert box is not None
    return {**box, "y": box["y"] - AIR, "height": box["height"] + 2 * AIR}
