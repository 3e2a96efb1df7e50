"""Scores as panels."""

from __future__ import annotations

from bot.exts.kit.actions import Press
from bot.exts.kit.panel import Panel, row
from bot.exts.score import _render
from bot.services.scores import Board, MemberScore

PAGE = "score.page"


def score(found: MemberScore) -> Panel:
    """What one member has reached."""
    return Panel(*_render.score(found))


def board(found: Board, guild_name: str, owner_id: int) -> Panel:
    """One page of the ranking; only its owner turns it."""
    return Panel(*_render.board(found, guild_name), _pages(found, owner_id) if found.pages > 1 else None)


def _pages(found: Board, owner_id: int):
    last = found.pages - 1
    return row(
        Press(PAGE, owner_id, max(found.page - 1, 0), "back", label="◀ Better", disabled=found.page == 0),
        Press(PAGE, owner_id, found.page, "here", label=f"{found.page + 1} of {found.pages}", disabled=True),
        Press(PAGE, owner_id, min(found.page + 1, last), "on", label="Next ▶", disabled=found.page == last),
    )
