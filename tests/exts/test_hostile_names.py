"""Names that would do harm if they were more than names: of servers and members, and words that somebody types."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops

from bot.domain.grading import LevelStrength
from bot.domain.lesson import Level
from bot.domain.names import plain, shown
from bot.pictures import card, ink
from bot.playground.markdown import Names, render
from tests.conftest import House
from tests.person import Person, Seen

NAMES = {
    "markdown": "**[Win](https://example.org)** ||`x` <t:0>",
    "mentions": "@everyone <@1> <@&2> <#3>",
    "fence": "```js\n# A```",
    "turned round": "\u202eecarG\u2066 (\u05e2\u05d3\u05d4",
    "unseen": "\u200b\u3164\u2060\u200d",
    "piled up": "Z" + "\u0335\u0301\u0336" * 60,
    "oversized": "W" * 100,
    "wide": "﷽" * 32,
    "emoji": "👩‍👩‍👧‍👦" * 8 + "🇩🇪",
}
named = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


def read(seen: Seen) -> str:
    """What a message reads as, markdown done; a tag that no text of ours has stays a tag."""
    tags = r"</?(p|h2|small|br|code|strong|em)( class=\"apart\")?>"
    return html.unescape(re.sub(tags, " ", render(seen.text, Names(users={}, channels={}, roles={}))))


async def test_the_name_of_a_server(house: House, ada: Person) -> None:
    for name in NAMES.values():
        house.playground.world.guild.name = name
        await house.restart()
        board = await ada.type("leaderboard")
        assert f"{shown(name)} · all lessons" in board.text
        assert f"{plain(name)} · all lessons" in read(board)
        assert "<" not in read(board).replace(plain(name), "")


@pytest.mark.parametrize("name", [NAMES["markdown"], NAMES["turned round"], NAMES["piled up"]])
async def test_the_name_of_a_member_is_left_to_discord(house: House, name: str) -> None:
    member = house.playground.world.join(name)
    async with Person.at(house.playground.url, name) as person:
        quiz = await person.type("quiz", topic="async", kind="visual")
        while "Share result" not in quiz.labels:
            label = next(each for each in ("A", "Next", "See the result") if each in quiz.labels)
            quiz = await person.press(label, quiz)
        shared = await person.press("Share result", quiz)
        board, score = await person.type("leaderboard"), await person.type("score")
        assert all(f"<@{member.user.id}>" in seen.text for seen in (shared, board, score))
    assert not [request for _, request in house.sent if name in str(request.body)]


TYPED: dict[str, tuple[str, dict[str, Any]]] = {
    "lesson": ("lesson", {"topic": "{}"}),
    "part": ("lesson", {"topic": "async", "part": "{}"}),
    "quiz": ("quiz", {"topic": "async", "kind": "{}"}),
    "test": ("test", {"topic": "{}"}),
    "round": ("round start", {"topic": "{}"}),
    "review": ("review", {"topic": "{}"}),
    "demo": ("demo", {"demo": "{}"}),
    "delays": ("demo", {"demo": "parallel", "delays": "{}"}),
    "time": ("remind", {"time": "{}", "timezone": "Europe/Berlin"}),
    "time zone": ("remind", {"time": "8", "timezone": "{}"}),
    "leaderboard": ("leaderboard", {"topic": "{}"}),
    "insights": ("insights", {"topic": "{}"}),
    "setting": ("settings", {"setting": "{}"}),
    "value": ("settings", {"setting": "pass-mark", "value": "{}"}),
}


@pytest.mark.parametrize("command", TYPED)
async def test_words_that_are_typed_are_told_back_as_words(ada: Person, command: str) -> None:
    line, options = TYPED[command]
    for name in NAMES.values():
        word = re.sub(r"[\s,]+", "", name)  # delays are words between blanks
        told = await ada.type(line, **{key: value.format(word) for key, value in options.items()})
        most = 20 if command in ("delays", "time") else 40
        assert f"“{plain(word, most)}”".lower() in read(told).lower()
        assert told.private
        assert "<" not in read(told).lower().replace(plain(word, most).lower(), "")


async def test_a_plan_with_a_fence_in_it(ada: Person) -> None:
    told = await ada.type("demo", demo="custom", plan="a 300 ```\n> @everyone")
    assert "has no place in a plan" in told.text
    assert "```" not in told.text.removesuffix("```").partition("```\n")[2].removesuffix("\n")
    assert told.text.count("```") == 2


@named
def test_a_title_in_a_picture_has_no_letter_that_the_font_lacks_and_keeps_to_its_room(name: str) -> None:
    levels = (LevelStrength(Level.EASY, 3, 5), LevelStrength(Level.HARD, 1, 5))

    def drawn(title: str) -> Image.Image:
        shown_card = card.Card(title, (True, False, None, True), levels, passed=True, pass_mark=70, first=True)
        return Image.open(BytesIO(card.draw(shown_card))).convert("RGB")

    title = drawn(name * 10)
    nothing = drawn("")
    left, top, right, bottom = ImageChops.difference(title, nothing).getbbox() or (100, 50, 100, 50)
    assert (left >= 30, top >= 20, right <= 740, bottom <= 75) == (True,) * 4, "the title keeps to its own line"
    assert set(ink.plain(name)) <= {*map(chr, range(32, 127)), *"·…“”’"}
    assert "??" not in ink.plain(name), "a name in letters that the font lacks is no row of question marks"
