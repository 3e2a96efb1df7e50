"""Scores and rankings as panels."""

from __future__ import annotations

from bot.domain.board import Period
from bot.exts.kit.panel import Panel
from bot.exts.kit.parts import Press, row
from bot.exts.score import _render
from bot.services.demos import Picture
from bot.services.scores import Board, MemberScore

PAGE, HIDE, SHARE = "score.page", "score.hide", "score.share"


def score(found: MemberScore, card: Picture, *, own: bool) -> Panel:
    """What one member has reached; their own can be shared and hidden."""
    buttons = None
    if own:
        me = found.member_id
        buttons = row(
            Press(SHARE, me, label="Share"),
            Press(HIDE, me, 0, label="Show me") if found.hidden else Press(HIDE, me, 1, label="Hide me"),
        )
    return Panel(*_render.score(found), card, buttons, *_render.hiding(found, own=own))


def shared(found: MemberScore, card: Picture) -> Panel:
    """A member's progress as everybody in the channel sees it."""
    return Panel(_render.shared(found), card)


def board(found: Board, guild_name: str, owner_id: int) -> Panel:
    """One page of a ranking; only its owner turns it."""
    return Panel(*_render.board(found, guild_name), _pages(found, owner_id), _periods(found, owner_id))


def _pages(board: Board, owner_id: int):
    page, last = board.found.page, board.found.pages - 1
    if not last:
        return None
    which = (board.scope, board.period, board.lesson.id if board.lesson else "")
    return row(
        Press(PAGE, owner_id, max(page - 1, 0), "back", *which, label="◀ Better", disabled=page == 0),
        Press(PAGE, owner_id, page, "here", *which, label=f"{page + 1:,} of {last + 1:,}", disabled=True),
        Press(PAGE, owner_id, min(page + 1, last), "on", *which, label="Next ▶", disabled=page == last),
    )


def _periods(board: Board, owner_id: int):
    topic = board.lesson.id if board.lesson else ""
    return row(
        *(
            Press(PAGE, owner_id, 0, "period", board.scope, period, topic, label=label, disabled=period is board.period)
            for period, label in ((Period.WEEK, "Week"), (Period.MONTH, "Month"), (Period.ALWAYS, "Always"))
        )
    )
