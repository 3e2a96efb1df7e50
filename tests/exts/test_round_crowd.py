"""Five hundred members answer one question within two seconds."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from itertools import pairwise

from sqlalchemy import make_url

from bot.exts.round._teller import EDIT_EVERY_S
from bot.playground.interaction import ACKNOWLEDGE_WITHIN
from tests.conftest import House
from tests.crowd import Crowd
from tests.person import Person

MANY, WITHIN_S, WAVES = 500, 2.0, 20

EDIT = ("PATCH", "/channels/{channel_id}/messages/{message_id}")


async def rush(crowd: Crowd, message_id: str, *custom_ids: str) -> list[float]:
    """Everybody presses, a wave every tenth of a second; how many seconds each waited for an answer."""
    size = len(crowd.members) // WAVES
    waves = [Crowd(crowd.playground, crowd.members[n * size : (n + 1) * size]) for n in range(WAVES)]
    async with asyncio.TaskGroup() as tasks:
        pressing = []
        for wave in waves:
            pressing.append(tasks.create_task(wave.press(message_id, *custom_ids)))
            await asyncio.sleep(WITHIN_S / WAVES)
    return [waited for wave in pressing for waited in wave.result()]


def stored(house: House, query: str) -> list[tuple]:
    """What the database holds."""
    with closing(sqlite3.connect(str(make_url(house.settings.database_url).database))) as connection:
        return connection.execute(query).fetchall()


async def test_five_hundred_answer_within_two_seconds(house: House, grace: Person) -> None:
    crowd = Crowd.of(house.playground, MANY)
    await grace.type("round start", topic="async", questions=1, seconds=60)
    question = await grace.sees(lambda m: "## Question 1 of 1" in m.text and "A" in m.labels)
    letters = [button["custom_id"] for button in question.buttons.values()]

    waited = await rush(crowd, question.id, *letters)
    assert len(waited) == MANY
    assert max(waited) < ACKNOWLEDGE_WITHIN
    await grace.sees(lambda m: f"{MANY} answers so far" in m.text)
    members = {member.user.id for member in crowd.members}
    assert {row[0] for row in stored(house, "SELECT member_id FROM poll_answers")} == members
    assert stored(house, "SELECT count(*) FROM poll_answers") == [(MANY,)]

    house.passes(seconds=60)
    result = await grace.sees(lambda m: "**Standing**" in m.text)
    chose = [WAVES * len(range(n, MANY // WAVES, len(letters))) for n in range(len(letters))]
    assert [int(times) for times in re.findall(r"` (\d+)", result.text)] == chose
    right = chose[next(n for n, line in enumerate(re.findall(r"` \d+.*", result.text)) if "✓" in line)]
    house.passes(seconds=10)
    end = await grace.sees(lambda m: "## The round is over" in m.text)
    assert f"{MANY} players" in end.text
    assert end.text.count("🥇") == 10  # all who were right share the first place; ten are shown
    assert stored(house, "SELECT answers, right FROM tallies") == [(MANY, right)]

    edits = [at for at, sent in house.sent if (sent.method, sent.path) == EDIT]
    assert len(edits) >= 3  # the first answer, all of them, the solution
    assert min(later - earlier for earlier, later in pairwise(edits)) >= EDIT_EVERY_S
