"""An operator reads in the log that the database fails, and that it works again: once, however many notice it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from sqlalchemy import make_url
from structlog.testing import capture_logs

from bot.storage.alarm import Alarm
from bot.storage.engine import StoreAwayError

READERS = 4


class Door:
    """A lock before which all readers come together: none gets through before the last is there."""

    def __init__(self) -> None:
        self._all, self._lock = Barrier(READERS), Lock()

    def __enter__(self) -> None:
        self._all.wait(60)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_of_several_readers_that_notice_at_once_that_it_works_again_one_tells() -> None:
    alarm = Alarm(make_url("sqlite:///tandem.db"), "reading")
    with capture_logs() as logged, ThreadPoolExecutor(READERS) as readers:
        alarm.failed(StoreAwayError())
        alarm.failed(StoreAwayError())
        alarm._lock = Door()
        for reader in [readers.submit(alarm.worked) for _ in range(READERS)]:
            reader.result()
    assert [line["event"] for line in logged] == ["database fails", "database works again"]
