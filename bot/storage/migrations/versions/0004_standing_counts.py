"""Of each board, how many members have how many points. Who is hidden is marked in the standings, and not counted.

So a page of a board, its number of pages and a rank cost the same with five members and with millions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_IN_ORDER = ["guild_id", "lesson_id", "period", sa.text("points DESC"), "reached_at", "member_id"]


def upgrade() -> None:
    """Mark who is hidden, and count the others."""
    op.add_column("standings", sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()))
    standings = sa.table("standings", sa.column("hidden", sa.Boolean), sa.column("member_id", sa.BigInteger))
    members = sa.table("members", sa.column("hidden", sa.Boolean), sa.column("member_id", sa.BigInteger))
    who = sa.select(members.c.member_id).where(members.c.hidden)
    op.execute(sa.update(standings).where(standings.c.member_id.in_(who)).values(hidden=sa.true()))
    op.drop_index("standings_in_order", "standings")
    op.create_index(
        "standings_in_order",
        "standings",
        _IN_ORDER,
        sqlite_where=sa.text("hidden = 0"),
        postgresql_where=sa.text("NOT hidden"),
    )
    op.drop_index("members_hidden", "members")
    op.create_table(
        "standing_counts",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("lesson_id", sa.String(32), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "lesson_id", "period", "points"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "days_of_guild",
        "polls",
        ["guild_id", "opened_at"],
        sqlite_where=sa.text("day IS NOT NULL"),
        postgresql_where=sa.text("day IS NOT NULL"),
    )
    op.create_index("runs_of_guild", "runs", ["guild_id"])
    op.create_index("predictions_of_guild", "predictions", ["guild_id"])
    op.create_index(
        "attempts_by_deadline",
        "attempts",
        ["deadline_at"],
        sqlite_where=sa.text("finished_at IS NULL AND deadline_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NULL AND deadline_at IS NOT NULL"),
    )
    op.execute(
        "INSERT INTO standing_counts (guild_id, lesson_id, period, points, members)"
        " SELECT guild_id, lesson_id, period, points, count(*) FROM standings WHERE NOT hidden"
        " GROUP BY guild_id, lesson_id, period, points"
    )


def downgrade() -> None:
    """Drop the counts and the marks; the choices that these were made of are still in `members`."""
    op.drop_index("attempts_by_deadline", "attempts")
    op.drop_index("predictions_of_guild", "predictions")
    op.drop_index("runs_of_guild", "runs")
    op.drop_index("days_of_guild", "polls")
    op.drop_table("standing_counts")
    op.create_index(
        "members_hidden",
        "members",
        ["member_id"],
        sqlite_where=sa.text("hidden = 1"),
        postgresql_where=sa.text("hidden"),
    )
    op.drop_index("standings_in_order", "standings")
    with op.batch_alter_table("standings") as standings:
        standings.drop_column("hidden")
    op.create_index("standings_in_order", "standings", _IN_ORDER)
