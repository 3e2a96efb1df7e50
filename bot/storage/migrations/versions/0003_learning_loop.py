"""Tests with a deadline, memories, sums for teachers, standings, settings, rounds and polls.

Points of attempts that were finished before are summed up into the standings. Tests of before had no deadline; one that
is still open gets one an hour after it began.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_HOUR_MS = 3_600_000


def upgrade() -> None:
    """Create the tables, and fill the standings."""
    op.add_column("attempts", sa.Column("deadline_at", sa.BigInteger))
    op.add_column("attempts", sa.Column("pass_mark", sa.Integer))
    op.execute(
        sa.text("UPDATE attempts SET deadline_at = started_at + :hour WHERE kind = 'test'").bindparams(hour=_HOUR_MS)
    )
    _scores()
    _members()
    _servers()
    _polls()
    _sum_up()


def downgrade() -> None:
    """Drop the tables, and with them what only this version knows."""
    for table in (
        "poll_answers",
        "polls",
        "rounds",
        "guilds",
        "members",
        "cards",
        "choices",
        "tallies",
        "standings",
    ):
        op.drop_table(table)
    with op.batch_alter_table("attempts") as attempts:
        attempts.drop_column("pass_mark")
        attempts.drop_column("deadline_at")


def _scores() -> None:
    op.create_table(
        "standings",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("reached_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "lesson_id", "period", "member_id"),
    )
    op.create_index(
        "standings_in_order",
        "standings",
        ["guild_id", "lesson_id", "period", sa.text("points DESC"), "reached_at", "member_id"],
    )
    op.create_index("standings_of_member", "standings", ["member_id"])
    op.create_table(
        "tallies",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(48), nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("right", sa.Integer, nullable=False),
        sa.Column("hinted", sa.Integer, nullable=False),
        sa.Column("rated", sa.Integer, nullable=False),
        sa.Column("rated_right", sa.Integer, nullable=False),
        sa.Column("rest", sa.Float, nullable=False),
        sa.Column("rest_squared", sa.Float, nullable=False),
        sa.Column("rest_right", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "lesson_id", "item_id"),
    )
    op.create_table(
        "choices",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(48), nullable=False),
        sa.Column("choice_id", sa.String(48), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "lesson_id", "item_id", "choice_id"),
    )


def _members() -> None:
    op.create_table(
        "cards",
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(48), nullable=False),
        sa.Column("state", sa.String(400), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("member_id", "lesson_id", "item_id"),
    )
    op.create_index("cards_due", "cards", ["member_id", "due_at"])
    op.create_table(
        "members",
        sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("time_zone", sa.String(64)),
        sa.Column("remind_minute", sa.Integer),
        sa.Column("remind_at", sa.BigInteger),
        sa.Column("reminded_at", sa.BigInteger),
        sa.Column("inbox_closed_at", sa.BigInteger),
    )
    op.create_index("members_to_remind", "members", ["remind_at"])
    op.create_index(
        "members_hidden",
        "members",
        ["member_id"],
        sqlite_where=sa.text("hidden = 1"),
        postgresql_where=sa.text("hidden"),
    )


def _servers() -> None:
    is_open = sa.text("ended_at IS NULL")
    op.create_table(
        "guilds",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("pass_role_id", sa.BigInteger),
        sa.Column("pass_mark", sa.Integer, nullable=False),
        sa.Column("cooldown_h", sa.Integer, nullable=False),
        sa.Column("host_role_id", sa.BigInteger),
        sa.Column("daily_channel_id", sa.BigInteger),
        sa.Column("daily_minute", sa.Integer, nullable=False),
        sa.Column("daily_lesson_id", sa.String(32)),
        sa.Column("daily_at", sa.BigInteger),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
    )
    op.create_index("guilds_daily", "guilds", ["daily_at"])
    op.create_table(
        "rounds",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("host_id", sa.BigInteger),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("layout", sa.JSON, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("phase_ends_at", sa.BigInteger),
        sa.Column("remaining_ms", sa.Integer),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("end_message_id", sa.BigInteger),
    )
    op.create_index(
        "one_round_a_channel", "rounds", ["channel_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("rounds_of_guild", "rounds", ["guild_id"])


def _polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("option_ids", sa.JSON, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("round_id", sa.String(16), sa.ForeignKey("rounds.id", ondelete="CASCADE")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10)),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("explained_at", sa.BigInteger),
    )
    op.create_index("one_poll_a_day", "polls", ["guild_id", "day"], unique=True)
    unexplained = sa.text("day IS NOT NULL AND explained_at IS NULL")
    op.create_index("polls_unexplained", "polls", ["guild_id"], sqlite_where=unexplained, postgresql_where=unexplained)
    op.create_index("polls_of_round", "polls", ["round_id", "number"], unique=True)
    op.create_table(
        "poll_answers",
        sa.Column("poll_id", sa.String(16), sa.ForeignKey("polls.id", ondelete="CASCADE"), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("option_id", sa.String(32), nullable=False),
        sa.Column("correct", sa.Boolean, nullable=False),
        sa.Column("answered_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "member_id"),
    )
    op.create_index("poll_answers_of_member", "poll_answers", ["member_id"])


def _sum_up() -> None:
    connection = op.get_bind()
    attempts = connection.execute(
        sa.text(
            "SELECT guild_id, lesson_id, member_id, score, total, finished_at FROM attempts"
            " WHERE first AND finished_at IS NOT NULL"
        )
    )
    sums: dict[tuple[int, str, str, int], list[int]] = {}
    for row in attempts:
        for guild_id in {0, row.guild_id or 0}:
            for lesson_id in ("", row.lesson_id):
                for period in _periods(row.finished_at):
                    found = sums.setdefault((guild_id, lesson_id, period, row.member_id), [0, 0, 0])
                    found[0] += row.score
                    found[1] += row.total
                    found[2] = max(found[2], row.finished_at)
    names = ("guild_id", "lesson_id", "period", "member_id", "points", "asked", "reached_at")
    rows: list[dict[str, Any]] = [dict(zip(names, (*key, *values), strict=True)) for key, values in sums.items()]
    if rows:
        columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
        standings = sa.table("standings", *columns)
        connection.execute(sa.insert(standings), rows)


def _periods(finished_at: int) -> tuple[str, ...]:
    at = datetime.fromtimestamp(finished_at / 1000, UTC)
    year, week, _ = at.isocalendar()
    return ("always", f"{year}-W{week:02}", f"{at.year}-{at.month:02}")
