"""Attempts and their answers: begun, loaded, answered. One answer a question, by the table's key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.attempt import Answer, Asked, Attempt
from bot.domain.errors import MemberError
from bot.domain.lesson import LISTED, RANKED, QuizKind
from bot.domain.recall import RECALL, Scheduler
from bot.storage import tables
from bot.storage.known import KnownAttempts
from bot.storage.learning import Learned, learn, settle
from bot.storage.rows import Lookup, change_rows, insert_rows, rows_of
from bot.storage.store import Store
from bot.storage.tables import millis

_attempts, _answers, _hints = tables.attempts.c, tables.answers.c, tables.hints.c


class GoneAttemptError(MemberError):
    """The attempt is not stored any more."""

    def __init__(self, kind: QuizKind = QuizKind.PRACTICE) -> None:
        super().__init__(f"This {kind.word} is not here any more. `/{kind.word}` starts a new one.")


class _Click(NamedTuple):
    """A question that was answered, and the attempt with that answer."""

    attempt: Attempt
    question_id: str


class _Hint(NamedTuple):
    """A hint that was shown."""

    attempt_id: str
    question_id: str
    at: datetime


class Attempts:
    """The stored attempts. Those that were told of lately are known without asking: `KnownAttempts` tells how far."""

    def __init__(self, store: Store, schedule: Scheduler, known: KnownAttempts | None = None) -> None:
        self._store, self._schedule = store, schedule
        self._known = KnownAttempts() if known is None else known

    async def begin(self, attempt: Attempt) -> Attempt:
        """Store a new attempt, or return the open one that this member has of the same quiz.

        Whether it is the first, the one that ranks, is decided here, where no other click can come between.
        """

        def work(connection: Connection) -> Attempt:
            row = _row(attempt)
            same_quiz = {name: row[name] for name in ("member_id", "lesson_id", "kind")}
            if found := _load_open(connection, **same_quiz):
                return found[0]
            first = attempt.kind in RANKED and not connection.scalar(_SEEN, same_quiz)
            connection.execute(insert(tables.attempts), row | {"first": first})
            return _stored(connection, attempt.id, attempt.kind)

        begun = await self._store.write(work)
        self._known.put(begun)
        return begun

    async def get(self, attempt_id: str, *, anew: bool = False) -> Attempt | None:
        """The attempt with that id, with its answers and hints; `anew` as it is stored now, whatever is known of it."""
        if not anew and (known := self._known.get(attempt_id)) is not None:
            return known
        with self._known.reading(attempt_id) as has_read:
            found = await self._store.read(lambda connection: _load_one(connection, attempt_id=attempt_id))
            attempt = found[0] if found else None
            has_read(attempt)
        return attempt

    async def of_member(self, member_id: int) -> Sequence[Attempt]:
        """All attempts of a member, oldest first."""
        return await self._store.read(lambda connection: _load_all(connection, member_id=member_id))

    async def latest(self, member_id: int, lesson_id: str, kind: QuizKind) -> Attempt | None:
        """The attempt at a quiz that a member has open, or of those finished the one that ended last; None if none."""
        this = {"member_id": member_id, "lesson_id": lesson_id, "kind": kind.value}

        def work(connection: Connection) -> Attempt | None:
            attempt_id = connection.scalar(_LATEST, this)
            return None if attempt_id is None else _stored(connection, attempt_id, kind)

        return await self._store.read(work)

    async def last_open(
        self, member_id: int, lesson_ids: Sequence[str], kinds: Collection[QuizKind] = LISTED
    ) -> Attempt | None:
        """Of a member's unfinished quizzes in these lessons, the one they began, answered or took a hint in last."""
        answered = select(func.max(_answers.answered_at)).where(_answers.attempt_id == _attempts.id)
        shown = select(func.max(_hints.shown_at)).where(_hints.attempt_id == _attempts.id)
        columns = (_attempts.id, _attempts.started_at, answered.label("answered_at"), shown.label("shown_at"))
        query = select(*columns).where(
            _attempts.member_id == member_id,
            _attempts.finished_at.is_(None),
            _attempts.lesson_id.in_(lesson_ids),
            _attempts.kind.in_([kind.value for kind in kinds]),
        )

        def work(connection: Connection) -> Attempt | None:
            rows: list[Any] = list(connection.execute(query))
            last = max(rows, key=_touched_at, default=None)
            return None if last is None else _load_one(connection, attempt_id=last.id)[0]

        return await self._store.read(work)

    async def revised(self, attempt: Attempt, change: Callable[[Attempt], Attempt], at: datetime) -> Attempt:
        """An open attempt with what `change` makes of it, stored so; one that is ended, or needs no change, as it is.

        What is changed is what is stored, whatever is known of it here: the writer calls `change` again, in its thread.
        With no question left open it is finished, and with none at all it goes.

        Raises:
            GoneAttemptError: the attempt is not stored any more.
        """
        if change(attempt) == attempt and attempt.finished == (attempt.finished_at is not None):
            return attempt

        def work(connection: Connection) -> Attempt:
            stored = _stored(connection, attempt.id, attempt.kind)
            return stored if stored.finished_at is not None else _lay(connection, change(stored), at)

        with self._unknown(attempt.id):
            return await self._store.write(work)

    async def leave(self, attempt_id: str, at: datetime) -> None:
        """End an open attempt with what is answered of it; one of which nothing is answered goes."""

        def work(connection: Connection) -> None:
            stored = _load_one(connection, attempt_id=attempt_id)
            if stored and stored[0].finished_at is None:
                _lay(connection, stored[0].left(at), at)

        with self._unknown(attempt_id):
            await self._store.write(work)

    async def close(self, attempt: Attempt) -> Attempt:
        """Store that the time of an attempt is up, unless it was finished meanwhile; the attempt as stored."""

        def work(connection: Connection) -> Attempt:
            stored = _stored(connection, attempt.id, attempt.kind)
            if stored.finished_at is None:
                stored = stored.close()
                _finish(connection, [stored])
            return stored

        with self._unknown(attempt.id):
            return await self._store.write(work)

    async def overdue(self, now: datetime) -> Sequence[Attempt]:
        """The open attempts whose deadline has passed."""
        return await self._store.read(lambda connection: _load_overdue(connection, now=now))

    async def next_deadline(self) -> datetime | None:
        """When the next of the open attempts is over."""
        query = select(_attempts.deadline_at).where(_attempts.finished_at.is_(None), _attempts.deadline_at.is_not(None))
        soonest = query.order_by(_attempts.deadline_at).limit(1)
        return await self._store.read(lambda connection: connection.scalar(soonest))

    async def save_answer(self, attempt: Attempt, question_id: str) -> Attempt:
        """Store the answer that `attempt` holds for a question. When this returns, it is on disk.

        It is stored if the attempt is open and, but for this answer, stored as it is here: begun in the same server,
        laid out alike, with as many answers and hints. If not, another click was first, or another process, and nothing
        is written.

        Returns:
            The attempt as stored: with that other click's answer, or ended, or without an answer to this question.

        Raises:
            GoneAttemptError: the attempt is not stored any more.
        """
        try:
            saved = await self._store.write_with_others(self._save_answers, _Click(attempt, question_id))
        except BaseException:  # cancelled perhaps, and stored all the same
            self._known.drop(attempt.id)
            raise
        if saved:
            self._known.put(attempt)
            return attempt
        stored = await self.get(attempt.id, anew=True)
        if stored is None:
            raise GoneAttemptError(attempt.kind)
        return stored

    async def save_hint(self, attempt: Attempt, question_id: str, at: datetime) -> None:
        """Remember that the hint of a question was shown. A second time changes nothing.

        Raises:
            GoneAttemptError: the attempt is not stored any more.
        """
        known = None
        with self._unknown(attempt.id):
            if not await self._store.write_with_others(_save_hints, _Hint(attempt.id, question_id, at)):
                raise GoneAttemptError(attempt.kind)
            known = self._known.get(attempt.id)
        if known is not None:
            self._known.put(replace(known, hinted=known.hinted | {question_id}))

    @contextmanager
    def _unknown(self, attempt_id: str) -> Generator[None]:
        """What is done here may change an attempt: it is to be read anew after that, however it ends."""
        try:
            yield
        finally:
            self._known.drop(attempt_id)

    def _save_answers(self, connection: Connection, clicks: Sequence[_Click]) -> list[bool]:
        """Store answers, and what they leave behind; whether each was stored."""
        found = rows_of(connection, _OPEN, [(attempt_id,) for attempt_id in {click.attempt.id for click in clicks}])
        as_stored = {attempt_id: stored for attempt_id, *stored in found}
        saved = [_is_next(click.attempt, as_stored.pop(click.attempt.id, None)) for click in clicks]  # one click each
        counting = [click for click, is_saved in zip(clicks, saved, strict=True) if is_saved]
        insert_rows(connection, _INSERT_ANSWERS, [_answer_row(click) for click in counting])
        learn(connection, self._schedule, map(_learned, counting))
        _finish(connection, [click.attempt for click in counting if click.attempt.finished])
        return saved


