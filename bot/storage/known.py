"""Attempts as they were last stored or read, so that a click need not read what is known already.

The store decides all the same: an answer is only written if the attempt is stored as it was known here, as
`Attempts.save_answer` says; one that another process has changed, ended or deleted meanwhile is read anew. So what is
out of date can be shown, for as long as `KEPT_S`, but nothing that follows from it be written. For one event loop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.domain.attempt import Attempt

MOST = 20_000
"""So many attempts are kept. One with five answers takes about 1 KB, one with twenty about 4 KB."""

KEPT_S = 600.0
"""After how many seconds without a word from the store an attempt is read anew."""


class KnownAttempts:
    """The attempts that were told of last."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._kept = OrderedDict[str, tuple[float, Attempt]]()  # what was told of first is at the front
        self._reading = dict[str, object]()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, attempt_id: str) -> Attempt | None:
        """An attempt, if it is known."""
        told_at, attempt = self._kept.get(attempt_id, (0.0, None))
        return attempt if attempt is not None and told_at + KEPT_S > self._clock() else None

    def put(self, attempt: Attempt) -> None:
        """An attempt is stored so."""
        self.drop(attempt.id)
        now = self._clock()
        self._kept[attempt.id] = now, attempt
        while len(self._kept) > self._most or next(iter(self._kept.values()))[0] + KEPT_S <= now:
            self._kept.popitem(last=False)

    def drop(self, attempt_id: str) -> None:
        """How an attempt is stored is not known; nor by those who are reading it now."""
        self._kept.pop(attempt_id, None)
        self._reading.pop(attempt_id, None)

    def drop_where(self, concerns: Callable[[Attempt], bool]) -> None:
        """So it is with many attempts."""
        self._reading.clear()
        for attempt_id in [attempt.id for _, attempt in self._kept.values() if concerns(attempt)]:
            self.drop(attempt_id)

    def reads(self, attempt_id: str) -> Callable[[Attempt | None], None]:
        """An attempt is about to be read.

        Returns:
            What takes what was read, unless the attempt was written meanwhile.
        """
        token = self._reading[attempt_id] = object()

        def has_read(attempt: Attempt | None) -> None:
            if self._reading.get(attempt_id) is token:
                self.drop(attempt_id)
                if attempt is not None:
                    self.put(attempt)

        return has_read
