"""Members who have answered, put straight into the database of a house."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.attempt import Asked, Attempt
from bot.domain.lesson import QuizKind
from bot.services.memory import remember
from bot.storage.attempts import Attempts
from bot.storage.members import Members
from bot.storage.store import Store
from tests.conftest import House

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def finished(
    house: House,
    member_id: int,
    *,
    score: int,
    kind: QuizKind = QuizKind.PRACTICE,
    at: datetime = LONG_AGO,
    guild_id: int | None = None,
    questions: tuple[str, ...] = ("q0", "q1", "q2", "q3", "q4"),
    answered: int | None = None,
) -> None:
    """A member has answered some questions, the first `score` of them right, in the house's server or another."""
    async with Store(house.settings.database_url) as store:
        attempts, here = Attempts(store, remember), house.playground.world.guild.id
        layout = tuple(Asked(id_, ("yes", "no")) for id_ in questions)
        where = here if guild_id is None else guild_id
        attempt = await attempts.begin(
            Attempt(house.new_id(), member_id, where, "async", kind, layout, first=False, started_at=at)
        )
        for number, id_ in enumerate(questions[:answered]):
            attempt = attempt.answer(id_, "yes" if number < score else "no", correct=number < score, at=at)
            await attempts.save_answer(attempt, id_)


async def chosen(house: House, member_id: int, *, hidden: bool = False, time_zone: str | None = None) -> None:
    """A member has hidden themselves, or told their time zone."""
    async with Store(house.settings.database_url) as store:
        await Members(store).hide(member_id, hidden)
        if time_zone is not None:
            await Members(store).remind(member_id, 0, time_zone, house.now.replace(year=2030))
