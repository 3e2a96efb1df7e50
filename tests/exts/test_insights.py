"""A teacher looks at how each question does: which to mend, why, and as a file for a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.insight import Item, Wrong
from bot.domain.lesson import Level, QuizKind
from bot.domain.tally import Tally
from bot.services.insights import COLUMNS, table
from bot.storage import tables
from bot.storage.store import Store
from tests.conftest import House
from tests.exts.scores import finished
from tests.person import Person, Seen

WORKS, BLUNT, KNOWN, HARD = "p1-difference", "p2-write-concurrent", "p3-order-and-output", "p4-two-arguments"


def sums(item_id: str, answers: int, right: int, apart: float = 0.0, hinted: int = 0) -> dict[str, Any]:
    """Those who were right had `apart` more of the others right than those who were wrong."""
    strong, weak, wrong = 0.5 + apart / 2, 0.5 - apart / 2, answers - right
    rest, squared = right * strong + wrong * weak, right * (strong**2 + 0.01) + wrong * (weak**2 + 0.01)
    row = {"item_id": item_id, "answers": answers, "right": right, "hinted": hinted, "rated": answers}
    return row | {"rated_right": right, "rest": rest, "rest_squared": squared, "rest_right": right * strong}


async def answered(house: House, *rows: dict[str, Any], choices: dict[str, dict[str, int]] | None = None) -> None:
    """So many have answered these questions of the lesson in the house's server."""
    key = {"guild_id": house.playground.world.guild.id, "lesson_id": "async"}
    chosen = [
        key | {"item_id": item_id, "choice_id": choice_id, "times": times}
        for item_id, counts in (choices or {}).items()
        for choice_id, times in counts.items()
    ]
    async with Store(house.settings.database_url) as store:
        await store.write(
            lambda connection: connection.execute(insert(tables.tallies), [key | r for r in rows]) and None
        )
        if chosen:
            await store.write(lambda connection: connection.execute(insert(tables.choices), chosen) and None)


def told(seen: Seen, number: int) -> str:
    """What is told of the question with that number."""
    return next(c["content"] for c in seen.components if c.get("content", "").startswith(f"**{number}. "))


def numbers(seen: Seen) -> list[int]:
    """The numbers of the questions on a page."""
    found = [c["content"] for c in seen.components if c["type"] == 10 and c["content"].startswith("**")]
    return [int(text[2:].split(".")[0]) for text in found]


@pytest.fixture
async def class_of_forty(house: House) -> None:
    await answered(
        house,
        sums(WORKS, 40, 24, apart=0.2, hinted=3),
        sums(BLUNT, 40, 20),
        sums(KNOWN, 40, 39, apart=0.2),
        sums(HARD, 40, 6, apart=-0.2),
        sums("g.hard.order", 30, 15, apart=0.2),
        sums("p5-pair-then-third", 9, 0),
        choices={
            BLUNT: {"all-no-array": 14, "then-call": 6},
            "g.hard.order": {"sum-for-longest": 9, "longest-for-sum": 6},
        },
    )


@pytest.mark.usefixtures("class_of_forty")
async def test_a_teacher_sees_in_private_which_questions_to_mend_and_why(grace: Person) -> None:
    seen = await grace.type("insights", topic="async")

    assert seen.private
    assert "199 answers in this server · 3 questions to mend" in seen.text
    assert "First attempts, rounds and questions of the day count, practice does not." in seen.text
    assert "point-biserial" in seen.text
    assert numbers(seen) == [7, 5, 6, 21, 4]
    assert "Those who do well elsewhere get this wrong" in told(seen, 7)
    assert "Right **15%** (6 of 40) · Apart **-0.58** (of 40 answers) · 0 hints used" in told(seen, 7)
    assert "It hardly tells strong from weak" in told(seen, 5)
    assert "Apart **0.00** (of 40 answers)" in told(seen, 5)
    assert (
        "Most chosen wrong: “`await Promise.all(task1(), task2());`” · "
        "*`Promise.all` takes its promises one by one* · 14 times"
    ) in told(seen, 5)
    assert "Everybody gets it" in told(seen, 6)
    assert "✓ Works" in told(seen, 4)
    assert "3 hints used" in told(seen, 4)


@pytest.mark.usefixtures("class_of_forty")
async def test_generated_questions_are_told_by_their_kind_and_the_idea_behind_what_was_chosen(grace: Person) -> None:
    seen = await grace.type("insights", topic="async")
    assert "**21. Predict the order (hard)** · hard" in told(seen, 21)
    assert ("Most chosen wrong: *Tasks that are awaited together run one after the other* · 9 times") in told(seen, 21)


@pytest.mark.usefixtures("class_of_forty")
async def test_pages_go_from_the_worst_to_those_without_answers_after_a_restart_too(
    house: House, grace: Person
) -> None:
    first = await grace.type("insights", topic="async")
    assert first.labels == ["Better ▶", "CSV"]
    await house.restart()
    second = await grace.press("Better ▶", first)
    assert "2 of 5" in second.buttons
    assert "Too few answers to tell: fewer than 10." in told(second, 8)
    assert "No answers yet." in told(second, 1)
    for _ in range(3):
        second = await grace.press("Better ▶", second)
    assert second.labels == ["◀ Worse", "CSV"]
    assert len(numbers(second)) == 1
    assert numbers(await grace.press("◀ Worse", second)) == [15, 16, 17, 18, 19]


