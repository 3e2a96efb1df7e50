"""The first tables: attempts, answers, hints, parts read, runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("layout", sa.JSON, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("score", sa.Integer),
        sa.Column("total", sa.Integer, nullable=False),
    )
    quiz = ["member_id", "lesson_id", "kind"]
    is_open, is_first = sa.text("finished_at IS NULL"), sa.text("first")
    op.create_index("one_open_attempt", "attempts", quiz, unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(
        "one_first_attempt", "attempts", quiz, unique=True, sqlite_where=is_first, postgresql_where=is_first
    )
    op.create_index("attempts_of_member", "attempts", ["member_id", "started_at"])
    op.create_index("attempts_of_guild", "attempts", ["guild_id", "first", "member_id"])
    op.create_table(
        "answers",
        sa.Column("attempt_id", sa.String(16), sa.ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("option_id", sa.String(32), nullable=False),
        sa.Column("correct", sa.Boolean, nullable=False),
        sa.Column("hinted", sa.Boolean, nullable=False),
        sa.Column("answered_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question_id"),
    )
    op.create_table(
        "hints",
        sa.Column("attempt_id", sa.String(16), sa.ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("shown_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question_id"),
    )
    op.create_table(
        "parts_read",
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("part_id", sa.String(16), nullable=False),
        sa.Column("read_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("member_id", "lesson_id", "part_id"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("trace", sa.JSON, nullable=False),
        sa.Column("finished_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("runs", "parts_read", "hints", "answers", "attempts"):
        op.drop_table(table)
