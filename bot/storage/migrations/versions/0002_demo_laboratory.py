"""Runs are stored when they are asked for, with their program and a trace for each runtime; predictions of runs.

Runs of the first version are dropped: their plans had another form, and no version that kept them was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables anew, and that of predictions."""
    op.drop_table("runs")
    op.create_table(
        "runs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("program", sa.JSON, nullable=False),
        sa.Column("runtimes", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("traces", sa.JSON),
        sa.Column("finished_at", sa.BigInteger),
    )
    op.create_index("runs_of_member", "runs", ["member_id", "asked_at"])
    op.create_table(
        "predictions",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("choice", sa.Integer),
        sa.Column("observed", sa.Integer),
        sa.Column("run_id", sa.String(16)),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
    )
    op.create_index("predictions_of_member", "predictions", ["member_id", "asked_at"])


def downgrade() -> None:
    """Put the first version's table of runs back, empty."""
    op.drop_table("predictions")
    op.drop_table("runs")
    op.create_table(
        "runs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("trace", sa.JSON, nullable=False),
        sa.Column("finished_at", sa.BigInteger, nullable=False),
    )
