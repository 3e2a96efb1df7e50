"""Many rows in one statement, in words that both engines know.

What SQLAlchemy makes for each row costs more than the row. So what every click does is done here, and at once for all
clicks that wait. Parameters are what the drivers take: moments are whole milliseconds (`tables.millis`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, CursorResult

MOST_AT_ONCE = 1_000
"""So many rows go into one statement: of at most 32 columns, since SQLite takes 32,766 parameters.
https://www.sqlite.org/limits.html#max_variable_number
"""

Values = Sequence[tuple[Any, ...]]


class Lookup(NamedTuple):
    """Which columns of a table's rows are looked up by which key, which an index must have; `where` says of which rows.

    The keys are joined with the table. `(a, b) IN (VALUES …)` would say the same, but SQLite scans the table for it.
    """

    columns: str
    table: str
    key: tuple[str, ...]
    where: str = "TRUE"


def insert_rows(connection: Connection, into: str, rows: Values, conflict: str = "") -> None:
    """Insert rows: `into` is `INSERT INTO table (columns)`. Two rows of one key must have been made one before."""
    for part in _parts(rows):
        _execute(connection, _statement(f"{into} VALUES ", *_shape(part), conflict, _mark(connection)), part)


def rows_of(connection: Connection, lookup: Lookup, keys: Values) -> list[tuple[Any, ...]]:
    """The rows that have these keys, each at most once."""
    names = [f"key_{number}" for number in range(len(lookup.key))]
    head = f"WITH keys ({', '.join(names)}) AS (VALUES "
    same = " AND ".join(f"{lookup.table}.{column} = {name}" for column, name in zip(lookup.key, names, strict=True))
    tail = f") SELECT {lookup.columns} FROM keys JOIN {lookup.table} ON {same} WHERE {lookup.where}"  # noqa: S608 - ours
    found = list[tuple[Any, ...]]()
    for part in _parts(keys):
        found += [
            tuple(row) for row in _execute(connection, _statement(head, *_shape(part), tail, _mark(connection)), part)
        ]
    return found


def change_rows(connection: Connection, statement: str, rows: Values) -> None:
    """Do a statement, with `?` for its parameters, once for each row."""
    if rows:
        connection.exec_driver_sql(statement.replace("?", _mark(connection)), list(rows))


def _execute(connection: Connection, statement: str, rows: Values) -> CursorResult[Any]:
    return connection.exec_driver_sql(statement, tuple(value for row in rows for value in row))


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _shape(rows: Values) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _parts(rows: Values) -> list[Values]:
    return [rows[start : start + MOST_AT_ONCE] for start in range(0, len(rows), MOST_AT_ONCE)]


@lru_cache(maxsize=512)
def _statement(head: str, rows: int, columns: int, tail: str, mark: str) -> str:
    row = f"({', '.join([mark] * columns)})"
    return f"{head}{', '.join([row] * rows)}{tail}"
