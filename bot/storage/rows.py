"""Many rows in one statement, in words that both engines know.

What SQLAlchemy makes for each row costs more than the row. So what every click does is done here, and at once for all
clicks that wait. Parameters are what the drivers take: moments are whole milliseconds (`tables.millis`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection, CursorResult

MOST_AT_ONCE = 1_000
"""So many rows go into one statement: of at most 32 columns, since SQLite takes 32,766 parameters.
https://www.sqlite.org/limits.html#max_variable_number
"""

Values = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, into: str, rows: Values, conflict: str = "") -> None:
    """Insert rows: `into` is `INSERT INTO table (columns)`. Two rows of one key must have been made one before."""
    for part in _parts(rows):
        _execute(connection, _statement(f"{into} VALUES ", *_shape(part), conflict, _mark(connection)), part)


def rows_of(connection: Connection, query: str, keys: Values) -> list[tuple[Any, ...]]:
    """The rows of a query that ends with `… IN`, for these keys."""
    found = list[tuple[Any, ...]]()
    for part in _parts(keys):
        statement = _statement(f"{query} (VALUES ", *_shape(part), ")", _mark(connection))
        found += [tuple(row) for row in _execute(connection, statement, part)]
    return found


def delete_rows(connection: Connection, where: str, keys: Values) -> None:
    """Delete the rows of these keys: `where` is `DELETE FROM table WHERE … IN`."""
    for part in _parts(keys):
        _execute(connection, _statement(f"{where} (VALUES ", *_shape(part), ")", _mark(connection)), part)


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
