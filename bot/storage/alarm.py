"""Tells the log when the database begins to fail, why and where, and when it works again: not with every click."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import structlog
from sqlalchemy import URL

from bot.storage.engine import StoreBusyError, StoreError, StoreFullError, is_sqlite, where

_log = structlog.get_logger("tandem.store")


class Alarm:
    """What is known of one way of using a database: of reading, or of writing. Threads may share it."""

    def __init__(self, url: URL, doing: str) -> None:
        self._url, self._doing = url, doing
        self._failing: type[StoreError] | None = None
        self._lock = Lock()

    def failed(self, told: StoreError) -> None:
        """It has failed; `told` is what members hear, with what the database said behind it."""
        kind = type(told)
        if self._turned(kind) is not kind:
            _log.warning("database fails", doing=self._doing, problem=self._problem(told), cause=told.cause)

    def worked(self) -> None:
        """It has worked."""
        if self._failing is None:  # nearly always: then no lock is taken
            return
        if self._turned(None) is not None:  # of several that work at once, one tells it
            _log.warning("database works again", doing=self._doing)

    def _turned(self, failing: type[StoreError] | None) -> type[StoreError] | None:
        """Take in how it stands now, and return how it stood before."""
        with self._lock:
            before, self._failing = self._failing, failing
        return before

    def _problem(self, told: StoreError) -> str:
        """What is wrong and where, for whoever runs the bot."""
        match told:
            case StoreFullError() if is_sqlite(self._url):
                return f"disk full: make room in {Path(self._url.database or '').resolve().parent}"
            case StoreFullError():
                return f"disk full: make room for {where(self._url)}"
            case StoreBusyError():
                return f"{where(self._url)} is held by another process"
            case _:
                return f"{where(self._url)} cannot be reached, read or written"
