"""Privacy: all that is held on a member, as one document; forgetting a member; forgetting a server."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.domain.lesson import QuizKind
from bot.domain.timing import item_of
from bot.storage.privacy import Privacy, Rows

LARGEST_PLAIN = 8_000_000
"""Up to how many bytes a document is handed out as it is; above that it is compressed."""

ABOUT: Mapping[str, str] = {
    "attempts": "Quizzes, tests and reviews that you have begun: what was asked, the options as they were shown, and "
    "what you answered. While a test is open, `correct` is null.",
    "parts_read": "The parts of lessons that you have opened.",
    "runs": "Demos and proofs that you have asked for, and what happened. Only the newest are kept.",
    "predictions": "Predictions that you were asked for: the seed that the program is made of, the option that you "
    "picked, and the one that the run has shown, counted from 0.",
    "standings": "Your points on the leaderboards; server 0 is all servers together, an empty lesson all lessons.",
    "cards": "What you have learned of each question or kind of question, as FSRS keeps it, and when it is due. "
    "What an open test has asked about is null.",
    "members": "What you have chosen: whether you are hidden, your time zone, and your reminder.",
    "poll_answers": "Your answers in rounds and to questions of the day. While a question is open, `correct` is null.",
    "rounds": "Rounds that you have hosted.",
}
"""What each section of a document holds, by the table that it comes from."""

_PARTS_OF_ATTEMPTS = ("answers", "hints")

_JSON_TEXT = {"cards": "state"}
"""Columns whose text is JSON by itself."""


class Document(Struct, frozen=True):
    """All that is held on a member: a file to hand out, and of how many records it is made."""

    name: str
    content: bytes
    entries: int

    @property
    def compressed(self) -> bool:
        """Whether it was too large to be handed out as it is."""
        return self.name.endswith(".gz")


class PrivacyService:
    """Gives and forgets what is held."""

    def __init__(self, privacy: Privacy, now: Callable[[], datetime], largest_plain: int = LARGEST_PLAIN) -> None:
        self._privacy, self._now, self._largest_plain = privacy, now, largest_plain

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self._now()

    async def document(self, member_id: int) -> Document | None:
        """All that is held on a member; None if that is nothing."""
        held = await self._privacy.of_member(member_id)
        entries = sum(map(len, held.values()))
        if not entries:
            return None
        return await asyncio.to_thread(self._written, member_id, held, entries, self._now())

    async def forget(self, member_id: int) -> None:
        """Delete all that is held on a member. When this returns, it is gone."""
        await self._privacy.forget_member(member_id)

    async def left(self, guild_id: int) -> None:
        """Delete all that is held on a server; members keep their own scores."""
        await self._privacy.forget_guild(guild_id)

    def _written(self, member_id: int, held: Mapping[str, Rows], entries: int, now: datetime) -> Document:
        sections = _sections(held)
        whole = {
            "member_id": str(member_id),
            "exported_at": now.isoformat(timespec="seconds"),
            "about": {name: ABOUT.get(name, "Further things that belong to you.") for name in sections},
            **sections,
        }
        content = json.dumps(whole, indent=2, ensure_ascii=False).encode()
        if len(content) <= self._largest_plain:
            return Document("tandem.json", content, entries)
        return Document("tandem.json.gz", gzip.compress(content, mtime=0), entries)


def _sections(held: Mapping[str, Rows]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table that has some, as JSON; answers and hints stand with their attempt."""
    parts: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for name in _PARTS_OF_ATTEMPTS:
        for row in held.get(name, ()):
            parts[row["attempt_id"], name].append(_entry(name, row))
    sections: dict[str, list[dict[str, Any]]] = {}
    asked = set[tuple[str, str]]()
    for table, rows in held.items():
        if rows and table not in _PARTS_OF_ATTEMPTS:
            sections[table] = [_entry(table, row) for row in rows]
    for attempt, row in zip(sections.get("attempts", ()), held.get("attempts", ()), strict=True):
        attempt |= {name: parts[row["id"], name] for name in _PARTS_OF_ATTEMPTS}
        if row["kind"] == QuizKind.TEST and row["finished_at"] is None:
            attempt["answers"] = [answer | {"correct": None} for answer in attempt["answers"]]
            asked |= {(row["lesson_id"], item_of(answer["question_id"])) for answer in attempt["answers"]}
    for card in sections.get("cards", ()):
        if (card["lesson_id"], card["item_id"]) in asked:  # it is due sooner if the answer was wrong
            card |= {"state": None, "due_at": None}
    return sections


def _entry(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON: without the member's own id, which stands above all."""
    entry = {name: _value(name, value) for name, value in row.items() if name not in ("member_id", "host_id")}
    entry.pop("attempt_id", None)
    if table in _JSON_TEXT:
        entry[_JSON_TEXT[table]] = json.loads(entry[_JSON_TEXT[table]])
    if table == "poll_answers" and row["closed_at"] is None:
        entry["correct"] = None
    if table == "attempts":
        entry["layout"] = [{"question_id": question, "option_ids": options} for question, options in row["layout"]]
    return entry


def _value(name: str, value: Any) -> Any:
    """A value as JSON. Ids of Discord are text, since many programs cannot hold numbers as large as they are."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return str(value) if isinstance(value, int) and name.endswith("_id") else value
