"""Attempts as they were last stored or read, so that a click need not read what is known already.

The store decides all the same. An answer is only written if the attempt is stored as it was known here, as
`Attempts.save_answer` says; one that another process has changed, ended or deleted meanwhile is read anew. Whatever
else changes an attempt changes what is stored, and a hint changes no answer that is given. So what is out of date, or
deleted by another process, can be shown to its owner, for as long as `KEPT_S`, but no answer or score follow from it.
For one event loop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager

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
        self._reading = dict[str, object]()  # of each, the read that began last

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def reads(self) -> int:
        """How many attempts are being read."""
        return len(self._reading)

    def get(self, attempt_id: str) -> Attempt | None:
        """An attempt, if it is known."""
        self._let_go()
        _, attempt = self._kept.get(attempt_id, (0.0, None))
        return attempt

    def put(self, attempt: Attempt) -> None:
        """An attempt is stored so."""
        self.drop(attempt.id)
        self._kept[attempt.id] = self._clock(), attempt
        self._let_go()

    def _let_go(self) -> None:
        """Keep no more than may be, and nothing for longer."""
        now = self._clock()
        while self._kept and (len(self._kept) > self._most or next(iter(self._kept.values()))[0] + KEPT_S <= now):
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

    @contextmanager
    def reading(self, attempt_id: str) -> Generator[Callable[[Attempt | None], None]]:
        """While an attempt is read: what takes what was read, unless the attempt was written meanwhile."""
        token = self._reading[attempt_id] = object()

        def has_read(attempt: Attempt | None) -> None:
            if self._reading.get(attempt_id) is token:
                self.drop(attempt_id)
                if attempt is not None:
                    self.put(attempt)

        try:
            yield has_read
        finally:
            if self._reading.get(attempt_id) is token:  # nothing was read
                del self._reading[attempt_id]