def _touched_at(row: Any) -> datetime:
    return max(at for at in (row.started_at, row.answered_at, row.shown_at) if at is not None)


_THIS = _attempts.id == bindparam("attempt_id")
_OF_MEMBER = _attempts.member_id == bindparam("member_id")
_OF_QUIZ = and_(_OF_MEMBER, _attempts.lesson_id == bindparam("lesson_id"), _attempts.kind == bindparam("kind"))
_SEEN = select(exists().where(_OF_QUIZ))
_LATEST = (
    select(_attempts.id)
    .where(_OF_QUIZ)
    .order_by(_attempts.finished_at.is_not(None), _attempts.finished_at.desc(), _attempts.started_at.desc())
    .limit(1)
)
_CHANGE = update(tables.attempts).where(_THIS)
_OPEN = Lookup(
    "id, guild_id, CAST(layout AS TEXT), (SELECT count(*) FROM answers WHERE attempt_id = attempts.id),"
    " (SELECT count(*) FROM hints WHERE attempt_id = attempts.id)",
    "attempts",
    ("id",),
    "finished_at IS NULL",
)
_STORED = Lookup("id", "attempts", ("id",))
_INSERT_ANSWERS = "INSERT INTO answers (attempt_id, question_id, option_id, correct, hinted, answered_at)"
_INSERT_HINTS = "INSERT INTO hints (attempt_id, question_id, shown_at)"
_FINISH = "UPDATE attempts SET finished_at = ?, score = ? WHERE id = ?"


