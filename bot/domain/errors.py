"""The root of the error tree, and the branch whose sentences may be shown to a member."""

from __future__ import annotations


class TandemError(Exception):
    """Everything that Tandem raises on purpose."""


class MemberError(TandemError):
    """A request that cannot be served. `str(error)` is one sentence, safe and useful to the member who asked."""
