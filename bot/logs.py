"""Logs: events with fields, one line each, on standard error. Libraries that log the old way come out the same.

Neither a secret nor what a member typed stands in a line, at any level: libraries are kept from telling what they send
and receive, an error that repeats a member's text is shown without it, and secrets are taken out of whatever is left.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Generator, Iterable, MutableMapping
from contextlib import contextmanager
from typing import Any, Literal, cast


@contextmanager
def _passed_over(package: str) -> Generator[None]:
    """What is imported meanwhile does without a package that it would take if it found it."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = cast("Any", None)  # to `import`, it is not installed
    try:
        yield
    finally:
        del sys.modules[package]


with _passed_over("rich"):  # structlog takes it for tracebacks that are not used here: a sixteenth of the start
    import structlog

HIDDEN = "…"
HIDE = "hide"
"""The field of an event that lists texts which must not stand in its error. It is not shown itself."""

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

_TOKEN_IN_PATH = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w%.~-]+")
"""The token of an interaction, which for 15 minutes lets anybody answer in the bot's name."""

_ROW = re.compile(r"(DETAIL: ).*?(?=\\n|\n|\"|$)")
"""The row that PostgreSQL shows where it breaks a rule."""

_WORD = re.compile(r"\w{3,}")


def set_up(level: str, style: Literal["console", "json"], secrets: Iterable[str] = ()) -> None:
    """Send every log line of this process to standard error, as `style`, and without any of the `secrets`."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    plain = structlog.dev.plain_traceback  # the other one prints variables, secrets too
    colors = sys.stderr.isatty()
    rendered: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_private_texts,
                rendered,
                cast("Any", _without(secrets)),  # the type knows no processor that takes a line
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # What libraries say at INFO is not about what members do; at DEBUG, discord.py repeats all that members say.
    others = logging.INFO if level == "DEBUG" else logging.WARNING
    root.setLevel(max(others, logging.getLevelNamesMapping()[level]))
    logging.getLogger("tandem").setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook = _crashed
    threading.excepthook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)


def _crashed(kind: type[BaseException], error: BaseException | None, traceback: Any) -> None:
    """Log what nobody caught, instead of a traceback of many lines."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("tandem").critical("crashed", exc_info=(kind, error, traceback))


def _without_private_texts(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take a member's texts, and every longer word in them, out of the error that an event tells of."""
    texts = cast("list[str]", event.pop(HIDE, ()))
    if texts and "exception" in event:
        words = {word for text in texts for word in (text, repr(text)[1:-1], *_WORD.findall(text))}
        longest_first = sorted((word for word in words if len(word) > 1), key=len, reverse=True)
        event["exception"] = re.sub("|".join(map(re.escape, longest_first)) or "$^", HIDDEN, event["exception"])
    return event


def _without(secrets: Iterable[str]) -> Callable[[Any, str, str], str]:
    """What takes secrets out of a line that is ready to be written."""
    known = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}

    def taken_out(_logger: Any, _name: str, line: str) -> str:
        for secret in known:
            line = line.replace(secret, HIDDEN)
        return _ROW.sub(rf"\1{HIDDEN}", _TOKEN_IN_PATH.sub(rf"\1{HIDDEN}", line))

    return taken_out
