"""The sums that a teacher sees. They take no more room however many have answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import fields
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.domain.tally import Tally
from bot.storage import tables
from bot.storage.store import Store

_tally, _choice = tables.tallies.c, tables.choices.c


class Sums(Struct, frozen=True):
    """The sums of a lesson in a server, by item: of its answers, and how often each wrong choice was made."""

    tallies: Mapping[str, Tally]
    choices: Mapping[str, Mapping[str, int]]


class Insights:
    """The stored sums."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, guild_id: int, lesson_id: str) -> Sums:
        """The sums of a lesson in a server."""
        columns = [_tally[field.name] for field in fields(Tally)]
        sums = select(*columns).where(_tally.guild_id == guild_id, _tally.lesson_id == lesson_id)
        chosen = select(_choice.item_id, _choice.choice_id, _choice.times).where(
            _choice.guild_id == guild_id, _choice.lesson_id == lesson_id
        )

        def work(connection: Connection) -> Sums:
            choices: defaultdict[str, dict[str, int]] = defaultdict(dict)
            for row in connection.execute(chosen):
                choices[row.item_id][row.choice_id] = row.times
            return Sums({row.item_id: Tally(*row) for row in connection.execute(sums)}, choices)

        return await self._store.read(work)