@pytest.mark.usefixtures("class_of_forty")
async def test_the_chart_says_in_words_what_it_shows(grace: Person) -> None:
    seen = await grace.type("insights", topic="async")
    (picture,) = seen.pictures
    assert picture["description"].endswith(
        "To mend: 5, 50%, 0.00; 6, 98%, 0.30; 7, 15%, -0.58. Works: 4, 60%, 0.70; 21, 50%, 0.71. "
        "Too few answers: 8, 0%, unknown."
    )
    assert (await grace.looks_at(picture)).startswith(b"\x89PNG")


async def test_first_attempts_and_no_others_fill_it(house: House, grace: Person) -> None:
    empty = await grace.type("insights", topic="async")
    assert "Nothing to tell yet." in empty.text
    assert "finish their first `/quiz` or `/test`, play a `/round`, or answer the question of the day" in empty.text
    assert (empty.pictures, empty.labels) == ([], [])

    await finished(house, 1, score=1, questions=(WORKS, BLUNT))
    await finished(house, 1, score=2, questions=(WORKS, BLUNT))
    await finished(house, 1, score=0, questions=(WORKS, BLUNT), kind=QuizKind.REVIEW)
    await finished(house, 2, score=0, questions=(WORKS, BLUNT), guild_id=4711)
    seen = await grace.type("insights", topic="async")
    assert "2 answers in this server" in seen.text
    assert "Right **0%** (0 of 1) · Apart: not known yet" in told(seen, 5)
    assert "Right **100%** (1 of 1)" in told(seen, 4)


@pytest.mark.usefixtures("class_of_forty")
async def test_the_file_for_a_spreadsheet_comes_in_private(grace: Person) -> None:
    await grace.type("insights", topic="async")
    seen = await grace.press("CSV")

    assert seen.private
    assert all(f"`{name}`" in seen.text for name in COLUMNS)
    data = await grace.downloads(seen, "insights-async.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    assert [int(row["number"]) for row in rows] == list(range(1, 22))
    found = next(row for row in rows if row["item_id"] == BLUNT)
    assert found == {
        "number": "5",
        "item_id": BLUNT,
        "title": "Writing it concurrently",
        "level": "easy",
        "answers": "40",
        "right": "20",
        "difficulty": "0.5",
        "discrimination": "0.0",
        "discrimination_answers": "40",
        "hints": "0",
        "wrong_option": "`await Promise.all(task1(), task2());`",
        "wrong_times": "14",
        "misconception": "`Promise.all` takes its promises one by one",
        "mark": "blunt",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_made_harmless(start: str) -> None:
    wrong = Wrong(f"{start}cmd()", f"{start}1+1", 3)
    item = Item(1, f"{start}HYPERLINK(1)", Level.EASY, Tally("q", 20, 10, 0, 20, 10, 10.0, 5.2, 4.0), wrong=wrong)
    (row,) = csv.DictReader(StringIO(table([item]).decode("utf-8-sig"), newline=""))
    assert [row[name][0] for name in ("title", "wrong_option", "misconception")] == ["'"] * 3
    assert float(row["discrimination"]) < 0  # figures stay figures


async def test_who_may_not_manage_the_server_sees_nothing_even_by_an_old_button(house: House) -> None:
    linus = await house.person("Linus")
    for custom_id in ("insights.page:async:1:on", "insights.csv:async"):
        said = await house.presses(linus, custom_id)
        assert said.private
        assert "Only those who may manage this server can do this. Ask one of them." in said.text
        assert said.raw["attachments"] == []


@pytest.mark.usefixtures("class_of_forty")
async def test_a_teacher_who_is_one_no_longer_learns_nothing_from_the_panel_that_is_still_there(
    house: House, grace: Person
) -> None:
    seen = await grace.type("insights", topic="async")
    world = house.playground.world
    teacher = next(role for role in world.guild.roles if role.name == "Teacher")
    world.take_role(world.member(grace.id), teacher)
    for label in ("Better ▶", "CSV"):
        said = await grace.press(label, seen)
        assert "Only those who may manage this server can do this. Ask one of them." in said.text
        assert said.files == {}


async def test_who_may_not_manage_the_server_is_not_offered_it(house: House, grace: Person) -> None:
    linus = await house.person("Linus")
    assert ("insights" in grace.offers, "insights" in linus.offers) == (True, False)


async def test_discord_is_told_to_hide_it(house: House) -> None:
    commands = next(r.body for _, r in house.sent if r.path.endswith("/commands") and r.body)
    declared = next(command for command in commands if command["name"] == "insights")
    assert int(declared["default_member_permissions"]) == 1 << 5  # manage server


@pytest.mark.usefixtures("class_of_forty")
@pytest.mark.parametrize(("number", "page"), [("-1", "1 of 5"), ("99", "5 of 5"), ("x", "1 of 5")])
async def test_a_page_that_is_not_there_is_brought_into_range(
    house: House, grace: Person, number: str, page: str
) -> None:
    assert page in (await house.presses(grace, f"insights.page:async:{number}:on")).buttons


async def test_topics_are_suggested_and_an_unknown_one_gets_the_nearest(house: House, grace: Person) -> None:
    assert [c["value"] for c in await grace.suggestions("insights", "topic", "asy")] == ["async"]
    said = await grace.type("insights", topic="asinc")
    assert (said.private, said.text.strip()) == (True, "There is no lesson “asinc”. Did you mean `async`?")
    assert "There is no lesson “gone”." in (await house.presses(grace, "insights.csv:gone")).text
