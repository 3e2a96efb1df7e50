"""The tables as this version of the code knows them; their indexes stand in `indexes`.

How a database gets there stands in `migrations/`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
    false,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_MILLISECOND = timedelta(milliseconds=1)


def millis(at: datetime) -> int:
    """A moment as it is stored: see `Instant`."""
    return (at - EPOCH) // _MILLISECOND


class Instant(TypeDecorator[datetime]):
    """A moment, kept as whole milliseconds since 1970 UTC, so that every engine orders it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: D102
        return None if value is None else millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        return None if value is None else EPOCH + timedelta(milliseconds=value)


VERSION = "0004"
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
    Column("deadline_at", Instant),
    Column("pass_mark", Integer),
)

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

standings = Table(  # the points of first attempts, summed up when one is finished; a board is read, never counted
    "standings",
    metadata,
    Column("guild_id", BigInteger, nullable=False),  # 0 for all servers together
    Column("lesson_id", String(32), nullable=False),  # empty for all lessons together
    Column("period", String(8), nullable=False),  # `always`, `2026-W48` or `2026-11`
    Column("member_id", BigInteger, nullable=False),
    Column("points", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("reached_at", Instant, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=false()),  # as in `members`
    PrimaryKeyConstraint("guild_id", "lesson_id", "period", "member_id"),
)

standing_counts = Table(  # how many of those who are shown have how many points, so that no board need be counted
    "standing_counts",
    metadata,
    Column("guild_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("period", String(8), nullable=False),
    Column("points", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    PrimaryKeyConstraint("guild_id", "lesson_id", "period", "points"),
    sqlite_with_rowid=False,
)

tallies = Table(  # what a teacher sees of an item: sums of answers, without the people
    "tallies",
    metadata,
    Column("guild_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("item_id", String(48), nullable=False),
    Column("answers", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("hinted", Integer, nullable=False),
    Column("rated", Integer, nullable=False),  # answers given among others, by which discrimination is told
    Column("rated_right", Integer, nullable=False),
    Column("rest", Float, nullable=False),  # the sum of the shares of the others that were right
    Column("rest_squared", Float, nullable=False),
    Column("rest_right", Float, nullable=False),  # the same over those who had this one right
    PrimaryKeyConstraint("guild_id", "lesson_id", "item_id"),
)

choices = Table(  # how often each wrong option was chosen; of a generated question, the idea behind it
    "choices",
    metadata,
    Column("guild_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("item_id", String(48), nullable=False),
    Column("choice_id", String(48), nullable=False),
    Column("times", Integer, nullable=False),
    PrimaryKeyConstraint("guild_id", "lesson_id", "item_id", "choice_id"),
)

cards = Table(  # what a member has learned, each item with FSRS's own state
    "cards",
    metadata,
    Column("member_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("item_id", String(48), nullable=False),
    Column("state", String(400), nullable=False),
    Column("due_at", Instant, nullable=False),
    PrimaryKeyConstraint("member_id", "lesson_id", "item_id"),
)

members = Table(  # what a member has chosen
    "members",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hidden", Boolean, nullable=False),
    Column("time_zone", String(64)),
    Column("remind_minute", Integer),
    Column("remind_at", Instant),
    Column("reminded_at", Instant),
    Column("inbox_closed_at", Instant),
)

guilds = Table(
    "guilds",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("pass_role_id", BigInteger),
    Column("pass_mark", Integer, nullable=False),
    Column("cooldown_h", Integer, nullable=False),
    Column("host_role_id", BigInteger),
    Column("daily_channel_id", BigInteger),
    Column("daily_minute", Integer, nullable=False),
    Column("daily_lesson_id", String(32)),
    Column("daily_at", Instant),
    Column("time_zone", String(64), nullable=False),
    Column("language", String(16), nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("host_id", BigInteger),  # none once the host is forgotten
    Column("lesson_id", String(32), nullable=False),
    Column("layout", JSON, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("phase_ends_at", Instant),
    Column("remaining_ms", Integer),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_message_id", BigInteger),  # what told its end; 0 if nothing could
)

polls = Table(
    "polls",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("lesson_id", String(32), nullable=False),
    Column("question_id", String(32), nullable=False),
    Column("option_ids", JSON, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("round_id", String(16), ForeignKey("rounds.id", ondelete="CASCADE")),
    Column("number", Integer, nullable=False),
    Column("day", String(10)),
    Column("message_id", BigInteger),
    Column("closed_at", Instant),
    Column("explained_at", Instant),  # when its message was brought to its end
)

poll_answers = Table(
    "poll_answers",
    metadata,
    Column("poll_id", String(16), ForeignKey("polls.id", ondelete="CASCADE"), nullable=False),
    Column("member_id", BigInteger, nullable=False),
    Column("option_id", String(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    PrimaryKeyConstraint("poll_id", "member_id"),
)
