"""What the bot tells whoever counts. This one counts nothing; `bot.metrics` has the one that Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable


class Meter:
    """Is told what happens, from any thread, and makes nothing of it. Whatever it is told is cheap to tell."""

    def interaction(self, kind: str, name: str) -> None:
        """Discord has sent a command, button, menu, form or autocomplete; `name` is one that the bot knows."""

    def acknowledged(self, by: str, seconds: float) -> None:
        """Discord has taken the first answer to an interaction, so long after the interaction was made."""

    def error(self, kind: str) -> None:
        """An interaction was not answered as its member wished."""

    def job(self, job: str) -> None:
        """There is such work, which may fail."""

    def job_failed(self, job: str) -> None:
        """Work that was due has failed, or a part of it, and will be tried again if that is worth it."""

    def committed(self, works: int, seconds: float) -> None:
        """So many works were written together, from taking the database to the end of the commit."""

    def ran(self, demo: str, runtime: str, outcome: str) -> None:
        """The run of a program is over, however it ended."""

    def gateway(self, event: str) -> None:
        """A shard was let in, is ready, has resumed or was disconnected."""

    def looks_at(self, name: str, meaning: str, look: Callable[[], float]) -> None:
        """There is a figure of that name, which `look` measures whenever somebody asks."""

    def text(self) -> bytes:
        """All figures, as whoever asks for them reads them."""
        return b""


NOBODY = Meter()
"""Where nobody counts."""