def _is_next(attempt: Attempt, stored: Sequence[Any] | None) -> bool:
    """Whether an open attempt is stored as this one was before its newest answer; None if no open one is stored."""
    if stored is None:
        return False
    guild_id, layout, *counts = stored
    if guild_id != attempt.guild_id or counts != [len(attempt.answers) - 1, len(attempt.hinted)]:
        return False
    return json.loads(layout) == _laid_out(attempt)


def _answer_row(click: _Click) -> tuple[Any, ...]:
    answer = click.attempt.answers[click.question_id]
    given = answer.option_id, answer.correct, answer.hinted, millis(answer.at)
    return click.attempt.id, click.question_id, *given


def _learned(click: _Click) -> Learned:
    attempt, answer = click.attempt, click.attempt.answers[click.question_id]
    recall = RECALL[answer.correct, answer.hinted]
    return Learned(attempt.member_id, attempt.lesson_id, click.question_id, recall, answer.at)


def _save_hints(connection: Connection, hints: Sequence[_Hint]) -> list[bool]:
    """Store that hints were shown; whether the attempt of each is stored."""
    found = rows_of(connection, _STORED, [(attempt_id,) for attempt_id in {hint.attempt_id for hint in hints}])
    stored = {attempt_id for (attempt_id,) in found}
    rows = [(hint.attempt_id, hint.question_id, millis(hint.at)) for hint in hints if hint.attempt_id in stored]
    insert_rows(connection, _INSERT_HINTS, rows, " ON CONFLICT DO NOTHING")
    return [hint.attempt_id in stored for hint in hints]


