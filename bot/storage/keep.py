"""Of what members ask for again and again, only the newest is kept."""

from __future__ import annotations

from sqlalchemy import Table, delete, select
from sqlalchemy.engine import Connection


def drop_oldest(connection: Connection, table: Table, member_id: int, most_kept: int) -> None:
    """Delete the oldest rows of a member beyond `most_kept`; the table has `id`, `member_id` and `asked_at`."""
    column = table.c
    newest_first = (
        select(column.id).where(column.member_id == member_id).order_by(column.asked_at.desc(), column.id.desc())
    )
    beyond = connection.scalars(newest_first.offset(most_kept)).all()
    if beyond:
        connection.execute(delete(table).where(column.id.in_(beyond)))
