"""A database of Tandem's with as many answers as are asked for, made by a few statements instead of by members.

Every member has taken the three ranked quizzes of a lesson once, on one of the last days: practice, visual and a test,
20 answers in all. Half of them did so in one server, the others a hundred each in many. How often somebody is right
depends on who they are and on what is asked; nothing is left to chance, so that the same number of answers makes the
same database. Standings, counts and a teacher's sums are those that the bot would have written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.board import ALL_LESSONS, EVERYWHERE, Period
from bot.domain.lesson import Lesson, QuizKind

DAYS = 28
ANSWERS_EACH = 20
IN_A_TEST = 12
EACH_OTHER_SERVER = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TABLES = """
CREATE TEMP TABLE asked (kind TEXT, position INTEGER, question TEXT, right TEXT, wrong TEXT);
CREATE TEMP TABLE quizzes (kind TEXT PRIMARY KEY, name TEXT, layout TEXT, total INTEGER);
CREATE TEMP TABLE periods (day INTEGER, period TEXT);
"""
_PEOPLE = """
CREATE TEMP TABLE people AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people)
SELECT n, CASE n WHEN 1 THEN :asker ELSE 100000000000000000 + n END AS member_id,
  CASE n % 2 WHEN 1 THEN :here ELSE 200000000000000000 + n / 2 / :each END AS guild_id,
  20 + n * 37 % 79 AS skill, (:today - n % :days) * 86400000 + n * 7919 % 3600000 AS at
FROM numbers
"""
_ANSWERS = """
INSERT INTO answers (attempt_id, question_id, option_id, correct, hinted, answered_at)
SELECT printf('%08x%s', n, kind), question, CASE WHEN correct THEN right
  ELSE json_extract(wrong, '$[' || ((n * 13 + position) % json_array_length(wrong)) || ']') END, correct, 0, at
FROM (
  SELECT *, (n * 7919 + position * 104729 + n * position * 31) % 100 < skill + 15 - position * 3 AS correct
  FROM people CROSS JOIN asked ORDER BY n, kind, position
)
"""
_ATTEMPTS = """
INSERT INTO attempts (id, member_id, guild_id, lesson_id, kind, layout, first, started_at, finished_at, score, total)
SELECT id, member_id, guild_id, :lesson, name, layout, 1, at - 600000, at,
  (SELECT sum(correct) FROM answers WHERE attempt_id = id), total
FROM (SELECT printf('%08x%s', n, kind) AS id, * FROM people CROSS JOIN quizzes)
"""
_STANDINGS = """
INSERT INTO standings (guild_id, lesson_id, period, member_id, points, asked, reached_at)
SELECT CASE scope WHEN 0 THEN :everywhere ELSE guild_id END, lesson, period, member_id, points, asked, at
FROM (
  SELECT member_id, guild_id, finished_at AS at, sum(score) AS points, sum(total) AS asked
  FROM attempts GROUP BY member_id
)
CROSS JOIN (SELECT 0 AS scope UNION ALL SELECT 1)
CROSS JOIN (SELECT :lesson AS lesson UNION ALL SELECT :all_lessons)
JOIN periods ON day = at / 86400000
ORDER BY 1, 2, 3, 4
"""
_COUNTS = """
INSERT INTO standing_counts (guild_id, lesson_id, period, points, members)
SELECT guild_id, lesson_id, period, points, count(*) FROM standings GROUP BY 1, 2, 3, 4
"""
_TALLIES = """
INSERT INTO tallies (guild_id, lesson_id, item_id, answers, "right", hinted, rated, rated_right, rest, rest_squared,
  rest_right)
SELECT guild_id, :lesson, question_id, count(*), sum(correct), 0, count(*), sum(correct), sum(rest), sum(rest * rest),
  sum(rest * correct)
FROM (
  SELECT guild_id, question_id, correct, (score - correct) / (total - 1.0) AS rest
  FROM attempts JOIN answers ON attempt_id = id
)
GROUP BY 1, 2, 3
"""
_CHOICES = """
INSERT INTO choices (guild_id, lesson_id, item_id, choice_id, times)
SELECT guild_id, :lesson, question_id, option_id, count(*) FROM attempts JOIN answers ON attempt_id = id
WHERE NOT correct GROUP BY 1, 2, 3, 4
"""


def people_of(answers: int) -> int:
    """How many members give so many answers."""
    return max(1, answers // ANSWERS_EACH)


def fill(file: Path, answers: int, lesson: Lesson, guild_id: int, asker_id: int, now: datetime) -> None:
    """Put so many answers into a database that has its tables and nothing in them.

    `guild_id` is the server that half of the members are in, `asker_id` one of these.
    """
    names = {
        "people": people_of(answers),
        "asker": asker_id,
        "here": guild_id,
        "each": EACH_OTHER_SERVER,
        "today": (now - _EPOCH).days,
        "days": DAYS,
        "lesson": lesson.id,
        "all_lessons": ALL_LESSONS,
        "everywhere": EVERYWHERE,
    }
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(f"PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; {_TABLES}")
        database.execute("BEGIN")
        database.executemany("INSERT INTO asked VALUES (?, ?, ?, ?, ?)", _asked(lesson))
        database.executemany("INSERT INTO quizzes VALUES (?, ?, ?, ?)", _quizzes(lesson))
        database.executemany("INSERT INTO periods VALUES (?, ?)", _periods(now))
        indexes = list(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        for name, _ in indexes:  # to make them of what is there takes a fraction of keeping them meanwhile
            database.execute(f"DROP INDEX {name}")
        for statement in (_PEOPLE, _ANSWERS, _ATTEMPTS, _STANDINGS, _COUNTS, _TALLIES, _CHOICES):
            database.execute(statement, names)
        for _, sql in indexes:
            database.execute(sql)
        database.execute("COMMIT")


def _questions(lesson: Lesson) -> Iterator[tuple[QuizKind, tuple[str, ...]]]:
    """What each quiz asks. A test draws its questions; here it asks the first of the lesson."""
    yield QuizKind.PRACTICE, lesson.quizzes[QuizKind.PRACTICE]
    yield QuizKind.VISUAL, lesson.quizzes[QuizKind.VISUAL]
    yield QuizKind.TEST, tuple(lesson.questions)[:IN_A_TEST]


def _asked(lesson: Lesson) -> Iterator[tuple[str, int, str, str, str]]:
    for kind, ids in _questions(lesson):
        for position, id_ in enumerate(ids):
            options = lesson.questions[id_].options
            right = next(option.id for option in options if option.misconception is None)
            wrong = [option.id for option in options if option.misconception is not None]
            yield kind[0], position, id_, right, json.dumps(wrong)


def _quizzes(lesson: Lesson) -> Iterator[tuple[str, str, str, int]]:
    for kind, ids in _questions(lesson):
        layout = [[id_, [option.id for option in lesson.questions[id_].options]] for id_ in ids]
        yield kind[0], kind.value, json.dumps(layout), len(ids)


def _periods(now: datetime) -> Iterator[tuple[int, str]]:
    """The days, each with the names of the periods that it is in."""
    for back in range(DAYS):
        at = now - timedelta(days=back)
        for period in Period:
            yield (at - _EPOCH).days, period.key(at)
