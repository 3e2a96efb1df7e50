"""The root of the error tree, and the branch whose sentences may be shown to a member."""

from __future__ import annotations


class TandemError(Exception):
    """Everything that Tandem raises on purpose."""


class MemberError(TandemError):
    """A request that cannot be served. `str(error)` is one sentence, safe and useful to the member who asked."""


class TroubleError(MemberError):
    """Something that Tandem itself needs does not work just now, which is not the member's to mend."""

    @property
    def cause(self) -> str:
        """What `__cause__` says, in one line for an operator."""
        return " ".join(str(self.__cause__ or self).split())