def _lay(connection: Connection, attempt: Attempt, at: datetime) -> Attempt:
    """Store what an open attempt asks now, and return it so. It was read in the same transaction."""
    this = {"attempt_id": attempt.id}
    if not attempt.layout:
        connection.execute(delete(tables.attempts).where(_THIS), this)
        return attempt
    connection.execute(_CHANGE.values(layout=_laid_out(attempt), total=len(attempt.layout)), this)
    if attempt.finished:
        attempt = replace(attempt, finished_at=at)
        _finish(connection, [attempt])
    return attempt


def _finish(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """End attempts and count them: they were read, and were open, in the same transaction."""
    ended = [
        (None if attempt.finished_at is None else millis(attempt.finished_at), attempt.score, attempt.id)
        for attempt in attempts
    ]
    change_rows(connection, _FINISH, ended)
    settle(connection, attempts)


class _Load:
    """The attempts that a condition names. The queries are made once: that takes longer than to run them."""

    def __init__(self, which: ColumnElement[bool]) -> None:
        self._attempts = select(tables.attempts).where(which).order_by(_attempts.started_at)
        self._answers = select(tables.answers).join(tables.attempts).where(which)
        self._hints = select(tables.hints).join(tables.attempts).where(which)

    def __call__(self, connection: Connection, **values: object) -> list[Attempt]:
        rows = connection.execute(self._attempts, values).all()
        answers: defaultdict[str, dict[str, Answer]] = defaultdict(dict)
        for row in connection.execute(self._answers, values):
            answers[row.attempt_id][row.question_id] = Answer(
                row.option_id, correct=row.correct, hinted=row.hinted, at=row.answered_at
            )
        hints: defaultdict[str, set[str]] = defaultdict(set)
        for row in connection.execute(self._hints, values):
            hints[row.attempt_id].add(row.question_id)
        return [_attempt(row, answers[row.id], hints[row.id]) for row in rows]


_load_one = _Load(_THIS)
_load_all = _Load(_OF_MEMBER)
_load_open = _Load(and_(_OF_QUIZ, _attempts.finished_at.is_(None)))
_load_overdue = _Load(
    and_(_attempts.finished_at.is_(None), _attempts.deadline_at <= bindparam("now", type_=tables.Instant))
)


def _stored(connection: Connection, attempt_id: str, kind: QuizKind) -> Attempt:
    found = _load_one(connection, attempt_id=attempt_id)
    if not found:
        raise GoneAttemptError(kind)
    return found[0]


def _laid_out(attempt: Attempt) -> list[list[Any]]:
    return [[asked.question_id, [*asked.option_ids]] for asked in attempt.layout]


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "member_id": attempt.member_id,
        "guild_id": attempt.guild_id,
        "lesson_id": attempt.lesson_id,
        "kind": attempt.kind.value,
        "layout": _laid_out(attempt),
        "started_at": attempt.started_at,
        "total": len(attempt.layout),
        "deadline_at": attempt.deadline_at,
        "pass_mark": attempt.pass_mark,
    }


_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def _asked(question_id: str, option_ids: tuple[str, ...]) -> Asked:
    """There are few ways to lay out a question of the bank, which very many attempts share."""
    return Asked(question_id, option_ids)


def _attempt(row: Row[Any], answers: Mapping[str, Answer], hinted: Set[str]) -> Attempt:
    return Attempt(
        id=row.id,
        member_id=row.member_id,
        guild_id=row.guild_id,
        lesson_id=row.lesson_id,
        kind=QuizKind(row.kind),
        layout=tuple(_asked(question_id, tuple(option_ids)) for question_id, option_ids in row.layout),
        first=row.first,
        started_at=row.started_at,
        answers=MappingProxyType(answers),
        hinted=frozenset(hinted) if hinted else _NONE,  # an empty set of its own takes 216 bytes
        deadline_at=row.deadline_at,
        pass_mark=row.pass_mark,
        closed=row.finished_at is not None and len(answers) < len(row.layout),
        finished_at=row.finished_at,
    )
