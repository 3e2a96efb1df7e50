"""The indexes that the tables have.

Queries are written without them, so a start does without this module: an index of some rows only makes SQLAlchemy
import all that it has for PostgreSQL.
"""

from typing import Any

from sqlalchemy import ColumnElement, Index, TextClause, text

from bot.storage.tables import (
    attempts,
    cards,
    guilds,
    members,
    metadata,
    poll_answers,
    polls,
    predictions,
    rounds,
    runs,
    standings,
)

__all__ = ["metadata"]


def _only(where: TextClause | ColumnElement[bool]) -> dict[str, Any]:
    """Have an index of these rows only, on either engine."""
    return {"sqlite_where": where, "postgresql_where": where}


Index(
    "one_open_attempt",
    attempts.c.member_id,
    attempts.c.lesson_id,
    attempts.c.kind,
    unique=True,
    **_only(attempts.c.finished_at.is_(None)),
)
Index(
    "one_first_attempt",
    attempts.c.member_id,
    attempts.c.lesson_id,
    attempts.c.kind,
    unique=True,
    **_only(text("first")),
)
Index("attempts_of_member", attempts.c.member_id, attempts.c.started_at)
Index("attempts_of_guild", attempts.c.guild_id, attempts.c.first, attempts.c.member_id)
Index(
    "attempts_by_deadline",
    attempts.c.deadline_at,
    **_only(text("finished_at IS NULL AND deadline_at IS NOT NULL")),
)
Index("runs_of_guild", runs.c.guild_id)
Index("predictions_of_guild", predictions.c.guild_id)
Index("runs_of_member", runs.c.member_id, runs.c.asked_at)
Index("predictions_of_member", predictions.c.member_id, predictions.c.asked_at)
Index(
    "standings_in_order",
    standings.c.guild_id,
    standings.c.lesson_id,
    standings.c.period,
    standings.c.points.desc(),
    standings.c.reached_at,
    standings.c.member_id,
    sqlite_where=text("hidden = 0"),
    postgresql_where=text("NOT hidden"),
)
Index("standings_of_member", standings.c.member_id)
Index("cards_due", cards.c.member_id, cards.c.due_at)
Index("members_to_remind", members.c.remind_at)
Index("guilds_daily", guilds.c.daily_at)
Index(
    "one_round_a_channel",
    rounds.c.channel_id,
    unique=True,
    **_only(rounds.c.ended_at.is_(None)),
)
Index("rounds_of_guild", rounds.c.guild_id)
Index("polls_of_round", polls.c.round_id, polls.c.number, unique=True)
Index("one_poll_a_day", polls.c.guild_id, polls.c.day, unique=True)
Index(
    "days_of_guild",
    polls.c.guild_id,
    polls.c.opened_at,
    **_only(text("day IS NOT NULL")),
)
Index(
    "polls_unexplained",
    polls.c.guild_id,
    **_only(text("day IS NOT NULL AND explained_at IS NULL")),
)
Index("poll_answers_of_member", poll_answers.c.member_id)
