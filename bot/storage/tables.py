"""The tables as this version of the code knows them. How a database gets there stands in `migrations/`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as whole milliseconds since 1970 UTC, so that every engine orders it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: D102
        return None if value is None else (value - _EPOCH) // timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        return None if value is None else _EPOCH + timedelta(milliseconds=value)


VERSION = "0002"
"""The last step in `migrations/`: a database of this version has these tables."""

metadata = MetaData()

attempts = Table(
    "attempts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("member_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("lesson_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("layout", JSON, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("score", Integer),
    Column("total", Integer, nullable=False),
)
Index(
    "one_open_attempt",
    attempts.c.member_id,
    attempts.c.lesson_id,
    attempts.c.kind,
    unique=True,
    sqlite_where=attempts.c.finished_at.is_(None),
    postgresql_where=attempts.c.finished_at.is_(None),
)
Index(
    "one_first_attempt",
    attempts.c.member_id,
    attempts.c.lesson_id,
    attempts.c.kind,
    unique=True,
    sqlite_where=text("first"),
    postgresql_where=text("first"),
)
Index("attempts_of_member", attempts.c.member_id, attempts.c.started_at)
Index("attempts_of_guild", attempts.c.guild_id, attempts.c.first, attempts.c.member_id)

answers = Table(
    "answers",
    metadata,
    Column("attempt_id", String(16), ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
    Column("question_id", String(32), nullable=False),
    Column("option_id", String(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("hinted", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    PrimaryKeyConstraint("attempt_id", "question_id"),
)

hints = Table(
    "hints",
    metadata,
    Column("attempt_id", String(16), ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
    Column("question_id", String(32), nullable=False),
    Column("shown_at", Instant, nullable=False),
    PrimaryKeyConstraint("attempt_id", "question_id"),
)

parts_read = Table(
    "parts_read",
    metadata,
    Column("member_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("part_id", String(16), nullable=False),
    Column("read_at", Instant, nullable=False),
    PrimaryKeyConstraint("member_id", "lesson_id", "part_id"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("member_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("program", JSON, nullable=False),
    Column("runtimes", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("traces", JSON(none_as_null=True)),
    Column("finished_at", Instant),
)
Index("runs_of_member", runs.c.member_id, runs.c.asked_at)

predictions = Table(
    "predictions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("member_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("level", String(16), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("choice", Integer),
    Column("observed", Integer),
    Column("run_id", String(16)),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
)
Index("predictions_of_member", predictions.c.member_id, predictions.c.asked_at)
