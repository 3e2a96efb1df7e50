"""Five hundred members before one message: every press is answered, and who watches sees the edits as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

from bot.playground import Playground
from tests.crowd import Crowd
from tests.playground.local_discord import Frame, Rest, Tab, Wire

MANY = 500
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": word, "custom_id": word} for word in ("a", "b")]}


async def answer_all(rest: Rest, wire: Wire, numbers: Iterator[int]) -> list[Frame]:
    """A bot that acknowledges every press, and edits the message at each hundredth."""
    heard: list[Frame] = []
    async with asyncio.TaskGroup() as tasks:
        for _ in range(MANY):
            while (payload := await wire.next())["t"] != "INTERACTION_CREATE":
                pass
            press = payload["d"]
            heard.append(press)
            edit = {"type": 7, "data": {"content": f"{len(heard)} answers"}}
            tasks.create_task(rest.respond(press, edit if next(numbers) % 100 == 0 else {"type": 6}))
    return heard


async def test_everybody_presses_at_once(rest: Rest, playground: Playground, ada: Tab, wire: Wire) -> None:
    crowd = Crowd.of(playground, MANY)
    for _ in range(MANY):
        await ada.next("member")
    message = (await rest("POST", f"/channels/{ada.channel}/messages", {"content": "?", "components": [ROW]})).body
    await ada.next("message")
    answering = asyncio.create_task(answer_all(rest, wire, count(1)))
    waited = await crowd.press(message["id"], "a", "b")
    heard = await answering
    assert len(waited) == MANY
    assert {press["data"]["custom_id"] for press in heard} == {"a", "b"}
    assert len({press["member"]["user"]["id"] for press in heard}) == MANY
    edits = [(await ada.next("message_update"))["message"]["content"] for _ in range(MANY // 100)]
    assert {*edits} == {f"{number} answers" for number in range(100, MANY + 1, 100)}
    await ada.sees_nothing()


async def test_a_page_opens_among_five_hundred(playground: Playground) -> None:
    crowd = Crowd.of(playground, MANY)
    async with Tab.at(playground, "Player 500") as last:
        assert len(last.hello["members"]) == MANY + 4
        assert last.hello["member"]["id"] == str(crowd.members[-1].user.id)
