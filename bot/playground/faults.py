"""What goes wrong with Discord, on purpose: which request or event meets which fault. No sockets in here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


class Fault(StrEnum):
    """One thing that goes wrong. The first group befalls requests, the second connections of the gateway.

    Attributes:
        LIMITED: 429 of the route, not done.
        LIMITED_GLOBALLY: 429 of the whole bot, not done. Routes of interactions are exempt.
        FAILED: 500, not done.
        BAD_GATEWAY: 502 in a proxy's HTML, not done.
        TIMED_OUT: 504 in a proxy's HTML, not done.
        LOST: done, but 502 in its answer's place.
        SLOW: done late.
        LATE: done at once, answered late.
        CUT: the connection ends without an answer; not done.
        GONE: the message that is to be changed has just been deleted.
        CLOSED: the socket is closed, or breaks, before or after an event; the session can be resumed.
        REFUSED: the socket is closed, and its session cannot be resumed (opcode 9 follows).
        RECONNECT: the client is asked to reconnect (opcode 7).
        SILENT: nothing comes any more, no answer to a heartbeat either, though the socket stays open.
        UNREACHABLE: a new socket is answered with 503.
        TWICE: an interaction is delivered a second time, with the same id and token.
    """

    LIMITED = "limited"
    LIMITED_GLOBALLY = "limited globally"
    FAILED = "failed"
    BAD_GATEWAY = "bad gateway"
    TIMED_OUT = "timed out"
    LOST = "lost"
    SLOW = "slow"
    LATE = "late"
    CUT = "cut"
    GONE = "gone"

    CLOSED = "closed"
    REFUSED = "refused"
    RECONNECT = "reconnect"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    TWICE = "twice"


OF_REQUESTS = tuple(Fault)[: tuple(Fault).index(Fault.CLOSED)]
OF_EVENTS = (Fault.CLOSED, Fault.REFUSED, Fault.RECONNECT, Fault.SILENT)

RESUMABLE = (4000, 4008, 4009, 1001)
"""Some of the codes after which a client resumes (Discord's documentation, "Gateway Close Event Codes")."""


@dataclass(slots=True)
class _Aim:
    """A fault that is meant for certain requests; None is any."""

    fault: Fault
    method: str | None
    path: str | None
    times: int


class Faults:
    """A source of faults. The same seed and rates give the nth request, event and interaction the same fault.

    Attributes:
        on: whether faults happen at all; those that are aimed happen nevertheless.
        rates: how likely each fault is, 0 to 1, for each request, event, new socket or interaction.
        happened: how often each has happened.
    """

    def __init__(
        self,
        rng: Random | None = None,
        rates: Mapping[Fault, float] | None = None,
        *,
        retry_after_s: tuple[float, float] = (0.1, 0.5),
        slow_s: tuple[float, float] = (0.1, 2.0),
    ) -> None:
        """Take a source of chance, and the bounds of what 429 says and of how long slow answers take, in seconds."""
        rng = rng or Random(0)  # noqa: S311 - no secrets
        self._requests, self._events, self._sockets, self._interactions = (Random(rng.random()) for _ in range(4))  # noqa: S311
        self._durations = Random(rng.random())  # noqa: S311 - asked for when other requests have come meanwhile
        self._retry_after_s, self._slow_s = retry_after_s, slow_s
        self._aims: list[_Aim] = []
        self.rates = dict(rates or {})
        self.on = bool(rates)
        self.happened: Counter[Fault] = Counter()

    def aim(self, fault: Fault, method: str | None = None, path: str | None = None, *, times: int = 1) -> None:
        """Let what comes next meet a fault: an event, a socket, an interaction or a request.

        Requests are told by method and by path as Discord's OpenAPI writes it; without, it is any.
        """
        self._aims.append(_Aim(fault, method, path, times))

    def of_request(self, method: str, path: str) -> Fault | None:
        """Return what befalls a request."""
        found = self._aimed(OF_REQUESTS, method, path)
        if found is None and self.on:
            found = self._drawn(self._requests, OF_REQUESTS)
            if found is not None and not _fits(found, method, path):
                return None
        return self._count(found)

    def of_event(self) -> Fault | None:
        """Return what befalls a socket of the gateway as it is about to send an event."""
        found = self._aimed(OF_EVENTS)
        if found is None and self.on:
            found = self._drawn(self._events, OF_EVENTS)
        return self._count(found)

    def of_socket(self) -> bool:
        """Tell whether a new socket finds the gateway unreachable."""
        return self._befalls(Fault.UNREACHABLE, self._sockets)

    def of_interaction(self) -> bool:
        """Tell whether an interaction is delivered twice."""
        return self._befalls(Fault.TWICE, self._interactions)

    def slow_s(self) -> float:
        """Return how many seconds this slow answer takes."""
        return self._durations.uniform(*self._slow_s)

    def retry_after_s(self) -> float:
        """Return how many seconds a 429 asks to wait."""
        return round(self._durations.uniform(*self._retry_after_s), 3)

    def close_code(self) -> int | None:
        """Return the code that a socket is closed with, or None when it breaks without one."""
        return self._events.choice((*RESUMABLE, None))

    def sends_first(self) -> bool:
        """Tell whether the event at which a socket is closed goes out before."""
        return self._events.random() < 0.5

    def _befalls(self, fault: Fault, rng: Random) -> bool:
        found = self._aimed((fault,)) or (self._drawn(rng, (fault,)) if self.on else None)
        return self._count(found) is not None

    def _drawn(self, rng: Random, faults: tuple[Fault, ...]) -> Fault | None:
        left = rng.random()
        for fault in faults:
            left -= self.rates.get(fault, 0.0)
            if left < 0:
                return fault
        return None

    def _aimed(self, faults: tuple[Fault, ...], method: str | None = None, path: str | None = None) -> Fault | None:
        for aim in self._aims:
            if aim.fault in faults and aim.method in (None, method) and aim.path in (None, path):
                aim.times -= 1
                if aim.times == 0:
                    self._aims.remove(aim)
                return aim.fault
        return None

    def _count(self, fault: Fault | None) -> Fault | None:
        if fault is not None:
            self.happened[fault] += 1
        return fault


def _fits(fault: Fault, method: str, path: str) -> bool:
    """Tell whether a fault can befall such a request.

    Interactions are not bound to the bot's global limit, and their first answer to none (Discord's documentation,
    "Receiving and Responding", "Endpoints").
    """
    of_interaction = path == CALLBACK or path.startswith("/webhooks/")
    match fault:
        case Fault.LIMITED:
            return path != CALLBACK
        case Fault.LIMITED_GLOBALLY:
            return not of_interaction
        case Fault.GONE:
            return path == CALLBACK or (method == "PATCH" and "/messages/" in path)
        case _:
            return True
