"""A member is forgotten in every table that there is, and a server that was left; nobody else loses anything."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Float, Integer, String, Table, func, insert, select
from sqlalchemy.engine import Connection

from bot.domain.attempt import Attempt
from bot.domain.lesson import QuizKind
from bot.services.privacy import ABOUT, PrivacyService
from bot.storage import tables
from bot.storage.attempts import Attempts
from bot.storage.known import KnownAttempts
from bot.storage.privacy import PERSONAL, SERVER, Privacy, columns_named
from bot.storage.store import Store
from tests.storage.conftest import NOON, At, NewAttempt

ADA, GRACE = 1111, 2222
HERE, ELSEWHERE = 10, 20


def made(table: Table, member_id: int, guild_id: int, key: str) -> dict[str, Any]:
    """A row with something in every column; parents and children share the key."""
    given = {"member_id": member_id, "host_id": member_id, "guild_id": guild_id, "kind": key}
    row: dict[str, Any] = {}
    for column in table.columns:
        match column.type:
            case tables.Instant():
                value: Any = NOON
            case Boolean():
                value = False
            case JSON():
                value = []
            case Float():
                value = 0.0
            case Integer():
                value = member_id
            case String():
                value = "{}" if column.name == "state" else key
            case _:
                raise AssertionError(f"no value for {column}")
        row[column.name] = given.get(column.name, value)
    return row


@pytest.fixture
def privacy(store: Store) -> Privacy:
    return Privacy(store, KnownAttempts())


@pytest.fixture
async def full(store: Store) -> Store:
    """A database with a row of Ada, here, and one of Grace, elsewhere, in every table."""

    def work(connection: Connection) -> None:
        for table in tables.metadata.sorted_tables:
            connection.execute(insert(table), made(table, ADA, HERE, "ada"))
            connection.execute(insert(table), made(table, GRACE, ELSEWHERE, "grace"))

    await store.write(work)
    return store


def holding(names: tuple[str, ...], value: int) -> Callable[[Connection], set[str]]:
    """In which tables a column of that name holds the value."""

    def work(connection: Connection) -> set[str]:
        return {
            table.name
            for table, column in columns_named(names)
            if connection.scalar(select(func.count()).select_from(table).where(column == value))
        }

    return work


def sizes(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables.metadata.sorted_tables
    }


async def test_whoever_is_forgotten_is_in_no_table_any_more(full: Store, privacy: Privacy) -> None:
    everywhere = {table.name for table, _ in columns_named(PERSONAL)}
    assert await full.read(holding(PERSONAL, ADA)) == everywhere
    await privacy.forget_member(ADA)
    assert await full.read(holding(PERSONAL, ADA)) == set()
    assert sum(map(len, (await privacy.of_member(ADA)).values())) == 0
    assert await full.read(holding(PERSONAL, GRACE)) == everywhere


async def test_what_belongs_to_others_too_stays_without_the_person(full: Store, privacy: Privacy) -> None:
    await privacy.forget_member(ADA)
    left = {name for name, size in (await full.read(sizes)).items() if size == 2}
    assert left == {"rounds", "polls", "guilds", "tallies", "choices", "standing_counts"}


async def test_of_a_server_that_was_left_members_keep_their_own_and_nothing_else_stays(
    full: Store, privacy: Privacy
) -> None:
    await privacy.forget_guild(HERE)
    assert await full.read(holding(SERVER, HERE)) == set()
    assert await full.read(holding(SERVER, ELSEWHERE)) == {table.name for table, _ in columns_named(SERVER)}
    left = {name for name, size in (await full.read(sizes)).items() if size == 2}
    assert left == {"attempts", "answers", "hints", "parts_read", "cards", "members", "predictions", "runs"}


async def test_all_that_is_held_is_in_the_document_with_a_word_on_each_section(full: Store, privacy: Privacy) -> None:
    document = await PrivacyService(privacy, lambda: NOON).document(ADA)
    assert document is not None
    whole = json.loads(document.content)
    named = {table.name for table, _ in columns_named(PERSONAL)}
    assert set(whole) - {"member_id", "exported_at", "about"} == named
    assert set(ABOUT) == named
    assert set(whole["about"]) == named
    assert whole["member_id"] == str(ADA)
    assert whole["exported_at"] == "2026-03-01T12:00:00+00:00"
    (attempt,) = whole["attempts"]
    assert attempt["guild_id"] == str(HERE)
    assert len(attempt["answers"]) == len(attempt["hints"]) == 1
    assert document.content.startswith(b'{\n  "member_id"')
    assert str(GRACE) not in document.content.decode()


async def test_of_a_member_who_has_done_nothing_there_is_no_document(full: Store, privacy: Privacy) -> None:
    assert await PrivacyService(privacy, lambda: NOON).document(3333) is None


async def test_while_a_test_is_open_the_document_does_not_tell_what_was_right(
    attempts: Attempts, privacy: Privacy, new: NewAttempt, at: At
) -> None:
    async def answer(attempt: Attempt, number: int, when: datetime) -> Attempt:
        return await attempts.save_answer(attempt.answer(f"q{number}", "yes", correct=True, at=when), f"q{number}")

    service = PrivacyService(privacy, lambda: NOON)
    attempt = await answer(await attempts.begin(new("one", ADA, kind=QuizKind.TEST)), 0, at(1))
    document = await service.document(ADA)
    assert document is not None
    held = json.loads(document.content)
    assert [found["correct"] for found in held["attempts"][0]["answers"]] == [None]
    assert held["attempts"][0]["layout"][0] == {"question_id": "q0", "option_ids": ["yes", "no", "maybe"]}
    assert [(card["item_id"], card["state"], card["due_at"]) for card in held["cards"]] == [("q0", None, None)]
    await answer(attempt, 1, at(2))
    document = await service.document(ADA)
    assert document is not None
    held = json.loads(document.content)
    assert [found["correct"] for found in held["attempts"][0]["answers"]] == [True, True]
    assert held["cards"][0]["state"]["card_id"] == 1


async def test_ten_thousand_records_come_in_one_file_compressed_where_it_would_be_too_large(
    store: Store, privacy: Privacy
) -> None:
    rows = [made(tables.parts_read, ADA, HERE, "ada") | {"lesson_id": f"lesson-{number}"} for number in range(10_000)]

    def work(connection: Connection) -> None:
        connection.execute(insert(tables.parts_read), rows)

    await store.write(work)
    plain = await PrivacyService(privacy, lambda: NOON).document(ADA)
    assert plain is not None
    assert (plain.name, plain.compressed, plain.entries) == ("tandem.json", False, 10_000)
    small = await PrivacyService(privacy, lambda: NOON, largest_plain=100_000).document(ADA)
    assert small is not None
    assert (small.name, small.compressed) == ("tandem.json.gz", True)
    assert gzip.decompress(small.content) == plain.content
