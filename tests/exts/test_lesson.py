"""A member reads a lesson."""

from __future__ import annotations

import pytest

from bot.domain.lesson import PartId
from tests.conftest import House
from tests.person import Person

PHONE_COLUMNS = 46


async def test_a_lesson_opens_at_its_first_part_in_private(ada: Person, grace: Person) -> None:
    seen = await ada.type("lesson", topic="async")

    assert seen.private
    assert "part 1 of 10 · 1 read" in seen.text
    assert seen.labels == ["Next", "Post to channel"]
    assert seen.id not in grace.messages


async def test_every_part_opens_fits_a_phone_and_leads_to_the_next(ada: Person) -> None:
    seen = await ada.type("lesson", topic="async")

    for number in range(1, 11):
        assert f"part {number} of 10 · {number} read" in seen.text
        assert len(seen.text) <= 4_000
        assert max(map(len, _code_lines(seen.text)), default=0) <= PHONE_COLUMNS
        if number < 10:
            seen = await ada.press("Next")

    assert "Next" not in seen.labels
    assert "part 9 of 10" in (await ada.press("Previous")).text


async def test_the_menu_goes_to_a_part_and_marks_those_that_were_read(ada: Person) -> None:
    await ada.type("lesson", topic="async")
    seen = await ada.choose("snapshot")

    assert "part 7 of 10" in seen.text
    read = [o["value"] for o in seen.menu["options"] if o["description"] == "✓ read"]
    assert read == ["flow", "snapshot"]
    assert [o["value"] for o in seen.menu["options"]] == list(PartId)


async def test_marks_of_reading_outlive_a_restart(house: House, ada: Person) -> None:
    await ada.type("lesson", topic="async", part="moments")
    await house.restart()

    assert "2 read" in (await ada.type("lesson", topic="async")).text


async def test_the_steps_can_be_stepped_through_row_by_row(ada: Person) -> None:
    seen = await ada.type("lesson", topic="async", part="steps")
    assert "►" not in seen.text

    seen = await ada.press("Step through it")
    assert "**Step 1: call task 1**" in seen.text
    assert "►1 call task 1" in seen.text
    for _ in range(7):
        seen = await ada.press("Step on ▶")

    assert "**Step 8: concurrent run done**" in seen.text
    assert "►8 concurrent run done" in seen.text
    assert "Step on ▶" not in seen.labels
    seen = await ada.press("◀ Step back")
    assert "**Step 7: wait for both**" in seen.text
    assert "How to read it" not in seen.text

    seen = await ada.press("Done")
    assert "►" not in seen.text
    assert "How to read it" in seen.text


async def test_a_posted_part_is_there_for_all_and_opens_in_private(ada: Person, grace: Person) -> None:
    await ada.type("lesson", topic="async", part="snapshot")
    posted = await ada.press("Post to channel")

    assert not posted.private
    await grace.sees(lambda message: message.id == posted.id)
    own = await grace.press("Open in private", posted)
    assert own.private
    assert "1 read" in own.text


@pytest.mark.parametrize(("part", "label"), [("visual", "3"), ("practice", "5"), ("test", "10")])
async def test_the_quiz_parts_start_their_quiz(ada: Person, part: str, label: str) -> None:
    await ada.type("lesson", topic="async", part=part)
    seen = await ada.press(f"Start: {label} questions")

    assert seen.private
    assert f"Question 1 of {label}" in seen.text


async def test_topics_and_parts_are_suggested(ada: Person) -> None:
    assert [c["value"] for c in await ada.suggestions("lesson", "topic", "asy")] == ["async"]
    assert [c["name"] for c in await ada.suggestions("lesson", "part", "snap")] == ["7. snapshot"]


async def test_an_unknown_topic_or_part_gets_the_nearest(ada: Person) -> None:
    seen = await ada.type("lesson", topic="asinc")
    assert (seen.private, seen.text.strip()) == (True, "There is no lesson “asinc”. Did you mean `async`?")

    assert "part 3 of 10" in (await ada.type("lesson", topic="async", part="3")).text
    seen = await ada.type("lesson", topic="async", part="step")
    assert "There is no part “step”. Did you mean `steps`?" in seen.text


@pytest.mark.parametrize("number", ["99", "-1", "x", ""])
async def test_a_step_that_is_not_there_gets_a_sentence(house: House, ada: Person, number: str) -> None:
    said = await house.presses(ada, f"lesson.step:async:{number}")
    assert "This step is not in the table any more." in said.text


def _code_lines(text: str) -> list[str]:
    """The lines between fences."""
    inside, lines = False, []
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        elif inside:
            lines.append(line)
    return lines
